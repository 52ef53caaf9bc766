"""Everything works by keyboard, with a visible focus."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.extremes import LONGEST

#: Where the focus is: the element, whether it comes after the one before, and how it is shown.
WHERE = """async () => {
    // A browser scrolls to the focus with the next picture that it draws.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const element = document.activeElement;
    if (element === document.body) return null;
    const before = window.before;
    window.before = element;
    const box = element.getBoundingClientRect();
    const shown = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const target = element.closest("label") || element;
    const style = getComputedStyle(element);
    const colour = (of) => getComputedStyle(of).backgroundColor;
    const beside = document.elementsFromPoint(Math.max(box.x - 4, 0), box.y + box.height / 2);
    const behind = beside.find((of) => !/, 0\\)$/.test(colour(of)));
    return {
        name: element.outerHTML.slice(0, 120),
        inMain: Boolean(element.closest("main")),
        follows: !before || Boolean(
            before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING),
        isOnScreen: box.height > innerHeight || (box.top >= 0 && box.bottom <= innerHeight),
        isCovered: !(target.contains(shown) || shown?.contains(element)),
        outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        colours: [style.outlineColor, behind ? colour(behind) : colour(document.body)],
    };
}"""

STOPS = "a[href], button:enabled, input:enabled, select, summary, [tabindex='0']"


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


def brightness(colour):
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    darker, lighter = sorted(map(brightness, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def stops(page):
    """Every tab stop, from the top of the page to its end."""
    while True:
        page.keyboard.press("Tab")
        where = page.evaluate(WHERE)
        if where is None or not where["follows"]:
            return
        yield where


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
@pytest.mark.parametrize(
    "path", ["/", "/?view=table", "/?q=봉재", f"/centers/{LONGEST}/", "/coverage/"]
)
def test_tab_stops_are_in_order_and_visible(page, path, width, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)

    seen = list(stops(page))

    assert len(seen) == page.locator(f":is({STOPS}):visible").count() > 12
    for stop in seen:
        assert stop["outline"] >= 2, stop
        assert contrast(*stop["colours"]) >= 3, stop
        assert stop["isOnScreen"], stop
        assert not stop["isCovered"], stop


def test_skip_link_is_first_and_skips_the_menu(page):
    page.goto("/about/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="본문으로 바로 가기")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport(ratio=1)

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate(WHERE)["inMain"]


def test_centre_is_found_and_opened_by_keyboard(page):
    page.goto("/")
    while not page.evaluate("document.activeElement.id === 'q'"):
        page.keyboard.press("Tab")
    page.keyboard.type("영월")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")

    first = page.locator(".center-list h3 a").first
    name = first.inner_text()
    while not first.evaluate("link => link === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_folded_part_opens_and_closes_by_keyboard(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/?region=26")
    sheet = page.locator(".hero-search")
    sheet.locator("summary").first.focus()

    for is_open in (True, False):
        page.keyboard.press("Enter")
        expect(sheet).to_have_js_property("open", is_open)
