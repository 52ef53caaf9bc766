"""A query string read honestly: what can be used, and in words what cannot."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from centers.filters import CenterFilter
from centers.hangul import clean, keystrokes, query_keys
from centers.models import Region
from centers.places import RegionTree
from centers.wording import quote

LONGEST_QUERY = 200
MOST_WORDS = 8
#: Parameters whose values are regions, by code or by name.
PLACES = ("region", "near")
#: Marks that other sites put behind links; they say nothing about centres.
TRACKING = ("utm_", "fbclid", "gclid")


@dataclass(frozen=True)
class Notice:
    """One sentence about a query string, shown above the list."""

    text: str
    #: The parameter with a value that was not used; "" where everything was.
    refused: str = ""
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

    @classmethod
    def read(
        cls, params: QueryDict, fields: dict[str, forms.Field], regions: RegionTree
    ) -> "Query":
        """Keep each value that its field accepts; name every other one."""
        query = cls(regions)
        for name, values in params.lists():
            if name.startswith(TRACKING):
                continue
            if name not in fields:
                query.refuse(name, f"알 수 없는 조건 {quote(name)} 무시했습니다.")
            else:
                query.take(name, values, fields[name])
        for low, high in CenterFilter.RANGES:
            query.order_range(low, high, str(fields[low].label).partition("(")[0])
        # In the order of the fields, so that one meaning has one address.
        query.accepted = {name: query.accepted[name] for name in fields if name in query.accepted}
        return query

    def refuse(self, name: str, text: str, instead: Iterable[Region] = ()) -> None:
        self.notices.append(Notice(text, name, tuple(instead)))

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
        if name == "q":
            values = [text for value in values if (text := self.searchable(value))]
        if name in PLACES:
            values = list(dict.fromkeys(self.code(value) for value in values))
        multiple = isinstance(field, forms.MultipleChoiceField)
        usable = [value for value in values if self.is_usable(value, field, multiple)]
        for value in values:
            if value not in usable:
                self.refuse_value(name, field.label, value)
        if not multiple and len(usable) > 1:
            self.refuse(name, f"{field.label} 조건이 여러 번 있어 마지막 값만 썼습니다.")
            usable = usable[-1:]
        if usable:
            self.accepted[name] = usable

    def code(self, value: str) -> str:
        """The code of a region given by its name; anything else as it is."""
        if value in self.regions.by_code or len(value) > LONGEST_QUERY:
            return value
        found = self.regions.find(value, whole=True)
        if len(found) != 1:
            return value
        self.named[value] = found[0].code
        return found[0].code

    def refuse_value(self, name: str, label: str, value: str) -> None:
        found = []
        if name in PLACES and len(value) <= LONGEST_QUERY:
            found = self.regions.find(value, whole=True)
        if found:
            text = f"{label} {quote(value)} 여러 곳의 이름입니다. 어느 곳인지 골라 주세요."
            self.refuse(name, text, instead=found)
        else:
            self.refuse(name, f"{label} {quote(value)} 없는 값이라 무시했습니다.")

    @staticmethod
    def is_usable(value: str, field: forms.Field, multiple: bool) -> bool:
        if len(value) > LONGEST_QUERY:
            return False
        try:
            field.clean([value] if multiple else value)
        except ValidationError:
            return False
        return True

    def searchable(self, value: str) -> str:
        """The words of a query that can be searched for; says which cannot, and what is cut."""
        text = clean(value)
        if len(text) > LONGEST_QUERY:
            self.refuse("q", f"검색어가 길어 앞의 {LONGEST_QUERY}자만 찾았습니다.")
            text = text[:LONGEST_QUERY]
        words = text.split()
        if len(words) > MOST_WORDS:
            self.refuse("q", f"검색어가 많아 앞의 {MOST_WORDS}낱말만 찾았습니다.")
            words = words[:MOST_WORDS]
        # A word without a single key (%, ㆍ) would be found in every centre. So would a mark of
        # legal form (재단법인), but beside other words it only says what they belong to.
        usable = [word for word in words if query_keys(word)]
        idle = [word for word in words if word not in usable]
        unusable = [word for word in idle if not (usable and keystrokes(word))]
        for word in unusable or ([] if words else [value]):
            self.refuse("q", f"검색어 {quote(word)} 찾을 수 있는 글자가 없어 무시했습니다.")
        return " ".join(usable)

    def order_range(self, low: str, high: str, label: str) -> None:
        """Swap the ends of a reversed range, and say so."""
        if not (low in self.accepted and high in self.accepted):
            return
        first, last = int(self.accepted[low][0]), int(self.accepted[high][0])
        if first > last:
            self.accepted[low], self.accepted[high] = [str(last)], [str(first)]
            text = f"{label}의 앞뒤가 바뀌어 {last}부터 {first}까지 찾았습니다."
            self.notices.append(Notice(text))
