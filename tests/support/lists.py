"""Published lists as an import meets them: printed tables, their announcements, their plans."""

from datetime import date

from centers.importer.announcement_details import AnnouncementDetails
from centers.importer.apply import apply
from centers.importer.drafts import create_draft
from centers.importer.planner import Planner
from centers.importer.read import PrintedList, PrintedRow
from centers.models import Announcement, Center, Industry, Listing, Operator, Region

RECORDS = (Region, Industry, Operator, Announcement, Center, Listing)

#: A row of a status list that states all it can.
SOAP = {
    "region": "부산",
    "name": "부산 서동 비누 소공인특화지원센터",
    "operator": "(재)부산비누진흥원",
    "industry": "화학제품(비누)",
    "cluster_size": "120개사",
    "address": "부산광역시 금정구 서동로 1",
    "phone": "051-123-4567",
    "designated_year": "2020",
    "website": "https://soap.example.kr/",
}


def table(*rows, warnings=()):
    """A table of rows given by column; what is not given is empty."""
    empty = dict.fromkeys(Listing.PRINTED_FIELDS, "")
    printed = [PrintedRow(n, n + 1, empty | row) for n, row in enumerate(rows, 1)]
    return PrintedList(headings={}, rows=printed, warnings=list(warnings), digest="")


def details(slug="list-2026", kind="status_list", day="2026-07-31", **more):
    usual = {"title": "소공인특화지원센터 현황", "publisher": "소상공인시장진흥공단"}
    return AnnouncementDetails(slug, kind, published_on=date.fromisoformat(day), **usual | more)


def plan(*rows, decisions=None, **document):
    return Planner(table(*rows), details(**document), decisions).plan()


def take_in(*rows, decisions=None, user=None, **document):
    """Plan an import and apply it; return the run."""
    run = create_draft(table(*rows), details(**document), decisions, user=user)
    apply(run, user)
    return run


def kinds(plan):
    return [row.kind.value for row in plan.rows]


def changes(row):
    """The changes of a planned row: old and new in words, by field."""
    return {change.field: (change.old_text, change.new_text) for change in row.changes}


def everything():
    """All rows of all records, and of their history."""
    return {
        manager.model.__name__: list(manager.order_by("pk").values())
        for model in RECORDS
        for manager in (model.objects, model.history)
    }
