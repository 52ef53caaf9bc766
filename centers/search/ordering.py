"""The orders in which a list can be sorted, and their SQL."""

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Collate, StrIndex, Substr

from centers.models.reference_data import get_reference_data
from centers.search.interpretation import Interpretation
from centers.search.knowledge import get_knowledge
from centers.search.ranking import build_relevance_ordering, build_term_ordering
from centers.search.terms import Tier

#: Values of the parameter `sort`, with their labels.
SORTS = {
    "relevance": "관련도순",
    "near": "가까운 순",
    "region": "지역순",
    "name": "이름순",
    "size": "규모순(큰 순)",
    "year": "최근 지정순",
}


def get_default_sort(*, has_words: bool, has_near: bool) -> str:
    """The order of a list whose query string names none."""
    return "near" if has_near else "relevance" if has_words else "region"


def get_available_sorts(*, has_words: bool, has_near: bool) -> dict[str, str]:
    """The orders that make sense: relevance needs words, distance a region to measure from."""
    is_available = {"relevance": has_words, "near": has_near}
    return {name: label for name, label in SORTS.items() if is_available.get(name, True)}


def build_interpreted_ordering(interpretation: Interpretation, version: int) -> list:
    """Build the terms of ORDER BY for relevance to what was understood."""
    if interpretation.matched_by in (Tier.WHOLE, None) or interpretation.is_reread:
        return build_term_ordering(interpretation.terms, get_knowledge(version))
    return build_relevance_ordering(interpretation.words)


def build_region_ordering(version: int) -> list:
    """Build the terms of ORDER BY for 시·도 by name (가나다), and by code inside each."""
    sidos = get_reference_data(version)[0].children[None]
    # Codes of two digits with spaces between: a position in this text is a rank.
    ranks = Value(" ".join(sido.code for sido in sidos))
    return [StrIndex(ranks, Substr("region_id", 1, 2)), "region_id"]


def build_ordering(sort: str, interpretation: Interpretation, version: int) -> list:
    """Build the terms of ORDER BY for any order but `near`, which is computed in Python.

    They end with the primary key, so that pages never repeat a row.
    """
    # Code points put Hangul in dictionary order; a server's own locale might not.
    binary = "C" if connection.vendor == "postgresql" else "BINARY"
    terms = {
        "relevance": lambda: [
            *build_interpreted_ordering(interpretation, version),
            *build_region_ordering(version),
        ],
        "region": lambda: build_region_ordering(version),
        "name": lambda: [Collate("display_name", binary)],
        "size": lambda: [F("cluster_size").desc(nulls_last=True)],
        "year": lambda: [F("designated_year").desc(nulls_last=True)],
    }
    return [*terms[sort](), "pk"]
