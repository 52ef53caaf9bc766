"""Views of the public pages. They never touch session, user or messages, so they set no cookie."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone

from centers.exports.columns import EXPORT_COLUMNS
from centers.exports.licence import (
    ATTRIBUTION,
    MIT,
    OFL,
    PERMISSIONS,
    REFERENCE_SOURCES,
    TERMS_OF_USE,
    build_citation,
)
from centers.http.decorators import require_safe
from centers.http.merged_records import redirect_merged
from centers.http.pages import render_page
from centers.models import Announcement, Center, DataVersion, Listing, Service
from centers.models.center_fields import EXPECTED_FIELDS, SOURCED_FIELDS
from centers.models.corrections import RETENTION_DAYS
from centers.models.reference_data import (
    get_center_totals,
    get_reference_data,
    get_served_industries,
)
from centers.provenance.changes import (
    CenterChanges,
    Changes,
    get_center_history,
    get_public_history,
)
from centers.provenance.cited_values import (
    get_center_citations,
    list_former_operators,
    list_further_statements,
)
from centers.provenance.sources import find_operator_sources, find_sources
from centers.search.alternatives import Alternatives
from centers.search.listed_center import fetch_cached_rows
from centers.search.nearest import NearbyCenter
from centers.search.neighbours import get_neighbours
from centers.search.results import Results
from centers.search.suggestions import build_list_url, suggest, suggest_makers_words, suggest_places
from centers.text.formatting import Highlight, quote
from centers.web.announcement_page import PrintedTable
from centers.web.center_help import (
    HELP_READ_ON,
    build_help_sentence,
    build_number_search,
    build_qr_image,
    choose_call_button,
    choose_help_sources,
    list_notice_links,
)
from centers.web.contact_links import build_map_links, build_report_link, get_safe_website
from centers.web.coverage import Coverage
from centers.web.dataset_catalog import Dataset
from centers.web.dot_map import build_center_map
from centers.web.edit_links import build_edit_url
from centers.web.fragments import render_card, render_region_options
from centers.web.list_page import ListPage
from centers.web.share_picture import SharePicture
from centers.web.structured_data import (
    build_announcement_breadcrumb,
    build_center_breadcrumb,
    build_dataset,
    build_organization,
    build_website,
)
from centers.web.timeline import build_timeline

#: The properties of `Alternatives` that the list page shows.
OFFERED_WITH_RESULTS = ("missing_sentence", "wide_area_centers", "nearby_other_industries")
OFFERED_WITHOUT_RESULTS = (
    "missing_sentence",
    "industry_name",
    "industries_without_centers",
    "corrections",
    "is_place_known",
    "nearest_centers",
    "same_division_rows",
    "wide_area_rows",
    "wide_area_centers",
    "nearby_other_industries",
    "near_named_regions",
    "with_one_word_less",
    "with_one_filter_less",
    "covered_industries",
)
#: Those of them that are cards.
CARDS = ("nearest_centers", "same_division_rows", "wide_area_rows")
CHANGES_PER_PAGE = 50
#: Changes on the page of one centre.
MAX_CENTER_CHANGES = 20


def fetch_alternatives(results: Results) -> dict[str, Any]:
    """Fetch what the page offers beside these results, or instead of them if there are none."""
    alternatives = Alternatives(results)
    names = OFFERED_WITH_RESULTS if results.rows else OFFERED_WITHOUT_RESULTS
    found = {name: getattr(alternatives, name) for name in names}
    for name in CARDS:
        if name in found:
            found[name] = [render_card(row, Highlight(), results.version) for row in found[name]]
    return found


@require_safe
def center_list(request: HttpRequest) -> HttpResponse:
    list_page = ListPage(request.GET)
    results = list_page.results
    if url := results.query.build_url_with_codes(request.GET, request.path):
        return HttpResponseRedirect(url)
    return render_page(
        request,
        "centers/list.html",
        canonical=results.url_state.canonical(results.page.number),
        list_page=list_page,
        results=results,
        rows=results.rows,
        served_industries=get_served_industries(results.version),
        totals=get_center_totals(results.version),
        alternatives=fetch_alternatives(results),
        noindex=not list_page.is_indexable,
        structured_data=[build_website()] if list_page.is_front else [],
    )


@require_safe
def region_list(request: HttpRequest) -> HttpResponse:
    """Show the search form with all 시·군·구, which the form of the list links to or loads."""
    list_page = ListPage(request.GET)
    results = list_page.results
    return render_page(
        request,
        "centers/regions.html",
        canonical=request.path,
        list_page=list_page,
        results=results,
        served_industries=get_served_industries(results.version),
        region_options=render_region_options(results.version),
        noindex=True,
    )


def list_unknown_labels(center: Center) -> list[str]:
    """List what the page names once as unknown; the served area has a line of its own."""
    return [
        field.label
        for field in EXPECTED_FIELDS
        if field.name != "service_area" and not field.has_value(center)
    ]


def choose_offered_center(center: Center, others: list[NearbyCenter]) -> NearbyCenter | None:
    """Choose where a closed centre without a successor sends its readers; others are open ones."""
    if center.status != Center.Status.CLOSED or (center.successor and center.successor.published):
        return None
    operating = (one for one in others if one.center.status == Center.Status.OPERATING)
    return next(operating, None)


@require_safe
def center_detail(request: HttpRequest, pk: int) -> HttpResponse:
    version = DataVersion.cached()
    regions, industries = get_reference_data(version)
    try:
        neighbours = get_neighbours(version, pk)
    except Center.DoesNotExist:
        return redirect_merged(Center, "center", pk)
    # The centre with those that its page names, in two queries at most.
    keys = [pk, *neighbours.nearest, *neighbours.same_industry]
    rows = fetch_cached_rows([*dict.fromkeys(keys)], regions, version)
    if pk not in rows:
        raise Http404  # deleted within the last second
    center, listings = rows[pk].center, rows[pk].listings
    region_links = [
        (regions.by_code[code], build_list_url(region=code))
        for code in reversed(regions.list_enclosing_codes(center.region_id))
    ]
    citations = get_center_citations(version, center)
    history = get_center_history(version, pk)
    changes = CenterChanges(center, citations, history, MAX_CENTER_CHANGES, regions, industries)
    origins = history.trace_origins(SOURCED_FIELDS)
    nearest, same_industry = (
        [NearbyCenter(rows[key].center, at) for key, at in found.items() if key in rows]
        for found in neighbours
    )
    sources = find_sources(center, listings, citations, origins, version)
    website = get_safe_website(center)
    operator_website = get_safe_website(center.operator) if center.operator else ""
    return render_page(
        request,
        "centers/detail.html",
        canonical=center.get_absolute_url(),
        center=center,
        region_links=region_links,
        industry_url=build_list_url(industry=center.industry_id) if center.industry_id else "",
        served_regions=regions.list_full_names(center.service_area),
        service_labels=[Service(key).label for key in center.services],
        industry_label=rows[pk].industry_label,
        successor=center.successor,
        listings=listings,
        sources=sources,
        has_citations=any(one.citation for one in sources.values()),
        operator_sources=find_operator_sources(center, citations),
        unknown_labels=list_unknown_labels(center),
        former_operators=list_former_operators(center, citations),
        further_statements=list_further_statements(center, citations),
        status_note=rows[pk].status_note,
        changes=list(changes),
        nearest_centers=nearest,
        same_industry_centers=same_industry,
        offered_center=choose_offered_center(center, same_industry or nearest),
        map_links=build_map_links(center),
        website=website,
        operator_website=operator_website,
        help_sentence=build_help_sentence(center, version),
        call_button=choose_call_button(center),
        number_search=build_number_search(center),
        notice_links=list_notice_links(website, operator_website),
        help_sources=choose_help_sources(center),
        help_read_on=HELP_READ_ON,
        qr_image=build_qr_image(settings.SITE_URL + center.get_absolute_url()),
        events=build_timeline(center, listings, citations),
        correction_url=reverse("correction", args=[center.pk]) if settings.CORRECTIONS else "",
        report_link=build_report_link(
            f"센터 {center.pk}번 {center.display_name}",
            settings.SITE_URL + center.get_absolute_url(),
        ),
        dot_map=build_center_map(center, regions),
        edit_url=build_edit_url(request, "center", center.pk),
        share_picture=SharePicture.from_row(rows[pk]),
        structured_data=[
            build_organization(center),
            build_center_breadcrumb(center, region_links),
        ],
    )


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    page = Coverage(request.GET)
    if url := page.matrix.query.build_url_with_codes(request.GET, request.path):
        return HttpResponseRedirect(url)
    return render_page(
        request,
        "coverage/coverage.html",
        canonical=page.canonical,
        coverage=page,
        matrix=page.matrix,
        noindex=page.matrix.is_gaps_only,
    )


@require_safe
def announcement_list(request: HttpRequest) -> HttpResponse:
    announcements = Announcement.objects.annotate(
        center_count=Count(
            "listings__center", filter=Q(listings__center__published=True), distinct=True
        )
    ).order_by("-published_on", "pk")  # aggregation drops the default ordering
    return render_page(
        request,
        "announcements/list.html",
        canonical=request.path,
        announcements=list(announcements),
    )


@require_safe
def announcement_detail(request: HttpRequest, slug: str) -> HttpResponse:
    listings = Listing.objects.filter(center__published=True).prefetch_related(
        Prefetch("center", Center.objects.with_related())
    )
    announcements = Announcement.objects.prefetch_related(Prefetch("listings", listings))
    announcement = announcements.filter(slug=slug).first()
    if announcement is None:
        return redirect_merged(Announcement, "announcement", slug)
    return render_page(
        request,
        "announcements/detail.html",
        canonical=announcement.get_absolute_url(),
        announcement=announcement,
        printed_table=PrintedTable(announcement),
        edit_url=build_edit_url(request, "announcement", announcement.pk),
        structured_data=[build_announcement_breadcrumb(announcement)],
    )


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    requested = request.GET.get("page", "1")
    page = Paginator(get_public_history(), CHANGES_PER_PAGE).get_page(requested)
    canonical = request.path if page.number == 1 else f"{request.path}?page={page.number}"
    return render_page(
        request,
        "changes/list.html",
        canonical=canonical,
        page=page,
        missing_page="" if requested == str(page.number) else quote(requested),
        changes=list(Changes(page, *get_reference_data(DataVersion.cached()))),
    )


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render_page(request, "about.html", canonical=request.path)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    dataset = Dataset()
    return render_page(
        request,
        "data.html",
        canonical=request.path,
        announcements=dataset.documents,
        references=REFERENCE_SOURCES,
        columns=EXPORT_COLUMNS,
        attribution=ATTRIBUTION,
        terms_of_use=TERMS_OF_USE,
        permissions=PERMISSIONS,
        code_licence=MIT,
        font_licence=OFL,
        citation=build_citation(timezone.localdate()),
        structured_data=[build_dataset(dataset)],
    )


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        "accessibility.html",
        canonical=request.path,
        report_link=build_report_link("접근성", settings.SITE_URL + request.path),
    )


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        "privacy.html",
        canonical=request.path,
        corrections=settings.CORRECTIONS,
        retention_days=RETENTION_DAYS,
    )


@require_safe
def center_count(request: HttpRequest) -> JsonResponse:
    """Return the number of results of a query string as JSON, for the button below the filters."""
    return JsonResponse({"count": Results(request.GET).count})


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Return suggestions for a field as JSON: kind, label, note and URL of each.

    With `near` instead of `q`, places to measure from, with `makes` wares and work; `value` is what
    the field then holds.
    """
    if "near" in request.GET:
        return JsonResponse({"suggestions": suggest_places(request.GET["near"])})
    if "makes" in request.GET:
        return JsonResponse({"suggestions": suggest_makers_words(request.GET["makes"])})
    return JsonResponse({"suggestions": suggest(request.GET.get("q", ""))})


@require_safe
def region_points(request: HttpRequest) -> JsonResponse:
    """Return latitude and longitude of each 시·군·구 by code; browsers find the nearest one."""
    regions, _ = get_reference_data(DataVersion.cached())
    return JsonResponse(
        {
            code: [region.lat, region.lon]
            for code, region in regions.by_code.items()
            if region.level == "sigungu" and region.lat is not None
        }
    )
