"""Atom feeds: changes of a list of centres, changes of one centre, and announcements."""

from datetime import date, datetime, time
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaks_filter
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join

from centers.exports.decorators import read_only, reject_parameters, with_strict_results
from centers.exports.licence import build_license_link, get_terms_url
from centers.http.merged_records import redirect_merged
from centers.models import Announcement, Center, DataVersion
from centers.models.reference_data import get_reference_data
from centers.provenance.changes import (
    HISTORY_LABELS,
    Change,
    Changes,
    get_public_history,
)
from centers.search.active_filters import FEED_IGNORED_PARAMETERS
from centers.search.results import Results
from centers.text.formatting import SITE_NAME
from centers.text.hangul import normalise

MAX_ENTRIES = 100
FIRST_LISTING = "이 누리집에 등록"
FEED_RIGHTS = "옮겨 쓸 때는 원래 문서를 출처로 밝혀 주세요. 정부 공식 누리집이 아닙니다."


class SourcedAtomFeed(Atom1Feed):
    """An Atom feed whose entries link to the document they come from (`rel="via"`)."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        if item["source"]:
            attributes = {
                "rel": "via",
                "href": build_record_url(item["source"]),
                "title": normalise(item["source"].title),
            }
            handler.addQuickElement("link", "", attributes)


def build_record_url(record: Center | Announcement) -> str:
    """Build the absolute URL of a record's page."""
    return settings.SITE_URL + record.get_absolute_url()


def build_entry_id(path: str) -> str:
    """Build the permanent identifier (URN) of what a path of the site identifies."""
    return uuid5(NAMESPACE_URL, settings.SITE_URL + path).urn


def create_feed(title: str, page: str, path: str, subtitle: str) -> SourcedAtomFeed:
    """Create an empty feed at `path`, the counterpart of the page at `page`."""
    return SourcedAtomFeed(
        title=normalise(f"{title} | {SITE_NAME}"),
        link=settings.SITE_URL + page,
        description=None,
        subtitle=subtitle,
        language="ko",
        author_name=SITE_NAME,
        author_link=settings.SITE_URL + "/",
        feed_url=settings.SITE_URL + path,
        feed_guid=build_entry_id(path),
        feed_copyright=f"{FEED_RIGHTS} {get_terms_url()}",
    )


def render_feed(feed: SourcedAtomFeed) -> HttpResponse:
    """Write a feed to a response."""
    response = HttpResponse(content_type=feed.content_type, headers={"Link": build_license_link()})
    feed.write(response, "utf-8")
    return response


# --- changes of centres --------------------------------------------------------------------------


def format_headline(change: Change) -> str:
    """Format a change as the title of an entry."""
    if change.is_first:
        return FIRST_LISTING
    status = {field.new for field in change.fields if field.label == HISTORY_LABELS["status"]}
    if Center.Status.CLOSED.label in status:
        return str(Center.Status.CLOSED.label)
    kinds: dict[str, list[str]] = {}
    for field in change.fields:
        what = "바뀜" if field.old and field.new else "추가" if field.new else "삭제"
        kinds.setdefault(what, []).append(field.label)
    return ", ".join(f"{', '.join(labels)} {what}" for what, labels in kinds.items())


def format_values(old: str, new: str) -> str:
    """Format a value before and after; what was or is unknown is added or deleted."""
    if old and new:
        return f"{old} → {new}"
    return f"{new} 추가" if new else f"{old} 삭제"


def render_change(change: Change) -> str:
    """Render a change as HTML: each value before and after, and its source."""
    lines = format_html_join(
        "",
        "<li>{}: {}</li>",
        ((one.label, format_values(one.old, one.new)) for one in change.fields),
    )
    changes = format_html("<ul>{}</ul>", lines or format_html("<li>{}</li>", FIRST_LISTING))
    source = change.source
    if change.citations:
        texts = format_html_join(", ", "{}", ((one.source_text,) for one in change.citations))
        return format_html("{}<p>출처: {}</p>", changes, texts)
    if source is None:
        return format_html("{}<p>출처: 편집자</p>", changes)
    return format_html(
        '{}<p>출처: <a href="{}">{}</a> ({})</p>',
        changes,
        build_record_url(source),
        source.title,
        source.published_on,
    )


def add_changes(feed: SourcedAtomFeed, entries: QuerySet) -> None:
    """Add the newest changes of a public history, at most `MAX_ENTRIES`."""
    regions, industries = get_reference_data(DataVersion.cached())
    for change in Changes(entries[:MAX_ENTRIES], regions, industries):
        feed.add_item(
            title=normalise(f"{change.center}: {format_headline(change)}"),
            link=build_record_url(change.center),
            description=normalise(render_change(change)),
            unique_id=build_entry_id(f"/changes/{change.key}"),
            updateddate=change.at,
            source=change.source,
        )


@read_only
@partial(with_strict_results, without=FEED_IGNORED_PARAMETERS)
def list_feed(request: HttpRequest, results: Results) -> HttpResponse:
    """The changes of the centres of a list."""
    entries = get_public_history()
    if results.count < Center.objects.published().count():
        entries = entries.filter(id__in=results.centers.order_by().values("pk"))
    page = results.url_state.url()
    feed = create_feed(
        results.active_filters.sentence,
        page,
        reverse("feed") + page.removeprefix(results.url_state.path),
        "이 조건에 맞는 센터의 바뀐 내용입니다.",
    )
    add_changes(feed, entries)
    return render_feed(feed)


@read_only
@reject_parameters
def center_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """The changes of one centre."""
    center = Center.objects.published().filter(pk=pk).first()
    if center is None:
        return redirect_merged(Center, "center_feed", pk)
    feed = create_feed(
        str(center), center.get_absolute_url(), request.path, "이 센터의 바뀐 내용입니다."
    )
    add_changes(feed, get_public_history(center))
    return render_feed(feed)


# --- announcements -------------------------------------------------------------------------------


def get_start_of_day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@read_only
@reject_parameters
def announcement_feed(request: HttpRequest) -> HttpResponse:
    """The newest announcements; an entry is updated when its record last changed."""
    entries = Announcement.history.values("id").annotate(at=Max("history_date"))
    changed = dict(entries.order_by().values_list("id", "at"))
    feed = create_feed(
        "공고", reverse("announcements"), request.path, "새로 등록하거나 고친 공고입니다."
    )
    newest = Announcement.objects.all()[:MAX_ENTRIES]
    for one in newest:
        feed.add_item(
            title=normalise(one.title),
            link=build_record_url(one),
            description=normalise(
                format_html(
                    "<p>{}, {} {}</p>{}",
                    one.publisher,
                    one.published_on,
                    one.get_kind_display(),
                    linebreaks_filter(one.summary),
                )
            ),
            unique_id=build_entry_id(f"/announcements/{one.pk}"),
            updateddate=changed.get(one.pk) or get_start_of_day(one.published_on),
            source=None,
        )
    return render_feed(feed)
