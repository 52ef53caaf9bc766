"""A query string read honestly: what can be used, and in words what cannot."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from centers.models import Region
from centers.models.place_parser import get_place_parser
from centers.models.region_tree import RegionTree
from centers.search.filters import CenterFilter
from centers.text.formatting import quote
from centers.text.hangul import clean, is_one_edit_apart, retype, to_keystrokes, to_query_keys

MAX_QUERY_LENGTH = 200
MAX_WORDS = 8
#: More values of one parameter, or more parameters, than any form of the site sends.
MAX_VALUES = 50
#: Shorter keys (one syllable) are one slip away from many names.
MIN_REGION_TYPO_KEYS = 4
MAX_SIMILAR_REGIONS = 3
#: Parameters whose values are regions, by code or by name.
REGION_PARAMETERS = ("region", "near")
#: Marks that other sites put behind links; they say nothing about centres.
TRACKING_PREFIXES = settings.TRACKING_PREFIXES


def describe_missing_page(asked: str, last: int) -> str:
    return f"{quote(asked)} 없는 쪽입니다. 마지막은 {last}쪽입니다."


@dataclass(frozen=True)
class Notice:
    """One sentence about a query string, shown above the list."""

    text: str
    #: The parameter with a value that was not used; "" where none is to blame.
    parameter: str = ""
    #: What is wrong with it, for programs, which are refused; "" where everything was used.
    error: str = ""
    #: Regions the reader may have meant.
    candidates: tuple[Region, ...] = ()


@dataclass
class QueryParams:
    """A query string read honestly: what could be used, and in words what could not."""

    regions: RegionTree
    values: dict[str, list[str]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    #: Regions given by name, with the codes they were taken for.
    codes_by_name: dict[str, str] = field(default_factory=dict)
    #: What was written as one's own place and is none, to be mended where it was written.
    near_text: str = ""

    @classmethod
    def read(
        cls, params: QueryDict, fields: dict[str, forms.Field], regions: RegionTree
    ) -> "QueryParams":
        """Keep each value that its field accepts; name every other one."""
        query = cls(regions)
        asked = [name for name in params if not name.startswith(TRACKING_PREFIXES)]
        if len(asked) > MAX_VALUES:
            query.add_error(
                asked[MAX_VALUES],
                f"조건이 많아 앞의 {MAX_VALUES}가지만 읽었습니다.",
                f"조건은 {MAX_VALUES}가지까지 씁니다.",
            )
        for name in asked[:MAX_VALUES]:
            values = params.getlist(name)
            if name not in fields:
                query.add_error(
                    name,
                    f"알 수 없는 조건 {quote(name)} 무시했습니다.",
                    f"{quote(name)} 없는 조건입니다.",
                )
            else:
                query.add(name, values, fields[name])
        for low, high in CenterFilter.RANGES:
            if low in fields:
                query.swap_reversed_range(low, high, str(fields[low].label).partition("(")[0])
        # In the order of the fields, so that one meaning has one address.
        query.values = {name: query.values[name] for name in fields if name in query.values}
        return query

    @property
    def errors(self) -> list[Notice]:
        """What was not used; the other notices only say how something was taken."""
        return [notice for notice in self.notices if notice.error]

    def add_error(
        self, name: str, text: str, error: str, candidates: Iterable[Region] = ()
    ) -> None:
        """Say to readers what was done without a value, and to programs what is wrong with it."""
        self.notices.append(Notice(text, name, error, tuple(candidates)))

    def build_url_with_codes(self, params: QueryDict, path: str) -> str:
        """The same address with regions named by code, where any was given by its name."""
        if not self.codes_by_name:
            return ""
        params = params.copy()
        for name in REGION_PARAMETERS:
            if name in params:
                values = [self.codes_by_name.get(value, value) for value in params.getlist(name)]
                params.setlist(name, list(dict.fromkeys(values)))
        return f"{path}?{params.urlencode()}"

    def add(self, name: str, values: list[str], field: forms.Field) -> None:
        values = [value for value in dict.fromkeys(values) if value.strip()]
        if len(values) > MAX_VALUES:
            self.add_error(
                name,
                f"{field.label} 값이 많아 앞의 {MAX_VALUES}개만 읽었습니다.",
                f"{field.label} 값은 {MAX_VALUES}개까지 씁니다.",
            )
            values = values[:MAX_VALUES]
        multiple = isinstance(field, forms.MultipleChoiceField)
        usable = []
        for value in values:
            if name == "q":
                usable += filter(None, [self.clean_words(value)])
            elif (accepted := self.clean_value(name, value, field, multiple)) is not None:
                usable.append(accepted)
        usable = list(dict.fromkeys(usable))
        if not multiple and len(usable) > 1:
            self.add_error(
                name,
                f"{field.label} 조건이 여러 번 있어 마지막 값만 썼습니다.",
                f"{field.label} 조건은 한 번만 씁니다.",
            )
            usable = usable[-1:]
        if usable:
            self.values[name] = usable

    def clean_value(self, name: str, value: str, field: forms.Field, multiple: bool) -> str | None:
        """The value in its one spelling; None, with a notice, where it cannot be used."""
        candidates = self.find_regions(name, value) if name in REGION_PARAMETERS else []
        if len(candidates) > 1:
            error = f"{field.label} {quote(value)} 여러 곳의 이름입니다."
            self.add_error(name, f"{error} 어느 곳인지 골라 주세요.", error, candidates=candidates)
            return None
        if candidates:
            self.codes_by_name[value] = value = candidates[0].code
        try:
            if len(value) > MAX_QUERY_LENGTH:
                raise ValidationError("")
            accepted = field.clean([value] if multiple else value)
        except ValidationError:
            asked = f"{field.label} {quote(value)}"
            if name == "near":
                self.near_text = clean(value)[:MAX_QUERY_LENGTH]
                # Regions alone are known, so that most of an address says nothing.
                text = (
                    f"{asked} 찾지 못했습니다. 동·도로 이름이나 우편번호로는 찾지 못하니 "
                    "시·군·구를 적어 주세요."
                )
            else:
                text = f"{asked} 없는 값이라 무시했습니다."
            self.add_error(
                name,
                text,
                f"{asked} 없는 값입니다.",
                candidates=self.find_similar_regions(name, value),
            )
            return None
        # 2020, ２０２０ and 2020.0 are one number and have one address.
        return value if multiple else str(accepted)

    def find_regions(self, name: str, value: str) -> list[Region]:
        """The regions that a value which is no code may mean: an old code, a name, an address."""
        if value in self.regions.by_code or len(value) > MAX_QUERY_LENGTH:
            return []
        if successor := self.regions.by_former_code.get(value):
            return [successor]
        places = get_place_parser(self.regions)
        return (
            places.find_regions(value, whole=True)
            or places.find_regions(retype(clean(value).lower()) or "", whole=True)
            # One's own place may be given as an address; a condition must be exact.
            or (places.find_regions(value) if name == "near" else [])
        )

    def find_similar_regions(self, name: str, value: str) -> list[Region]:
        """The regions whose name is one slip of the finger away: 양쥬 for 양주."""
        keys = to_keystrokes(value[:MAX_QUERY_LENGTH]) if name in REGION_PARAMETERS else ""
        if len(keys) < MIN_REGION_TYPO_KEYS or len(self.notices) > MAX_SIMILAR_REGIONS:
            # Nobody reads beyond the first few.
            return []
        found = [
            region
            for region in self.regions.by_code.values()
            if any(
                is_one_edit_apart(keys, to_keystrokes(text))
                for text in (region.short_name, region.name)
            )
        ]
        return found[:MAX_SIMILAR_REGIONS]

    def clean_words(self, value: str) -> str:
        """The words of a query that can be searched for; says which cannot, and what is cut."""
        text = clean(value)
        if len(text) > MAX_QUERY_LENGTH:
            self.add_error(
                "q",
                f"검색어가 길어 앞의 {MAX_QUERY_LENGTH}자만 찾았습니다.",
                f"검색어는 {MAX_QUERY_LENGTH}자까지 씁니다.",
            )
            text = text[:MAX_QUERY_LENGTH]
        words = text.split()
        if len(words) > MAX_WORDS:
            self.add_error(
                "q",
                f"검색어가 많아 앞의 {MAX_WORDS}낱말만 찾았습니다.",
                f"검색어는 {MAX_WORDS}낱말까지 씁니다.",
            )
            words = words[:MAX_WORDS]
        # A word without a single key (%, ㆍ) would be found in every centre. So would a mark of
        # legal form (재단법인), but beside other words it only says what they belong to.
        usable = [word for word in words if to_query_keys(word)]
        idle = [word for word in words if word not in usable]
        unusable = [word for word in idle if not (usable and to_keystrokes(word))]
        for word in unusable or ([] if words else [value]):
            self.add_error(
                "q",
                f"검색어 {quote(word)} 찾을 수 있는 글자가 없어 무시했습니다.",
                f"검색어 {quote(word, '에는', '에는')} 찾을 수 있는 글자가 없습니다.",
            )
        return " ".join(usable)

    def swap_reversed_range(self, low: str, high: str, label: str) -> None:
        """Swap the ends of a reversed range, and say so."""
        if not (low in self.values and high in self.values):
            return
        first, last = int(self.values[low][0]), int(self.values[high][0])
        if first > last:
            self.values[low], self.values[high] = [str(last)], [str(first)]
            unit = "년" if low == "year_min" else "개사"
            text = f"{label}의 앞뒤가 바뀌어 {last}{unit}부터 {first}{unit}까지 찾았습니다."
            self.notices.append(Notice(text))
