"""Data quality checks: their counts, and a list filter of the centres that they find."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from centers.admin.duplicates import find_duplicate_keys
from centers.models import Center, Citation, Region

#: A status list is published about once a year; a record confirmed before that may be outdated.
OLD_AFTER_DAYS = 365

ENDED = Q(status=Center.Status.CLOSED)


def match_old() -> Q:
    """Match open centres that have not been confirmed for `OLD_AFTER_DAYS`."""
    last = timezone.localdate() - timedelta(days=OLD_AFTER_DAYS)
    return (Q(confirmed_on=None) | Q(confirmed_on__lt=last)) & ~ENDED


def match_call_list() -> Q:
    """Match centres without a telephone of which a number of low confidence is known."""
    numbers = Citation.objects.to_verify().filter(field="phone")
    return Q(phone="") & (
        Q(pk__in=numbers.filter(center__isnull=False).values("center"))
        | Q(operator__in=numbers.filter(operator__phone="").values("operator"))
    )


def match_sido_only() -> Q:
    """Match specialised centres of which only the 시·도 is known, though it has subdivisions."""
    with_children = Region.objects.filter(level=Region.Level.SIDO, children__isnull=False)
    return Q(kind=Center.Kind.SPECIALIZED, region__in=with_children.values("pk"))


def match_duplicates() -> Q:
    """Match open centres with one name, address or telephone, or region, industry and operator."""
    return Q(pk__in=find_duplicate_keys())


def match_stale() -> Q:
    """Match centres whose search columns differ from their record."""
    return Q(pk__in=[center.pk for center in Center.objects.find_stale()])


@dataclass(frozen=True)
class Check:
    """One data quality check; `condition` builds its filter."""

    name: str
    label: str
    advice: str
    condition: Callable[[], Q]
    #: Whether the check reads all centres into Python, which is too slow for the index page.
    is_slow: bool = False
    #: The query string of the citations to look at, instead of the centres.
    citations: str = ""

    def filter_centers(self, centers: QuerySet) -> QuerySet:
        return centers.filter(self.condition())

    @property
    def count(self) -> int:
        return self.filter_centers(Center.objects.all()).count()

    @property
    def url(self) -> str:
        if self.citations:
            return f"{reverse('admin:centers_citation_changelist')}?{self.citations}"
        return f"{reverse('admin:centers_center_changelist')}?check={self.name}"


CHECKS = (
    Check(
        "unconfirmed",
        "상태가 확인 필요",
        "가장 새로운 목록에 없는 센터입니다. 전화로 확인해 상태를 고쳐 주세요.",
        lambda: Q(status=Center.Status.UNCONFIRMED),
    ),
    Check(
        "old",
        f"{OLD_AFTER_DAYS}일 넘게 확인 안 함",
        "확인했으면 목록에서 골라 ‘확인함’을 누릅니다.",
        match_old,
    ),
    Check("phone", "전화 없음", "누리집이나 공고에서 찾아 적습니다.", lambda: Q(phone="") & ~ENDED),
    Check(
        "call",
        "확인할 번호",
        "오래된 번호라 밖에 보이지 않습니다. 전화해 보고 맞으면 센터나 운영기관에 적습니다.",
        match_call_list,
        citations="confidence__exact=low&field__exact=phone",
    ),
    Check(
        "address", "주소 없음", "공고나 누리집에서 찾아 적습니다.", lambda: Q(address="") & ~ENDED
    ),
    Check(
        "region",
        "지역이 시·도까지만",
        "특화 센터는 집적지가 있는 시·군·구까지 고릅니다.",
        match_sido_only,
    ),
    Check(
        "website",
        "누리집 주소를 열 수 없음",
        "웹 주소가 아닙니다. 바른 주소로 고치거나 지웁니다.",
        lambda: (
            ~(Q(website="") | Q(website__startswith="http://") | Q(website__startswith="https://"))
        ),
    ),
    Check("draft", "게시 안 한 초안", "다 적었으면 게시합니다.", lambda: Q(published=False)),
    Check(
        "same",
        "겹치는 것 같음",
        "이름·주소·전화 가운데 하나나, 지역·업종·운영기관이 같은 센터입니다. 한 센터라면 나머지를"
        " ‘운영 종료’로 바꾸고 이어받은 센터를 적습니다.",
        match_duplicates,
        is_slow=True,
    ),
    Check(
        "stale",
        "검색용 색인이 오래됨",
        "데이터베이스를 직접 고치면 생깁니다. 목록에서 골라 ‘검색용 색인 다시 만들기’를 누릅니다.",
        match_stale,
        is_slow=True,
    ),
)


class CheckFilter(admin.SimpleListFilter):
    """Filters the centres that a check finds."""

    title = "살펴볼 것"
    parameter_name: str = "check"

    def lookups(self, request, model_admin):
        # The list counts every option on each page, so slow checks appear only if requested.
        requested = request.GET.get(self.parameter_name)
        checks = [check for check in CHECKS if not check.is_slow or check.name == requested]
        return [(check.name, check.label) for check in checks]

    def queryset(self, request, queryset):
        check = next((check for check in CHECKS if check.name == self.value()), None)
        return check.filter_centers(queryset) if check else queryset


def get_first_page_checks() -> list[Check]:
    """Return the checks that are fast enough for the index page."""
    return [check for check in CHECKS if not check.is_slow]
