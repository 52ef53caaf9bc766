"""Every kind of page, and the records that strain it: the longest words, nothing known, the end.

`make()` adds the records to a site with the shipped facts, and the lists name the addresses.
"""

from datetime import date

from centers.admin.call_list import start_round
from centers.models import Center, Correction, Operator, Region
from tests.support.lists import SOAP, create_draft, details, table

LONGEST, EMPTY, CLOSED = 9001, 9002, 9003
REPORT, ENTRY = 9004, 9005

PAGES = (
    "/",
    "/?region=51&industry=10&q=영월",
    "/?view=table",
    "/?near=50110&industry=14",
    "/?near=51750&view=table",
    "/?page=2&sort=name",
    "/?region=광주&regon=1&q=qhdwp",
    "/?q=봉재",
    "/?region=50&industry=10",
    "/regions/?region=50&regon=1",
    "/centers/1/",
    f"/centers/{LONGEST}/",
    f"/centers/{EMPTY}/",
    f"/centers/{CLOSED}/",
    f"/centers/{LONGEST}/correction/",
    "/coverage/",
    "/coverage/?region=41",
    "/coverage/?region=41&gaps=1&regon=1",
    "/announcements/",
    "/announcements/2024-selection/",
    "/announcements/2026-status-list/",
    "/changes/",
    "/about/",
    "/data/",
    "/data/releases/",
    "/data/releases/compare/",
    "/accessibility/",
    "/privacy/",
)
NOWHERE = "/nowhere/"
DESK = (
    "/admin/",
    "/admin/centers/correction/",
    f"/admin/centers/correction/{REPORT}/change/",
    "/admin/centers/center/",
    "/admin/centers/center/quality/",
    "/admin/centers/center/1/change/",
    "/admin/centers/center/1/history/",
    f"/admin/centers/center/{LONGEST}/change/?correction={REPORT}",
    f"/admin/centers/center/{LONGEST}/history/{ENTRY}/",
    f"/admin/centers/center/{LONGEST}/move/",
    "/admin/centers/center/merge/?keep=1&drop=2",
    f"/admin/centers/center/merge/?keep=1&drop={LONGEST}",
    "/admin/centers/call-round/",
    f"/admin/centers/call-round/{LONGEST}/",
    f"/admin/centers/call-round/{EMPTY}/",
    "/admin/duplicates/",
    "/admin/deleted/",
    "/admin/work/",
    "/admin/guide/",
    "/admin/centers/importrun/add/",
    "/admin/security/",
    "/admin/security/app/",
    "/admin/security/passkeys/add/",
    "/admin/security/again/",
    "/admin/centers/importrun/{draft}/change/",
)

#: Those of the list of centres that show a page before they change anything.
ACTIONS = ("quick_edit", "confirm", "mark_closed", "unpublish", "delete_selected")


def make() -> int:
    """Save the records; return the number of an import that waits to be decided upon."""
    words = "가나다라마바사아자차" * 30
    operator = Operator(name=words)
    operator.save()
    long = Center(
        pk=LONGEST,
        name=words[:200],
        region=Region.objects.get(code="50110"),
        industry_id="14",
        operator=operator,
        specialty=words[:50],
        status=Center.Status.UNCONFIRMED,
        cluster_size=1_000,
        cluster_size_as_of=date(2024, 6, 25),
        designated_year=2020,
        address=words,
        phone="064-1234-5678",
        website="https://example.kr/" + "a" * 450,
        lat=33.5,
        lon=126.5,
        confirmed_on=date(2024, 6, 25),
        note=words * 6,
    )
    long.save()
    long.phone, long.note = "064-1234-5679", f"{words}\n" * 5
    long.save()
    Center.history.filter(id=LONGEST, phone=long.phone).update(history_id=ENTRY)
    for number, key in enumerate((REPORT, REPORT + 1)):
        Correction(
            pk=key,
            center=long,
            field="phone",
            value=words,
            message=words * 6,
            evidence="link",
            evidence_text="https://example.kr/" + "a" * 450,
            token_key=str(number),
        ).save()
    jeju = Region.objects.get(code="50")
    Center(pk=EMPTY, region=jeju, kind=Center.Kind.WIDE_AREA).save()
    Center(
        pk=CLOSED,
        region=jeju,
        kind=Center.Kind.WIDE_AREA,
        status=Center.Status.CLOSED,
        closed_on=date(2025, 12, 31),
        successor=long,
    ).save()
    # Of whom the list of records that may be one has a pair.
    twin = {"region": jeju, "industry_id": "13", "operator": operator}
    for name in (words[:150], words[:150] + "라"):
        Center(name=name, phone="064-111-2222", **twin).save()
    start_round(None)
    return create_draft(table(SOAP, SOAP | {"region": "없는 곳"}), details("list-2027")).pk
