"""Rendering of public pages, with the context that the base template needs."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def render_page(request: HttpRequest, template: str, canonical: str, **context) -> HttpResponse:
    """Render a public page; `canonical` is the path for `<link rel="canonical">`.

    A page with `edit_url`, a link for an editor who is signed in, is for that reader alone.
    """
    defaults = {
        "site_url": settings.SITE_URL,
        "canonical": settings.SITE_URL + canonical,
        "contact_email": settings.CONTACT_EMAIL,
    }
    response = render(request, template, defaults | context)
    if context.get("edit_url"):
        response["Cache-Control"] = "private, no-store"
    return response
