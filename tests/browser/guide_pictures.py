"""Take the pictures of docs/editors.md, in docs/images, from a site with the shipped facts.

    python -m tests.browser.guide_pictures

Look at each; they are committed, as WebP, which Chromium itself makes of its screenshots.
"""

import base64
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chosen import launch_browser
from tests.browser.screenshots import ACCOUNT, sign_in
from tests.support.sites import running

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
WIDTH = 1280
PREPARE = """
from django.contrib.auth import get_user_model
from centers.admin.call_list import start_round
from centers.models import Center, Correction, Region
user = get_user_model().objects.get()
jeju = Region.objects.get(code="50110")
about = {"region": jeju, "industry_id": "10", "phone": "064-123-4567"}
Center(name="제주 가나 센터", address="제주특별자치도 제주시 새길 1", **about).save()
Center(name="제주 가나 소공인 센터", **about).save()
center = Center.objects.filter(phone="").order_by("pk").first()
Correction.objects.create(
    center=center, field="phone", value="02-123-4567", evidence="call", token_key="a",
    message="대표전화가 바뀌었습니다. 옛 번호는 받지 않습니다.",
)
edited = Center.objects.exclude(cluster_size=None).order_by("pk")[4]
edited._history_user, edited._change_reason = user, "새 공고"
edited.cluster_size, edited.website = 1_234, "https://www.example.kr/"
edited.save()
start_round(user)
pair = Center.objects.filter(phone="064-123-4567").order_by("pk")
entry = edited.history.order_by("-history_id").first().history_id
print(edited.pk, entry, *pair.values_list("pk", flat=True))
"""
#: Chromium writes WebP from a canvas.
TO_WEBP = """
async data => {
  const image = new Image()
  image.src = `data:image/png;base64,${data}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.width
  canvas.height = image.height
  canvas.getContext('2d').drawImage(image, 0, 0)
  return canvas.toDataURL('image/webp', 0.8).split(',')[1]
}
"""


def take(page: Page, name: str, selector: str, height: int) -> None:
    """Store what is within the elements of a selector, from the top and at most so high (px)."""
    page.evaluate("document.fonts.ready")
    boxes = [box for one in page.locator(selector).all() if (box := one.bounding_box())]
    top, left = min(box["y"] for box in boxes), min(box["x"] for box in boxes)
    bottom = min(max(box["y"] + box["height"] for box in boxes), top + height)
    right = max(box["x"] + box["width"] for box in boxes)
    clip = {"x": left, "y": top, "width": min(right, WIDTH) - left, "height": bottom - top}
    picture = base64.b64encode(page.screenshot(clip=clip, full_page=True)).decode()
    blank = page.context.new_page()
    webp = base64.b64decode(blank.evaluate(TO_WEBP, picture))
    blank.close()
    (FOLDER / f"desk-{name}.webp").write_bytes(webp)
    print(f"desk-{name}.webp: {len(webp) // 1024} KB")


def choose(page: Page, action: str) -> None:
    """Tick three centres of the list, and choose what to do with them."""
    page.goto("/admin/centers/center/")
    for box in page.locator("#result_list [name=_selected_action]").all()[:3]:
        box.check()
    page.select_option("select[name=action]", action)


def show_quick_edit(page: Page) -> None:
    choose(page, "quick_edit")
    page.get_by_role("button", name="실행", exact=True).click()


def show_call(page: Page) -> None:
    page.goto("/admin/centers/call-round/")
    page.get_by_role("link", name="다음 센터에 전화하기").click()


def show_report(page: Page) -> None:
    page.goto("/admin/centers/correction/")
    page.locator("#result_list tbody th a").first.click()


def take_all(page: Page, edited: str, entry: str, first: str, second: str) -> None:
    centers = "/admin/centers/center"
    pictures: dict[str, tuple[str | Callable[[Page], None], str, int]] = {
        "front": ("/admin/", ".find-center, .desk-checks table, .check-links", 900),
        "actions": (lambda page: choose(page, "confirm"), "#changelist-form", 330),
        "quick-edit": (show_quick_edit, "form.quick-edit", 760),
        "source": (f"{centers}/{edited}/change/", "fieldset:has(#id_source_means)", 500),
        "history": (f"{centers}/{edited}/history/{entry}/", ".history-entry", 520),
        "merge": (f"{centers}/merge/?keep={first}&drop={second}", "form.merge", 900),
        "call": (show_call, ".call-round", 900),
        "report": (show_report, ".report-page", 560),
    }
    for name, (way, selector, height) in pictures.items():
        if isinstance(way, str):
            page.goto(way)
        else:
            way(page)
        take(page, name, selector, height)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        os.environ |= {f"DJANGO_SUPERUSER_{name.upper()}": value for name, value in ACCOUNT.items()}
        with running(Path(scratch)) as site:
            site.wait()
            site.manage("createsuperuser", "--noinput", "--email=desk@centers.example.kr")
            keys = site.manage("shell", "-v0", "-c", PREPARE).split()
            browser = launch_browser(playwright)
            context = browser.new_context(
                base_url=f"http://127.0.0.1:{site.port}",
                color_scheme="light",
                viewport={"width": WIDTH, "height": 900},
                locale="ko-KR",
            )
            page = context.new_page()
            sign_in(page)
            take_all(page, *keys)
            browser.close()


if __name__ == "__main__":
    main()
