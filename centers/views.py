"""The public pages. They never touch session, user or messages, so they set no cookie."""

from django.conf import settings
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from centers.models import Announcement, Center, Listing
from centers.results import SORTS, Results


def page(request: HttpRequest, template: str, canonical: str, **context) -> HttpResponse:
    """Answer with one page; `canonical` is the path that search engines should keep."""
    return render(request, template, {"canonical": settings.SITE_URL + canonical, **context})


@require_safe
def center_list(request: HttpRequest) -> HttpResponse:
    results = Results(request.GET)
    # Read before the notices are shown, since an unusable page number adds one.
    rows = results.rows
    return page(
        request,
        "centers/list.html",
        canonical=results.canonical,
        results=results,
        rows=rows,
        sorts=SORTS,
    )


@require_safe
def center_detail(request: HttpRequest, pk: int) -> HttpResponse:
    center = get_object_or_404(Center.objects.published().with_parts(), pk=pk)
    listings = center.listings.select_related("announcement").order_by(
        "-announcement__published_on", "row"
    )
    return page(
        request,
        "centers/detail.html",
        canonical=center.get_absolute_url(),
        center=center,
        listings=listings,
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
def about(request: HttpRequest) -> HttpResponse:
    return page(request, "about.html", canonical=request.path)
