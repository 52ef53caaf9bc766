"""Render the images in static/icons from static/icon.svg and share.html beside this file.

    python -m tests.browser.pictures

They are committed, so that serving them needs neither a browser nor a font.
"""

import json
import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chosen import launch_browser

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
ICONS = STATIC / "icons"
SHARE_SIZE = (1200, 630)
#: Names and sizes in pixels; those of phones are cut to their own shape, so they fill the square.
ROUNDED = {"icon-48": 48, "icon-192": 192, "icon-512": 512}
FULL = {"apple-touch-icon": 180, "maskable-192": 192, "maskable-512": 512}


def tiles() -> str:
    """The 시·도 at their positions of the tile map."""
    regions = json.loads((ROOT / "fixtures" / "regions.json").read_text())
    fields = [one["fields"] for one in regions if one["fields"].get("tile_col") is not None]
    return "".join(
        f'<span style="grid-area: {one["tile_row"] + 1} / {one["tile_col"] + 1}">'
        f"{'<br>'.join(re.findall('..?', one['short_name']))}</span>"
        for one in fields
    )


def draw_share(page: Page, folder: Path) -> None:
    """Draw the picture of the site, and its frame, into which each centre's name is drawn."""
    html = Path(__file__).with_name("share.html").read_text()
    sign = (ROOT / "templates" / "icons" / "sign.html").read_text()
    # The picture waits for its fonts, which pages do not.
    fonts = (STATIC / "css" / "fonts.css").read_text().replace("optional", "block")
    html = html.replace("FONTS", fonts.replace("../fonts", "STATIC/fonts"))
    for mark, text in {"STATIC": STATIC.as_uri(), "SIGN": sign, "TILES": tiles()}.items():
        html = html.replace(mark, text)
    drawing = folder / "share.html"
    drawing.write_text(html)
    page.set_viewport_size(dict(zip(("width", "height"), SHARE_SIZE, strict=True)))
    page.goto(drawing.as_uri())
    page.evaluate("document.fonts.ready")
    page.screenshot(path=ICONS / "share.png")
    page.add_style_tag(content="h1, h1 + p, .tiles { display: none; }")
    page.screenshot(path=ICONS / "share-center.png")


def draw_icons(page: Page) -> None:
    svg = (STATIC / "icon.svg").read_text()
    square = re.sub(r' rx="[\d.]+"', "", svg, count=1)
    for pictures, drawing in ((ROUNDED, svg), (FULL, square)):
        for name, size in pictures.items():
            page.set_viewport_size({"width": size, "height": size})
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{drawing}")
            page.screenshot(path=ICONS / f"{name}.png", omit_background=drawing is svg)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch_browser(playwright)
        page = browser.new_page()
        draw_share(page, Path(folder))
        draw_icons(page)
        browser.close()


if __name__ == "__main__":
    main()
