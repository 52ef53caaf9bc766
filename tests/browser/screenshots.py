"""Screenshots of the main pages, narrow and wide, light and dark, in var/screenshots/.

Run by `python -m tests.browser.screenshots`; look at each after a change of the design.
"""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chosen import launch_browser
from tests.support.sites import running

FOLDER = Path(__file__).resolve().parents[2] / "var" / "screenshots"
WIDTHS = (360, 1280)
#: Chromium takes no higher screenshot than this, in px.
HIGHEST = 16_000
ACCOUNT = {"username": "desk", "password": "only-for-pictures-0"}
PAGES = {
    "list": "/",
    "list-table": "/?view=table",
    "list-near": "/?near=51750&industry=10",
    "no-results": "/?region=50&industry=10&q=봉재",
    "centre": "/centers/1/",
    "coverage": "/coverage/",
    "announcements": "/announcements/",
    "announcement": "/announcements/2024-selection/",
    "about": "/about/",
    "data": "/data/",
    "releases": "/data/releases/",
    "releases-compared": "/data/releases/compare/",
    "accessibility": "/accessibility/",
    "privacy": "/privacy/",
    "not-found": "/nowhere/",
    "admin-list": "/admin/centers/center/",
    "admin-second-step": "/admin/security/",
    "admin-app": "/admin/security/app/",
}


def take_screenshot(page: Page, name: str, path: str) -> None:
    """Take a screenshot of a whole page, with each part as it looks when scrolled to."""
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 800})
    response = page.goto(path, wait_until="networkidle")
    if response.status != 200 and not name.startswith("not-found"):
        print(f"  {path} returned {response.status}: no screenshot")
        return
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": min(height, HIGHEST)})
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(200)
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


def sign_in(page: Page) -> None:
    page.goto("/admin/login/")
    for field, value in ACCOUNT.items():
        page.fill(f"[name={field}]", value)
    page.locator("[type=submit]").click()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        os.environ |= {f"DJANGO_SUPERUSER_{name.upper()}": value for name, value in ACCOUNT.items()}
        with running(Path(scratch), CONTACT_EMAIL="help@centers.example.kr") as site:
            site.wait()
            site.manage("createsuperuser", "--noinput", "--email=desk@centers.example.kr")
            site.manage("release_data")
            browser = launch_browser(playwright)
            for scheme in ("light", "dark"):
                for width in WIDTHS:
                    page = browser.new_page(
                        base_url=f"http://127.0.0.1:{site.port}",
                        color_scheme=scheme,
                        viewport={"width": width, "height": 800},
                        locale="ko-KR",
                    )
                    sign_in(page)
                    for name, path in PAGES.items():
                        take_screenshot(page, f"{name}-{width}-{scheme}", path)
                    page.close()
            browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} screenshots in {FOLDER}")


if __name__ == "__main__":
    main()
