"""Stylesheets and fonts: complete, equal in both themes, and without other hosts."""

import re

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
#: Of the public pages; the admin has Django's own values.
SHEETS = sorted(path for path in STATIC.rglob("*.css") if path.name != "admin.css")
FONT = STATIC / "fonts" / "pretendard"


def values(block):
    return dict(re.findall(r"(--[\w-]+): ([^;]+);", block))


def test_dark_theme_is_the_same_by_media_query_and_by_choice():
    css = (STATIC / "css" / "tokens.css").read_text()
    by_device = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', css, re.DOTALL)
    by_choice = re.search(r'\n:root\[data-theme="dark"\] \{(.*?)\}', css, re.DOTALL)

    assert len(values(by_device[1])) > 20
    assert values(by_device[1]) == values(by_choice[1])


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_stylesheet_uses_known_variables_and_no_other_host(sheet):
    css = sheet.read_text()
    known = {name for path in SHEETS for name in values(path.read_text())}

    assert set(re.findall(r"var\((--[\w-]+)", css)) <= known
    assert "http" not in css
    assert "@import" not in css


def test_every_font_file_is_used_and_every_used_file_exists():
    css = (FONT / "pretendard.css").read_text()
    used = re.findall(r'url\("([^"]+)"\)', css)

    assert sorted(used) == sorted(f"woff2/{path.name}" for path in FONT.glob("woff2/*"))
    assert len(used) == len(set(used)) == css.count("font-display:swap") == 2 * 92
    assert set(re.findall(r"font-weight:(\d+)", css)) == {"400", "700"}
    assert "SIL OPEN FONT LICENSE" in (FONT / "LICENSE").read_text()
