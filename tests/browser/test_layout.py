"""Layout at any width, with long words, unknown values and no web font; size of a first visit."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.support.extremes import LONGEST, NOWHERE, PAGES

WIDTHS = (320, 640, 1024, 1280)
#: Requests of a first visit on a phone, and bytes with the font and without.
MOST_REQUESTS, MOST, MOST_WITHOUT_FONT = 12, 160_000, 60_000
#: The list and a centre's page have fonts of their own, without the words of other pages.
MOST_OF_A_LIST = 120_000


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


@contextmanager
def whole(page):
    """Make the viewport as high as the page, so that all of it is rendered."""
    size = page.viewport_size
    page.set_viewport_size({**size, "height": 6000})
    yield
    page.set_viewport_size(size)


@pytest.mark.parametrize("path", [*PAGES, "/api/", NOWHERE])
def test_no_horizontal_scroll_at_any_width(page, watch, path):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        with whole(page):
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    if path == NOWHERE:
        for _ in WIDTHS:
            watch.troubles.pop()


@pytest.mark.parametrize("path", ["/", f"/centers/{LONGEST}/", "/announcements/2024-selection/"])
def test_no_horizontal_scroll_at_double_text_size(page, path):
    page.set_viewport_size({"width": 640, "height": 800})
    page.add_init_script(
        "addEventListener('DOMContentLoaded',"
        " () => { document.documentElement.style.fontSize = '200%'; })"
    )
    page.goto(path)
    with whole(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= 640


@pytest.mark.parametrize("width", [360, 1280])
def test_page_of_the_api_is_four_screens(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/api/")

    assert page.evaluate("document.documentElement.scrollHeight") <= 4 * 800


def test_second_line_of_a_folded_part_is_below_the_first(page):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/api/")
    indents = page.locator("main details.fields > summary:visible").evaluate_all(
        """(summaries) => summaries.flatMap((summary) => {
            const text = document.createRange();
            text.selectNodeContents(summary);
            const [first, ...others] = text.getClientRects();
            return others.filter(({ top }) => top >= first.bottom - 4)
                .map(({ left }) => Math.round(left - first.left));
        })"""
    )

    assert set(indents) == {0}


def test_folded_parts_of_the_api_page_open_by_their_links(page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/api/#FeatureProperties")
    expect(page.locator("#FeatureProperties")).to_be_in_viewport()

    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    with whole(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_stacked_table_labels_each_value(page):
    page.set_viewport_size({"width": 360, "height": 800})
    for path in ("/?view=table", "/announcements/2024-selection/", "/centers/1/"):
        page.goto(path)
        row = page.locator("table.stack tbody tr").first
        for cell in row.locator("td:visible").all():
            expect(cell.locator(".cell-label")).to_be_visible()


@pytest.mark.parametrize("path", ["/", f"/centers/{LONGEST}/", "/centers/24/"])
def test_words_of_buttons_are_not_cut(page, path):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(path)

    cut = page.evaluate(
        """() => [...document.querySelectorAll("button, .button, .chip")]
            .filter((button) => button.checkVisibility() && button.scrollWidth > button.clientWidth)
            .map((button) => button.textContent.trim())"""
    )

    assert cut == []


@pytest.mark.parametrize("path", ["/", "/?view=table", f"/centers/{LONGEST}/", "/about/"])
def test_touch_targets_are_large_enough(page, path):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    with whole(page):
        small = page.evaluate(
            """() => {
                const text = "p, li:not(:has(> a:only-child)), td, dd";
                const least = (element) => (element.closest(text) ? 24 : 44);
                return [...document.querySelectorAll("a, button, input, select, summary")]
                    .filter((element) => element.checkVisibility() && element.type !== "hidden")
                    .filter((element) => !element.classList.contains("skip-link"))
                    .map((element) => [element, element.closest("label") || element])
                    .map(([element, target]) => [element, target.getBoundingClientRect().height])
                    .filter(([element, height]) => height && height < least(element) - 0.5)
                    .map(([element, height]) => `${element.outerHTML.slice(0, 80)} ${height}`);
            }"""
        )
    assert small == []


def test_page_reads_well_without_the_font(page, watch):
    page.route("**/*.woff2", lambda route: route.fulfill(status=404, body=""))
    page.goto("/")

    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    watch.troubles.clear()


def test_text_does_not_wait_for_the_font(page):
    page.route("**/pretendard/**", lambda route: None)
    page.goto("/", wait_until="commit")

    painted = """() => new Promise((done) => {
        new PerformanceObserver((list) => done(list.getEntries()[0].name))
            .observe({ type: "paint", buffered: true });
        setTimeout(done, 5000, "nothing");
    })"""
    assert page.evaluate(painted) == "first-paint"
    page.unroute_all(behavior="ignoreErrors")


class TestFirstVisitOnAPhone:
    @pytest.fixture
    def visitor(self):
        return {"viewport": {"width": 360, "height": 740}, "is_mobile": True}

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/?q=부산에 있는 봉제 센터 어디예요",
            # Syllables that no font of the site has.
            "/?q=뷁뷁",
            "/?q=부산 쀍뗣 봉제 꿻뙗 어디예요",
            "/?near=뷁뷁동&q=햏햏 염색",
            "/?near=양주&q=뙗뙗",
            "/?region=뷁&regon=쀍&industry=14",
            # Words and names that the first fonts do not have.
            "/?region=50&q=악기 만드는 쿠키 달빛",
            "/?near=47940&industry=10",
            "/regions/?q=뷁뷁",
            "/centers/1/",
            "/centers/36/",
            "/coverage/",
            "/announcements/",
            "/announcements/2026-status-list/",
            "/changes/",
            "/api/",
            "/data/",
            "/accessibility/",
        ],
    )
    def test_first_visit_is_small_and_does_not_shift(self, page, context, path):
        sizes, names = {}, {}
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.requestWillBeSent",
            lambda event: names.update({event["requestId"]: event["request"]["url"]}),
        )
        session.on(
            "Network.loadingFinished",
            lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
        )
        page.add_init_script(
            """
            window.moved = 0;
            new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) window.moved += entry.value;
            }).observe({ type: "layout-shift", buffered: true });
            """
        )
        page.goto(path, wait_until="networkidle")

        font = sum(size for key, size in sizes.items() if names[key].endswith(".woff2"))
        assert font > 0
        assert len(names) <= MOST_REQUESTS
        is_list = path.startswith(("/?", "/centers/")) or path == "/"
        has_rare_letters = re.search("[뷁뷀꿻쀍햏뙗]", path)
        assert sum(sizes.values()) < (MOST_OF_A_LIST if is_list and not has_rare_letters else MOST)
        assert sum(sizes.values()) - font < MOST_WITHOUT_FONT
        assert page.evaluate("window.moved") == 0


class TestOnPaper:
    def sheets(self, page, path):
        page.goto(path)
        return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))

    def test_printed_centre_is_one_page_with_url_and_date(self, page):
        assert self.sheets(page, "/centers/1/") == 1
        page.emulate_media(media="print")

        expect(page.locator(".printed-from")).to_contain_text("/centers/1/ ·")
        for hidden in (".site-nav", ".actions", ".center-around", ".breadcrumb"):
            expect(page.locator(hidden)).to_be_hidden()

    @pytest.mark.parametrize("key", [3, 16, 19, 32, 36])
    def test_centre_with_many_facts_prints_on_one_page(self, page, key):
        assert self.sheets(page, f"/centers/{key}/") == 1
        page.emulate_media(media="print")

        expect(page.locator(".qr svg")).to_be_visible()
        expect(page.locator(".facts .field-source").first).to_be_visible()

    def test_printed_list_has_no_controls(self, page):
        assert self.sheets(page, "/?year=2024") == 1
        page.emulate_media(media="print")

        expect(page.locator(".card")).to_have_count(5)
        for hidden in (".search", ".finder-side", ".sort", ".to-filters", ".conditions"):
            expect(page.locator(hidden)).to_be_hidden()
