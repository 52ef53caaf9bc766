"""The public pages. They never touch session, user or messages, so they set no cookie."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from centers.changes import Changes, public_history
from centers.models import Announcement, Center, DataVersion, Listing
from centers.nearest import Neighbours
from centers.rescue import Rescue
from centers.results import Results, reference
from centers.suggestions import suggest
from centers.wording import quote

CHANGES_ON_A_PAGE = 50
#: Of one centre; the rest stand on the page of all.
NEWEST_CHANGES = 20


def page(request: HttpRequest, template: str, canonical: str, **context) -> HttpResponse:
    """Answer with one page; `canonical` is the path that search engines should keep."""
    return render(request, template, {"canonical": settings.SITE_URL + canonical, **context})


@require_safe
def center_list(request: HttpRequest) -> HttpResponse:
    results = Results(request.GET)
    if address := results.query.address_by_code(request.GET, request.path):
        return HttpResponseRedirect(address)
    return page(
        request,
        "centers/list.html",
        canonical=results.canonical,
        results=results,
        rows=results.rows,
        rescue=Rescue(results),
    )


@require_safe
def center_detail(request: HttpRequest, pk: int) -> HttpResponse:
    center = get_object_or_404(Center.objects.published().with_parts(), pk=pk)
    listings = center.listings.select_related("announcement").order_by(
        "-announcement__published_on", "row"
    )
    regions, industries = reference(DataVersion.current())
    return page(
        request,
        "centers/detail.html",
        canonical=center.get_absolute_url(),
        center=center,
        listings=listings,
        changes=Changes(public_history(center)[:NEWEST_CHANGES], regions, industries),
        neighbours=Neighbours(center, regions),
    )


@require_safe
def announcement_list(request: HttpRequest) -> HttpResponse:
    announcements = Announcement.objects.annotate(
        listing_count=Count("listings", filter=Q(listings__center__published=True))
    )
    return page(
        request,
        "announcements/list.html",
        canonical=request.path,
        announcements=announcements,
    )


@require_safe
def announcement_detail(request: HttpRequest, slug: str) -> HttpResponse:
    listings = Listing.objects.filter(center__published=True).prefetch_related(
        Prefetch("center", Center.objects.with_parts())
    )
    announcement = get_object_or_404(
        Announcement.objects.prefetch_related(Prefetch("listings", listings)), slug=slug
    )
    return page(
        request,
        "announcements/detail.html",
        canonical=announcement.get_absolute_url(),
        announcement=announcement,
    )


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("page", "1")
    entries = Paginator(public_history(), CHANGES_ON_A_PAGE).get_page(asked)
    canonical = request.path if entries.number == 1 else f"{request.path}?page={entries.number}"
    return page(
        request,
        "changes/list.html",
        canonical=canonical,
        page=entries,
        refused="" if asked == str(entries.number) else quote(asked),
        changes=Changes(entries, *reference(DataVersion.current())),
    )


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return page(request, "about.html", canonical=request.path)


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Suggestions for the search box, as JSON: kind, label, note and address of each."""
    return JsonResponse({"suggestions": suggest(request.GET.get("q", ""))})


@require_safe
def points(request: HttpRequest) -> JsonResponse:
    """The point of each 시·군·구 by code, so that a browser can find the nearest by itself."""
    regions, _ = reference(DataVersion.current())
    return JsonResponse(
        {
            code: [region.lat, region.lon]
            for code, region in regions.by_code.items()
            if region.level == "sigungu" and region.lat is not None
        }
    )
