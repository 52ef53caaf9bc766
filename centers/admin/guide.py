"""The guide for editors, docs/editors.md, as a page of the admin with its pictures."""

from functools import lru_cache

from django.conf import settings
from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from centers.text.markdown import render_markdown

DOCUMENT = settings.BASE_DIR / "docs" / "editors.md"
IMAGES = DOCUMENT.parent / "images"


def build_image_url(path: str) -> str:
    return reverse("admin:guide_image", args=[path.removeprefix("images/").removesuffix(".webp")])


@lru_cache(maxsize=1)
def render_guide() -> SafeString:
    """Render the guide without its title, which the page has."""
    _, _, text = DOCUMENT.read_text(encoding="utf-8").partition("\n")
    return render_markdown(text, build_image_url)


def show_guide(request: HttpRequest) -> TemplateResponse:
    context = {
        **admin.site.each_context(request),
        "title": "편집자 안내",
        "guide": render_guide(),
    }
    return TemplateResponse(request, "admin/guide.html", context)


def send_image(request: HttpRequest, name: str) -> FileResponse:
    """Send a picture of the guide; `name` is a slug, so no path."""
    try:
        file = (IMAGES / f"{name}.webp").open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return response
