"""Data quality checks: their counts, and a list filter of the centres that they find."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from centers.admin.duplicates import find_duplicate_keys, list_duplicate_links
from centers.models import BrokenLink, Call, Center, Citation, DataVersion, Region, Word
from centers.models.data_version import per_data_version
from centers.models.place_parser import get_place_parser
from centers.models.reference_data import get_reference_data
from centers.models.word_index import match_without_class

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
    numbers = numbers.exclude(value__in=Call.find_dead_numbers())
    return Q(phone="") & (
        Q(pk__in=numbers.filter(center__isnull=False).values("center"))
        | Q(operator__in=numbers.filter(operator__phone="").values("operator"))
    )


def match_broken_links() -> Q:
    """Match open centres whose website, or else their operator's, did not open when checked."""
    broken = BrokenLink.objects.values("url")
    return (Q(website__in=broken) | Q(operator__website__in=broken)) & ~ENDED


def match_sido_only() -> Q:
    """Match specialised centres of which only the 시·도 is known, though it has subdivisions."""
    with_children = Region.objects.filter(level=Region.Level.SIDO, children__isnull=False)
    return Q(kind=Center.Kind.SPECIALIZED, region__in=with_children.values("pk"))


def match_duplicates() -> Q:
    """Match open centres with one name, address or telephone, or region, industry and operator."""
    return Q(pk__in=find_duplicates(DataVersion.cached()))


def match_regions_apart() -> Q:
    """Match open centres whose address names a region that is neither theirs nor around it."""
    return Q(pk__in=find_regions_apart(DataVersion.cached()))


@per_data_version
def find_regions_apart(version: int) -> frozenset[int]:
    """The primary keys of open centres whose address and region disagree."""
    tree = get_reference_data(version)[0]
    parser = get_place_parser(tree)
    rows = Center.objects.exclude(ENDED).exclude(address="")
    found = []
    for pk, address, region in rows.values_list("pk", "address", "region_id"):
        own = tree.list_enclosing_codes(region)
        named = [one.code for one in parser.find_regions(address)]
        if named and not any(
            code in own or region in tree.list_enclosing_codes(code) for code in named
        ):
            found.append(pk)
    return frozenset(found)


@per_data_version
def find_duplicates(version: int) -> frozenset[int]:
    """The primary keys of `find_duplicate_keys`, once for each data version."""
    return frozenset(find_duplicate_keys())


@per_data_version
def find_lost_words(version: int) -> frozenset[int]:
    """The primary keys of the words that lead to no industry."""
    return frozenset(Word.objects.filter(match_without_class()).values_list("pk", flat=True))


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
    #: Whether the check reads all centres into Python, which is too slow for a list that counts
    #: every option.
    is_slow: bool = False
    #: Whether each count does, so that the first page leaves it out.
    is_uncached: bool = False
    #: The query string of the citations to look at, instead of the centres.
    citations: str = ""
    #: The name of the page that settles what it finds, instead of the list.
    page: str = ""
    #: Lists links that settle some of it at once, each as label and URL.
    list_links: Callable[[], list[tuple[str, str]]] | None = None
    unit: str = "곳"

    def filter_centers(self, centers: QuerySet) -> QuerySet:
        return centers.filter(self.condition())

    def find(self) -> QuerySet:
        return self.filter_centers(Center.objects.all())

    @property
    def url(self) -> str:
        if self.page:
            return reverse(f"admin:{self.page}")
        if self.citations:
            return f"{reverse('admin:centers_citation_changelist')}?{self.citations}"
        return f"{reverse('admin:centers_center_changelist')}?check={self.name}"


@dataclass(frozen=True)
class RecordCheck:
    """A check of other records than centres, with the list that shows what it finds."""

    name: str
    label: str
    advice: str
    find: Callable[[], QuerySet]
    unit: str
    #: The name of the list in the admin, its query string, and the model's name in permissions.
    list_name: str
    query: str
    model: str

    @property
    def url(self) -> str:
        return f"{reverse(f'admin:centers_{self.list_name}_changelist')}?{self.query}"


@dataclass(frozen=True)
class CheckResult:
    """What a check finds now: how many records, and links that settle some of them."""

    check: Check | RecordCheck
    count: int
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def count_text(self) -> str:
        return f"{self.count:,}{self.check.unit}"


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
        "확인했으면 목록에서 고르고, ‘할 일’에서 ‘확인함’을 골라 ‘실행’을 누릅니다.",
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
        "point",
        "위치(좌표) 없음",
        "주소의 위도와 경도를 적으면 지도와 거리가 정확해집니다.",
        lambda: Q(lat=None) & ~ENDED,
    ),
    Check(
        "no_website",
        "누리집 없음",
        "센터에도 운영기관에도 누리집이 없습니다. 공고나 운영기관에서 찾아 적습니다.",
        lambda: Q(website="") & (Q(operator=None) | Q(operator__website="")) & ~ENDED,
    ),
    Check(
        "apart",
        "주소와 지역이 다름",
        "주소에 적힌 지역이 센터의 지역이 아닙니다. 옮겼으면 둘 다 고칩니다.",
        match_regions_apart,
        is_slow=True,
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
    Check(
        "link",
        "누리집이 열리지 않음",
        "센터나 운영기관의 누리집입니다. 전화로 묻거나 찾아서 고칩니다.",
        match_broken_links,
    ),
    Check("draft", "게시 안 한 초안", "다 적었으면 게시합니다.", lambda: Q(published=False)),
    Check(
        "same",
        "겹치는 것 같음",
        "이름·주소·전화 가운데 하나나, 지역·업종·운영기관이 같은 센터입니다. 한 센터라면 견주어"
        " 하나로 합칩니다.",
        match_duplicates,
        is_slow=True,
        page="duplicates",
        list_links=list_duplicate_links,
    ),
    Check(
        "stale",
        "검색용 색인이 오래됨",
        "데이터베이스를 직접 고치면 생깁니다. 목록에서 고르고, ‘할 일’에서 ‘검색용 색인 다시"
        " 만들기’를 골라 ‘실행’을 누릅니다.",
        match_stale,
        is_slow=True,
        is_uncached=True,
    ),
)
RECORD_CHECKS = (
    RecordCheck(
        "undated",
        "날짜 없는 출처",
        "문서가 나온 날이나 확인한 날을 찾아 적습니다. 해만 알아도 됩니다.",
        lambda: Citation.objects.undated(),
        "건",
        list_name="citation",
        query="dated=no",
        model="citation",
    ),
    RecordCheck(
        "lost",
        "업종으로 이어지지 않는 말",
        "찾는 말의 표준 표기가 어느 업종도 뜻하지 않습니다. 관리자가 고칩니다.",
        lambda: Word.objects.filter(pk__in=find_lost_words(DataVersion.cached())),
        "개",
        list_name="word",
        query="check=lost",
        model="word",
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
        if self.value() is None:
            return queryset
        check = next((check for check in CHECKS if check.name == self.value()), None)
        if check is None:
            raise IncorrectLookupParameters
        return check.filter_centers(queryset)


def run_checks(user: Any, with_uncached: bool = True) -> list[CheckResult]:
    """Run the checks whose lists the user may see, each once.

    Without the uncached ones they are quick enough for the first page.
    """
    checks: list[Check | RecordCheck] = []
    if user.has_perm("centers.view_center"):
        may_change = user.has_perm("centers.change_center")
        checks += [
            check if may_change else replace(check, page="", list_links=None)
            for check in CHECKS
            if with_uncached or not check.is_uncached
        ]
    checks += [one for one in RECORD_CHECKS if user.has_perm(f"centers.view_{one.model}")]
    return [run_check(check) for check in checks]


def run_check(check: Check | RecordCheck) -> CheckResult:
    count = check.find().count()
    list_links = check.list_links if isinstance(check, Check) else None
    return CheckResult(check, count, list_links() if count and list_links else [])
