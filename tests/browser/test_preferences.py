"""Preferences of device and reader: reduced motion, forced colours, the chosen scheme."""

import pytest

from tests.support.extremes import LONGEST, NOWHERE

PATHS = ("/?view=table", "/?page=2&industry=14", f"/centers/{LONGEST}/", "/coverage/")


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


class TestLessMotion:
    @pytest.fixture
    def visitor(self):
        return {"reduced_motion": "reduce"}

    @pytest.mark.parametrize("path", PATHS)
    def test_nothing_moves(self, page, path):
        page.goto(path)

        moving = page.evaluate(
            """() => [...document.querySelectorAll("*")].filter((element) => {
                const style = getComputedStyle(element);
                return style.scrollBehavior === "smooth" || style.animationName !== "none"
                    || style.transitionDuration.split(", ").some((time) => time !== "0s");
            }).map((element) => element.outerHTML.slice(0, 80))"""
        )

        assert moving == []


class TestColoursOfOnesOwn:
    """Forced colours drop backgrounds and colours, so their meaning must be shown otherwise too."""

    @pytest.fixture
    def visitor(self):
        return {"forced_colors": "active", "viewport": {"width": 1280, "height": 800}}

    @pytest.mark.parametrize(
        ("path", "chosen", "others"),
        [
            ("/", ".site-nav [aria-current]", ".site-nav a:not([aria-current])"),
            ("/?page=2", ".pagination [aria-current]", ".pagination a:not([aria-current])"),
            ("/?region=51", ".tile-selected", "a.tile:not(.tile-selected)"),
            ("/?q=영월", "mark", ".card dd"),
            ("/?region=50", ".status-unconfirmed", ".badge:not(.status-unconfirmed)"),
        ],
    )
    def test_selection_is_not_shown_by_colour_alone(self, page, path, chosen, others):
        page.goto(path)
        one, other = (
            page.locator(which).first.evaluate(
                """(element) => {
                    const style = getComputedStyle(element);
                    return ["borderWidth", "borderStyle", "outlineStyle", "textDecorationLine"]
                        .map((name) => style[name]);
                }"""
            )
            for which in (chosen, others)
        )

        assert one != other

    @pytest.mark.parametrize("path", ["/", f"/centers/{LONGEST}/"])
    def test_controls_have_a_border(self, page, path):
        page.goto(path)

        without = page.evaluate(
            """() => [...document.querySelectorAll(
                "button:not(.location *), .button, input, select")]
                .filter((element) => element.checkVisibility() && element.type !== "checkbox")
                .filter((element) => getComputedStyle(element).borderStyle === "none")
                .map((element) => element.outerHTML)"""
        )

        assert without == []


def test_error_page_has_the_chosen_scheme(page, watch):
    colour = "getComputedStyle(document.body).backgroundColor"
    page.goto("/about/")
    page.locator(".theme-switch").click(click_count=2)
    chosen = page.evaluate(colour)

    page.goto(NOWHERE)

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(colour) == chosen
    watch.forgive("404")
