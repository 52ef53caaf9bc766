"""Files that browsers, search engines and other programs look for at well-known URLs."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from centers.exports.licence import build_license_link
from centers.http.decorators import require_safe
from centers.http.middleware.security_headers import CROSS_ORIGIN_HEADERS
from centers.models import DataVersion
from centers.models.reference_data import count_by_state, get_stated_count
from centers.search.filters import CenterFilter
from centers.search.suggestions import suggest
from centers.text.formatting import SITE_NAME, format_count_by_state
from centers.web import dataset_catalog as catalog
from centers.web.list_page import INDEXABLE_FILTERS

SHORT_NAME = "소공인센터 찾기"
#: The browser's colour around the page, light and dark: --header of tokens.css.
THEME_COLORS = ("#031f3f", "#0a1a2f")
#: How long a fetched security.txt is valid; RFC 9116 recommends less than a year.
SECURITY_TXT_LIFETIME = timedelta(days=180)

#: Parameters that only combine the same centres in further URLs.
DISALLOWED_PARAMETERS = [
    name
    for name in (*CenterFilter.base_filters, "near", "sort", "view")
    if name not in INDEXABLE_FILTERS
]
#: Crawlers that render link previews obey robots.txt too, and may read all public pages.
PREVIEW_CRAWLERS = ("Twitterbot", "facebookexternalhit", "kakaotalk-scrap")


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of the admin, the scripts' endpoints and endless filter combinations.

    Those combinations are `noindex` as well, for crawlers that do not support `*` in rules.
    """
    # A custom admin path stays secret; its pages are noindex anyway.
    is_default = settings.ADMIN_PATH == "admin/"
    admin_rules = [f"Disallow: {reverse('admin:index')}"] if is_default else []
    combined = [f"{one}=*{other}=" for one in INDEXABLE_FILTERS for other in INDEXABLE_FILTERS]
    lines = [
        *(f"User-agent: {name}" for name in PREVIEW_CRAWLERS),
        *(admin_rules or ["Disallow:"]),
        "",
        "User-agent: *",
        *admin_rules,
        *(f"Disallow: {reverse(name)}" for name in ("count", "suggestions")),
        *(f"Disallow: /*?*{name}=" for name in DISALLOWED_PARAMETERS),
        *(f"Disallow: /*?*{pair}" for pair in combined),
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemaps')}",
        f"# llms.txt: {settings.SITE_URL}{reverse('llms')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def llms_txt(request: HttpRequest) -> HttpResponse:
    """Return what the site is and how to query it, for programs that read for people."""
    version = DataVersion.cached()
    context = {
        "site_url": settings.SITE_URL,
        "has_mcp": settings.MCP,
        "rate": settings.API_RATE,
        "contact_email": settings.CONTACT_EMAIL,
        "stated": get_stated_count(version),
        "count": format_count_by_state(count_by_state(version)),
    }
    return render(request, "llms.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Return the contact for security reports (RFC 9116).

    Raises `Http404` without `CONTACT_EMAIL`.
    """
    if not settings.CONTACT_EMAIL:
        raise Http404
    expires = datetime.combine(timezone.now().date() + SECURITY_TXT_LIFETIME, time(), UTC)
    lines = [
        f"Contact: mailto:{settings.CONTACT_EMAIL}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: ko, en",
        f"Canonical: {settings.SITE_URL}{request.path}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect programs that request the icon without having read a page."""
    return HttpResponseRedirect(static("icons/icon-48.png"), headers=CROSS_ORIGIN_HEADERS)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Return the web app manifest."""
    icons = [
        {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        *(
            {
                "src": static(f"icons/{name}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, purpose in (("icon", "any"), ("maskable", "maskable"))
            for size in (192, 512)
        ),
    ]
    home = reverse("centers")
    return JsonResponse(
        {
            "id": home,
            "name": SITE_NAME,
            "short_name": SHORT_NAME,
            "description": "전국 소공인특화지원센터를 지역과 업종으로 찾습니다.",
            "lang": "ko",
            "dir": "ltr",
            "start_url": home,
            "scope": home,
            # Keeps the browser's back button, since many links lead out of the site.
            "display": "minimal-ui",
            "theme_color": THEME_COLORS[0],
            "background_color": "#ffffff",
            "icons": icons,
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """Return the OpenSearch description, by which a browser's address bar searches the site."""
    context = {
        "site_url": settings.SITE_URL,
        "short_name": SHORT_NAME,
        "contact_email": settings.CONTACT_EMAIL,
    }
    content_type = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "opensearch.xml", context, content_type=content_type)


@require_safe
def opensearch_suggestions(request: HttpRequest) -> HttpResponse:
    """Return suggestions in the OpenSearch format: query, labels, notes and URLs."""
    query = request.GET.get("q", "")
    found = {one["label"]: one for one in suggest(query)}
    notes = [f"{one['kind']} · {one['note']}" for one in found.values()]
    urls = [settings.SITE_URL + one["url"] for one in found.values()]
    return JsonResponse(
        [query, list(found), notes, urls],
        safe=False,
        content_type="application/x-suggestions+json",
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
def data_catalog(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        catalog.build_catalog(catalog.Dataset()),
        json_dumps_params={"ensure_ascii": False},
        headers={"Link": build_license_link()},
    )
