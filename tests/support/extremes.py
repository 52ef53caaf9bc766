"""Every kind of page, and the records that strain it: the longest words, nothing known, the end.

`make()` adds the records to a site with the shipped facts, and the two lists name the addresses.
"""

from datetime import date

from centers.models import Center, Correction, Operator, Region
from tests.support.lists import SOAP, create_draft, details, table

LONGEST, EMPTY, CLOSED = 9001, 9002, 9003
REPORT = 9004

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
    "/admin/centers/center/merge/?keep=1&drop=2",
    "/admin/duplicates/",
    "/admin/deleted/",
    "/admin/work/",
    "/admin/centers/importrun/add/",
    "/admin/security/",
    "/admin/security/app/",
    "/admin/security/passkeys/add/",
    "/admin/security/again/",
    "/admin/centers/importrun/{draft}/change/",
)


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
    Correction(
        pk=REPORT,
        center=long,
        field="phone",
        value=words,
        message=words * 6,
        evidence="link",
        evidence_text="https://example.kr/" + "a" * 450,
        token_key="a",
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
    return create_draft(table(SOAP, SOAP | {"region": "없는 곳"}), details("list-2027")).pk
