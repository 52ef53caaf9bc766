"""Each public page shows the site's own words in one face: no single letters in another one."""

from urllib.parse import unquote

import pytest

from tests.support.extremes import NOWHERE, PAGES

#: Lists that say much about what they were asked for, and pages that the other tests need not open.
MORE_PAGES = (
    "/api/",
    "/regions/",
    "/?q=부산에 있는 봉제 센터 어디예요",
    "/?q=양주 염색 교육 받고 싶은데 뭘 준비해야 하나요",
    "/?q=악기&region=50",
    "/?q=가까운 곳부터 전부 보여줘",
    "/?near=없는동네&industry=14",
    "/?near=47940&industry=10",
    "/?region=47&q=의성 흙마늘 떡집",
    "/?year_min=2030&year_max=2010&size_min=-5&q=봉제&page=99&sort=x",
    "/centers/24/",
    "/changes/?page=2",
    "/data/releases/nothing/",
    "/data/releases/compare/?from=1&to=2",
)
#: Adds a paragraph for each weight of the font with all characters that the page shows so, and
#: returns their texts. Programs' text has a face of its own, and readers open what is folded.
PROBE = """() => {
    for (const part of document.querySelectorAll("details")) part.open = true;
    const shown = {400: new Set(), 700: new Set()};
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!element.checkVisibility() || element.closest("code, textarea, option")) continue;
        const weight = getComputedStyle(element).fontWeight;
        for (const one of texts.currentNode.data) shown[weight].add(one);
    }
    for (const field of document.querySelectorAll("[placeholder]"))
        for (const one of field.placeholder) shown[400].add(one);
    for (const [weight, found] of Object.entries(shown)) {
        const probe = document.createElement("p");
        probe.className = "probe";
        probe.style.fontWeight = weight;
        for (const one of found) {
            if (!one.trim()) continue;
            const character = document.createElement("span");
            character.textContent = one;
            probe.append(character);
        }
        document.body.append(probe);
    }
    // Read at once, so that these are laid out, and their fonts requested.
    return [...document.querySelectorAll(".probe")].map((probe) => probe.innerText);
}"""


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


@pytest.fixture
def list_faces(page, context):
    """A function that lists the characters of the open page: those in the site's font, others."""
    session = context.new_cdp_session(page)

    def has_local_font(node):
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert fonts
        return not all(one["isCustomFont"] for one in fonts)

    def list_faces():
        shown = page.evaluate(PROBE)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        for domain in ("DOM", "CSS"):
            session.send(f"{domain}.enable")
        root = session.send("DOM.getDocument")["root"]["nodeId"]
        query = {"nodeId": root, "selector": ".probe"}
        own, local = set(), set()
        for node in session.send("DOM.querySelectorAll", query)["nodeIds"]:
            characters = shown.pop(0)
            if not has_local_font(node):
                own |= set(characters)
                continue
            each = session.send("DOM.querySelectorAll", {"nodeId": node, "selector": "span"})
            for character, one in zip(characters, each["nodeIds"], strict=True):
                (local if has_local_font(one) else own).add(character)
        return own, local

    return list_faces


@pytest.mark.parametrize("path", [*PAGES, *MORE_PAGES, NOWHERE])
def test_no_word_of_the_site_has_letters_of_another_face(page, watch, list_faces, path):
    page.goto(path)
    # On the first visit the font may come too late.
    page.reload(wait_until="networkidle")
    own, local = list_faces()

    assert len(own) > 50
    # What readers type may have any letter.
    assert local - set(unquote(path)) == set()
    watch.troubles[:] = [one for one in watch.troubles if "404 (Not Found)" not in one]


def test_page_whose_first_font_is_late_has_no_letters_of_it(page, list_faces):
    late = []
    page.route("**/woff2/site-*", lambda route: late.append(route))
    page.goto("/about/", wait_until="commit")
    page.locator("footer").wait_for()
    page.wait_for_timeout(500)
    page.unroute("**/woff2/site-*")  # and they come
    assert len(late) == 3
    page.wait_for_load_state("networkidle")
    own, local = list_faces()

    assert own == set()
    assert len(local) > 100
