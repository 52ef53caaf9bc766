"""Suggestions while typing: centres, regions, industries and operators."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from centers.models import Center, CenterQuerySet, DataVersion, Industry, Operator
from centers.models.data_version import per_data_version
from centers.models.reference_data import get_reference_data
from centers.search.query_params import MAX_QUERY_LENGTH, MAX_WORDS
from centers.search.ranking import build_relevance_ordering
from centers.text.hangul import build_search_text, clean, retype, to_query_keys

#: How many suggestions of each kind.
MAX_PER_KIND = 4


@dataclass(frozen=True)
class Suggestion:
    """One line under the search box."""

    kind: str
    label: str
    note: str
    url: str


@dataclass(frozen=True)
class SuggestionEntry:
    """A suggestion with the keystrokes that match it."""

    keys: str
    suggestion: Suggestion


def build_list_url(**params: str) -> str:
    """The URL of the list with some parameters."""
    return f"{reverse('centers')}?{urlencode(params)}"


@lru_cache(maxsize=100_000)
def compute_search_keys(*names: str) -> str:
    """The search keys of some names; cached across data versions, as names rarely change."""
    return build_search_text(names)


@per_data_version
def get_entries(version: int) -> dict[str, list[SuggestionEntry]]:
    """The regions, industries and operators that have centres, for one version of the data."""
    regions, _ = get_reference_data(version)
    in_region: dict[str, int] = {}
    groups = Center.objects.published().values_list("region_id").annotate(Count("pk"))
    for code, count in groups.order_by():
        for outer in regions.list_enclosing_codes(code):
            in_region[outer] = in_region.get(outer, 0) + count
    published = Count("centers", filter=Q(centers__published=True))
    # Counting drops the models' own order.
    industries: Any = (
        Industry.objects.annotate(count=published).filter(count__gt=0).order_by("code")
    )
    operators: Any = Operator.objects.annotate(count=published).filter(count__gt=0)
    return {
        "region": [
            SuggestionEntry(
                compute_search_keys(region.full_name, region.label, *region.former_names),
                Suggestion(
                    "지역", region.full_name, f"{in_region[code]}곳", build_list_url(region=code)
                ),
            )
            for code, region in regions.by_code.items()
            if code in in_region
        ],
        "industry": [
            SuggestionEntry(
                compute_search_keys(one.short_name, one.inclusive_name, *one.aliases),
                Suggestion(
                    "업종", one.inclusive_name, f"{one.count}곳", build_list_url(industry=one.code)
                ),
            )
            for one in industries
        ],
        "operator": [
            SuggestionEntry(
                compute_search_keys(one.name, *one.former_names),
                Suggestion("운영기관", one.name, f"{one.count}곳", build_list_url(q=one.name)),
            )
            # Sorted in Python, as databases differ in the order of names.
            for one in sorted(operators, key=lambda one: (one.name, one.pk))
        ],
    }


def retype_unmatched(words: list[str], centers: CenterQuerySet) -> list[str]:
    """Return the words with those that match nothing retyped, if that matches a centre."""
    if centers.search(words).exists():
        return words
    # Lower case first: capitals come from Caps Lock more often than from doubled consonants.
    other = [
        word
        # A single key is no word, and its letter would match nearly everything.
        if len(word) < 2 or centers.search([word]).exists()
        else retype(word.lower()) or word
        for word in words
    ]
    return other if other != words and centers.search(other).exists() else words


def suggest(text: str) -> list[dict[str, str]]:
    """Return suggestions for a text being typed, half-typed syllables included."""
    words = clean(text[:MAX_QUERY_LENGTH]).split()[:MAX_WORDS]
    words = [word for word in words if to_query_keys(word)]
    if not words:
        return []
    published = Center.objects.published()
    words = retype_unmatched(words, published)
    wanted = [to_query_keys(word) for word in words]
    found = [
        entry.suggestion
        for kind in get_entries(DataVersion.cached()).values()
        for entry in islice(
            (one for one in kind if all(key in one.keys for key in wanted)), MAX_PER_KIND
        )
    ]
    centers = published.search(words).order_by(*build_relevance_ordering(words), "region_id", "pk")
    found += [
        Suggestion("센터", center.display_name, center.region.label, center.get_absolute_url())
        for center in centers.select_related("region__parent__parent")[:MAX_PER_KIND]
    ]
    return [asdict(suggestion) for suggestion in found]
