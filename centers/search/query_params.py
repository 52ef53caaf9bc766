"""A query string read honestly: what can be used, and in words what cannot."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from centers.models import Region
from centers.models.region_tree import RegionTree
from centers.search.filters import CenterFilter
from centers.text.formatting import quote
from centers.text.hangul import clean, is_slip, keystrokes, query_keys, retype

LONGEST_QUERY = 200
MOST_WORDS = 8
#: More values of one parameter, or more parameters, than any form of the site sends.
MOST_VALUES = 50
#: Shorter keys (one syllable) are one slip away from many names.
SHORTEST_SLIP = 4
MOST_SIMILAR = 3
#: Parameters whose values are regions, by code or by name.
PLACES = ("region", "near")
#: Marks that other sites put behind links; they say nothing about centres.
TRACKING = ("utm_", "fbclid", "gclid")


def no_such_page(asked: str, last: int) -> str:
    return f"{quote(asked)} 없는 쪽입니다. 마지막은 {last}쪽입니다."


@dataclass(frozen=True)
class Notice:
    """One sentence about a query string, shown above the list."""

    text: str
    #: The parameter with a value that was not used; "" where none is to blame.
    refused: str = ""
    #: What is wrong with it, for programs, which are refused; "" where everything was used.
    fault: str = ""
    #: Regions the reader may have meant.
    instead: tuple[Region, ...] = ()


@dataclass
class Query:
    """A query string read honestly: what could be used, and in words what could not."""

    regions: RegionTree
    accepted: dict[str, list[str]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    #: Regions given by name, with the codes they were taken for.
    named: dict[str, str] = field(default_factory=dict)
    #: What was written as one's own place and is none, to be mended where it was written.
    near_text: str = ""

    @classmethod
    def read(
        cls, params: QueryDict, fields: dict[str, forms.Field], regions: RegionTree
    ) -> "Query":
        """Keep each value that its field accepts; name every other one."""
        query = cls(regions)
        asked = [name for name in params if not name.startswith(TRACKING)]
        if len(asked) > MOST_VALUES:
            query.refuse(
                asked[MOST_VALUES],
                f"조건이 많아 앞의 {MOST_VALUES}가지만 읽었습니다.",
                f"조건은 {MOST_VALUES}가지까지 씁니다.",
            )
        for name in asked[:MOST_VALUES]:
            values = params.getlist(name)
            if name not in fields:
                query.refuse(
                    name,
                    f"알 수 없는 조건 {quote(name)} 무시했습니다.",
                    f"{quote(name)} 없는 조건입니다.",
                )
            else:
                query.take(name, values, fields[name])
        for low, high in CenterFilter.RANGES:
            if low in fields:
                query.order_range(low, high, str(fields[low].label).partition("(")[0])
        # In the order of the fields, so that one meaning has one address.
        query.accepted = {name: query.accepted[name] for name in fields if name in query.accepted}
        return query

    @property
    def refusals(self) -> list[Notice]:
        """What was not used; the other notices only say how something was taken."""
        return [notice for notice in self.notices if notice.fault]

    def refuse(self, name: str, text: str, fault: str, instead: Iterable[Region] = ()) -> None:
        """Say to readers what was done without a value, and to programs what is wrong with it."""
        self.notices.append(Notice(text, name, fault, tuple(instead)))

    def address_by_code(self, params: QueryDict, path: str) -> str:
        """The same address with regions named by code, where any was given by its name."""
        if not self.named:
            return ""
        params = params.copy()
        for name in PLACES:
            if name in params:
                values = [self.named.get(value, value) for value in params.getlist(name)]
                params.setlist(name, list(dict.fromkeys(values)))
        return f"{path}?{params.urlencode()}"

    def take(self, name: str, values: list[str], field: forms.Field) -> None:
        values = [value for value in dict.fromkeys(values) if value.strip()]
        if len(values) > MOST_VALUES:
            self.refuse(
                name,
                f"{field.label} 값이 많아 앞의 {MOST_VALUES}개만 읽었습니다.",
                f"{field.label} 값은 {MOST_VALUES}개까지 씁니다.",
            )
            values = values[:MOST_VALUES]
        multiple = isinstance(field, forms.MultipleChoiceField)
        usable = []
        for value in values:
            if name == "q":
                usable += filter(None, [self.searchable(value)])
            elif (accepted := self.usable(name, value, field, multiple)) is not None:
                usable.append(accepted)
        usable = list(dict.fromkeys(usable))
        if not multiple and len(usable) > 1:
            self.refuse(
                name,
                f"{field.label} 조건이 여러 번 있어 마지막 값만 썼습니다.",
                f"{field.label} 조건은 한 번만 씁니다.",
            )
            usable = usable[-1:]
        if usable:
            self.accepted[name] = usable

    def usable(self, name: str, value: str, field: forms.Field, multiple: bool) -> str | None:
        """The value in its one spelling; None, with a notice, where it cannot be used."""
        candidates = self.places(name, value) if name in PLACES else []
        if len(candidates) > 1:
            fault = f"{field.label} {quote(value)} 여러 곳의 이름입니다."
            self.refuse(name, f"{fault} 어느 곳인지 골라 주세요.", fault, instead=candidates)
            return None
        if candidates:
            self.named[value] = value = candidates[0].code
        try:
            if len(value) > LONGEST_QUERY:
                raise ValidationError("")
            accepted = field.clean([value] if multiple else value)
        except ValidationError:
            asked = f"{field.label} {quote(value)}"
            if name == "near":
                self.near_text = clean(value)[:LONGEST_QUERY]
                # Regions alone are known, so that most of an address says nothing.
                text = (
                    f"{asked} 찾지 못했습니다. 동·도로 이름이나 우편번호로는 찾지 못하니 "
                    "시·군·구를 적어 주세요."
                )
            else:
                text = f"{asked} 없는 값이라 무시했습니다."
            self.refuse(name, text, f"{asked} 없는 값입니다.", instead=self.similar(name, value))
            return None
        # 2020, ２０２０ and 2020.0 are one number and have one address.
        return value if multiple else str(accepted)

    def places(self, name: str, value: str) -> list[Region]:
        """The regions that a value which is no code may mean: an old code, a name, an address."""
        if value in self.regions.by_code or len(value) > LONGEST_QUERY:
            return []
        if successor := self.regions.by_former_code.get(value):
            return [successor]
        return (
            self.regions.find(value, whole=True)
            or self.regions.find(retype(clean(value).lower()) or "", whole=True)
            # One's own place may be given as an address; a condition must be exact.
            or (self.regions.find(value) if name == "near" else [])
        )

    def similar(self, name: str, value: str) -> list[Region]:
        """The regions whose name is one slip of the finger away: 양쥬 for 양주."""
        keys = keystrokes(value[:LONGEST_QUERY]) if name in PLACES else ""
        if len(keys) < SHORTEST_SLIP or len(self.notices) > MOST_SIMILAR:
            # Nobody reads beyond the first few.
            return []
        found = [
            region
            for region in self.regions.by_code.values()
            if any(is_slip(keys, keystrokes(text)) for text in (region.short_name, region.name))
        ]
        return found[:MOST_SIMILAR]

    def searchable(self, value: str) -> str:
        """The words of a query that can be searched for; says which cannot, and what is cut."""
        text = clean(value)
        if len(text) > LONGEST_QUERY:
            self.refuse(
                "q",
                f"검색어가 길어 앞의 {LONGEST_QUERY}자만 찾았습니다.",
                f"검색어는 {LONGEST_QUERY}자까지 씁니다.",
            )
            text = text[:LONGEST_QUERY]
        words = text.split()
        if len(words) > MOST_WORDS:
            self.refuse(
                "q",
                f"검색어가 많아 앞의 {MOST_WORDS}낱말만 찾았습니다.",
                f"검색어는 {MOST_WORDS}낱말까지 씁니다.",
            )
            words = words[:MOST_WORDS]
        # A word without a single key (%, ㆍ) would be found in every centre. So would a mark of
        # legal form (재단법인), but beside other words it only says what they belong to.
        usable = [word for word in words if query_keys(word)]
        idle = [word for word in words if word not in usable]
        unusable = [word for word in idle if not (usable and keystrokes(word))]
        for word in unusable or ([] if words else [value]):
            self.refuse(
                "q",
                f"검색어 {quote(word)} 찾을 수 있는 글자가 없어 무시했습니다.",
                f"검색어 {quote(word, '에는', '에는')} 찾을 수 있는 글자가 없습니다.",
            )
        return " ".join(usable)

    def order_range(self, low: str, high: str, label: str) -> None:
        """Swap the ends of a reversed range, and say so."""
        if not (low in self.accepted and high in self.accepted):
            return
        first, last = int(self.accepted[low][0]), int(self.accepted[high][0])
        if first > last:
            self.accepted[low], self.accepted[high] = [str(last)], [str(first)]
            unit = "년" if low == "year_min" else "개사"
            text = f"{label}의 앞뒤가 바뀌어 {last}{unit}부터 {first}{unit}까지 찾았습니다."
            self.notices.append(Notice(text))
