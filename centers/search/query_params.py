"""Validation of query strings: the values that can be used, and notices about all others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from centers.models.gazetteer import Locality
from centers.models.region_tree import RegionTree
from centers.models.word_index import make_word_key
from centers.search.filters import CenterFilter
from centers.search.place_values import (
    ORIGIN_PARAMETER,
    PLACE_PARAMETERS,
    Candidate,
    build_candidates,
    describe_reading,
    find_places,
)
from centers.search.sentences import is_filler
from centers.text.formatting import quote
from centers.text.hangul import (
    clean,
    is_one_edit_apart,
    to_keystrokes,
    to_query_keys,
    to_runs,
)

MAX_QUERY_LENGTH = 200
MAX_WORDS = 8
#: More parameters, or values of one, than any form of the site sends.
MAX_VALUES = 50
#: Shorter words (one syllable) are one typo away from many names.
MIN_REGION_TYPO_KEYS = 4
MAX_SIMILAR_REGIONS = 3
#: Characters of an unknown region that the message at its field repeats.
MAX_SHOWN_NEAR = 12
#: Parameters that other sites append to links; they select nothing.
TRACKING_PREFIXES = settings.TRACKING_PREFIXES


def describe_missing_page(requested: str, last: int) -> str:
    """Return the error message for a page number beyond the last page."""
    return f"{quote(requested)} 없는 쪽입니다. 마지막은 {last}쪽입니다."


@dataclass(frozen=True)
class Notice:
    """One sentence about a query string, shown above the list or returned as an error."""

    text: str
    #: The parameter that was not used as given; "" if the notice is about none.
    parameter: str = ""
    #: The message for API clients, whose request fails; "" if everything was used.
    error: str = ""
    #: Places that the value may stand for.
    candidates: tuple[Candidate, ...] = ()
    #: Whether the beginning of the value was used.
    is_shortened: bool = False


@dataclass
class QueryParams:
    """The valid parameters of a query string, and notices about those that are not."""

    regions: RegionTree
    #: The names of all parameters, in the order that they have in URLs.
    names: tuple[str, ...] = ()
    values: dict[str, list[str]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    #: Codes of the places that were given by another name, by parameter and name.
    codes_by_name: dict[tuple[str, str], str] = field(default_factory=dict)
    #: The value of `near` if it names no region, to be corrected in its input.
    near_text: str = ""

    @classmethod
    def read(
        cls, params: QueryDict, fields: dict[str, forms.Field], regions: RegionTree
    ) -> "QueryParams":
        """Validate the parameters with their form fields; each unusable value becomes a notice."""
        query = cls(regions, tuple(fields))
        names = [name for name in params if not name.startswith(TRACKING_PREFIXES)]
        if len(names) > MAX_VALUES:
            query.add_error(
                names[MAX_VALUES],
                f"조건이 많아 앞의 {MAX_VALUES}가지만 읽었습니다.",
                f"조건은 {MAX_VALUES}가지까지 씁니다.",
            )
        for name in names[:MAX_VALUES]:
            values = params.getlist(name)
            if name not in fields:
                query.add_error(
                    name,
                    f"알 수 없는 조건 {quote(name)} 적용하지 않았습니다.",
                    f"{quote(name)} 없는 조건입니다.",
                )
            else:
                query.add(name, values, fields[name])
        for low, high in CenterFilter.RANGES:
            if low in fields:
                query.swap_reversed_range(low, high, str(fields[low].label).partition("(")[0])
        # In the order of the fields, so that equal queries have one URL.
        query.values = {name: query.values[name] for name in fields if name in query.values}
        return query

    @property
    def errors(self) -> list[Notice]:
        """The notices about unused values; the others say how a value was read."""
        return [notice for notice in self.notices if notice.error]

    def add_error(
        self,
        name: str,
        text: str,
        error: str,
        candidates: Iterable[Candidate] = (),
        *,
        is_shortened: bool = False,
    ) -> None:
        """Add a notice: `text` for readers, `error` for API clients."""
        self.notices.append(Notice(text, name, error, tuple(candidates), is_shortened))

    def build_url_with_codes(self, params: QueryDict, path: str) -> str:
        """Return the same URL with places by code; "" if all are given by code already."""
        if not self.codes_by_name:
            return ""
        params = params.copy()
        for name in PLACE_PARAMETERS:
            if name in params:
                values = params.getlist(name)
                values = [self.codes_by_name.get((name, value), value) for value in values]
                params.setlist(name, list(dict.fromkeys(values)))
        return f"{path}?{params.urlencode()}"

    def add(self, name: str, values: list[str], field: forms.Field) -> None:
        """Add the valid values of one parameter, and notices about the others."""
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
        """Return the value in its one spelling; None, with a notice, if it is not valid."""
        given = value
        if name in PLACE_PARAMETERS and len(value) <= MAX_QUERY_LENGTH:
            places = find_places(name, value, self.regions)
            if len(places) > 1:
                error = f"{field.label} {quote(value)} 여러 곳의 이름입니다."
                choice = f"{error} 어느 곳인지 골라 주세요."
                self.add_error(name, choice, error, candidates=build_candidates(places))
                return None
            if places:
                value = self.take_place(name, value, str(field.label), places[0])
        try:
            if len(value) > MAX_QUERY_LENGTH:
                raise ValidationError("")
            accepted = field.clean([value] if multiple else value)
        except ValidationError:
            quoted = f"{field.label} {quote(given)}"
            if name == ORIGIN_PARAMETER:
                self.near_text = clean(value)[:MAX_QUERY_LENGTH]
                # No streets and no postal codes are known. One line, at its field.
                short = value if len(value) <= MAX_SHOWN_NEAR else f"{value[:MAX_SHOWN_NEAR]}…"
                text = (
                    f"{field.label} {quote(short)} 찾지 못했습니다. "
                    "읍·면·동이나 시·군·구를 적어 주세요."
                )
            else:
                text = f"{quoted} 없는 값이라 적용하지 않았습니다."
            self.add_error(
                name,
                text,
                f"{quoted} 없는 값입니다.",
                candidates=self.find_similar_regions(name, value),
            )
            return None
        # 2020, ２０２０ and 2020.0 are one number and have one URL.
        return value if multiple else str(accepted)

    def take_place(self, name: str, value: str, label: str, place: Locality) -> str:
        """Return the code of a place given by name, with a notice if it is read as something else.

        A page redirects to the code, unless that would lose the notice.
        """
        if place.is_part and make_word_key(value) != make_word_key(place.full_name):
            self.notices.append(Notice(describe_reading(label, value, place)))
        if not place.is_part or name == ORIGIN_PARAMETER:
            self.codes_by_name[name, value] = place.key
        return place.key

    def find_similar_regions(self, name: str, value: str) -> list[Candidate]:
        """Find regions whose name is one typo away: 양주 for 양쥬."""
        keys = to_keystrokes(value[:MAX_QUERY_LENGTH]) if name in PLACE_PARAMETERS else ""
        if len(keys) < MIN_REGION_TYPO_KEYS or len(self.notices) > MAX_SIMILAR_REGIONS:
            # More suggestions than a few help nobody.
            return []
        found = [
            Candidate(region.code, region.full_name)
            for region in self.regions.by_code.values()
            if any(
                is_one_edit_apart(keys, to_keystrokes(text))
                for text in (region.short_name, region.name)
            )
        ]
        return found[:MAX_SIMILAR_REGIONS]

    def clean_words(self, value: str) -> str:
        """Return the searchable words of a query, with notices about words ignored or cut off."""
        text = clean(value)
        if len(text) > MAX_QUERY_LENGTH:
            self.add_error(
                "q",
                f"검색어가 길어 앞의 {MAX_QUERY_LENGTH}자만 찾았습니다.",
                f"검색어는 {MAX_QUERY_LENGTH}자까지 씁니다.",
                is_shortened=True,
            )
            text = text[:MAX_QUERY_LENGTH]
        words = text.split()
        # Punctuation parts words too: 인쇄/대전. Words that only ask are left out anyway.
        parts = list(
            accumulate(0 if is_filler(word) else len(to_runs(word)) or 1 for word in words)
        )
        if parts and parts[-1] > MAX_WORDS:
            used = [word for word, count in zip(words, parts, strict=True) if count <= MAX_WORDS]
            self.add_error(
                "q",
                f"검색어가 많아 앞의 {MAX_WORDS}낱말만 찾았습니다. "
                f"{quote(words[len(used)], '', '')}부터 뺐습니다.",
                f"검색어는 {MAX_WORDS}낱말까지 씁니다.",
                is_shortened=True,
            )
            words = used
        # A word without keys (%, ㆍ) would match every centre. So would a legal form (재단법인),
        # but next to other words it is part of a name.
        usable = [word for word in words if to_query_keys(word)]
        without_keys = [word for word in words if word not in usable]
        unusable = [word for word in without_keys if not (usable and to_keystrokes(word))]
        for word in unusable or ([] if words else [value]):
            self.add_error(
                "q",
                f"검색어 {quote(word)} 찾을 수 있는 글자가 없어 적용하지 않았습니다.",
                f"검색어 {quote(word, '에는', '에는')} 찾을 수 있는 글자가 없습니다.",
            )
        return " ".join(usable)

    def swap_reversed_range(self, low: str, high: str, label: str) -> None:
        """Swap the ends of a reversed range, with a notice."""
        if not (low in self.values and high in self.values):
            return
        first, last = int(self.values[low][0]), int(self.values[high][0])
        if first > last:
            self.values[low], self.values[high] = [str(last)], [str(first)]
            unit = "년" if low == "year_min" else "개사"
            text = f"{label}의 앞뒤가 바뀌어 {last}{unit}부터 {first}{unit}까지 찾았습니다."
            self.notices.append(Notice(text))
