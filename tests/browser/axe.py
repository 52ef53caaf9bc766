"""What axe finds on a page, at three widths and in both colour schemes."""

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    # Experimental, but required by KWCAG 6.5.3.
    "rules": {"label-content-name-mismatch": {"enabled": True}},
    "resultTypes": ["violations"],
    # It would request the stylesheets again, and some at wrong URLs.
    "preload": False,
}
#: Dark is light in other colours, so these tell the rest.
COLOURS = RULES | {"runOnly": ["color-contrast", "link-in-text-block"], "rules": {}}
#: What folds a long list of choices shows only more of the same.
UNFOLD = "for (const part of document.querySelectorAll('details:not(.more)')) part.open = true"
#: Links of the admin have colour transitions.
SETTLED = "() => Promise.all(document.getAnimations().map(({ finished }) => finished))"
WIDTHS = (360, 768, 1280)
SCHEMES = {"light": RULES, "dark": COLOURS}
#: So high that a whole page is in the viewport and rendered.
HEIGHT = 8_000


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


@pytest.fixture
def visitor():
    # The policy of the pages lets nobody add a script, axe neither.
    return {"bypass_csp": True}


def list_violations(page) -> list[tuple]:
    """What axe finds on the open page: rule, the first elements, width and scheme."""
    found = []
    page.evaluate(Axe().axe_script)
    page.evaluate(UNFOLD)
    for scheme, rules in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for rule in page.evaluate("rules => axe.run(rules)", rules)["violations"]:
                where = [node["html"][:120] for node in rule["nodes"][:3]]
                found.append((rule["id"], where, width, scheme))
    return found
