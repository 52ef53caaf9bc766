"""Pagination repeats and loses nothing, and SQLite and PostgreSQL return the same results."""

import os
import unicodedata
from itertools import count

import pytest
from django.http import QueryDict

from centers.models import Center, DataVersion
from centers.search.ordering import SORTS
from tests.hostile.database_parity import QUERIES, find_differences

ALIKE = 200


@pytest.fixture
def alike(make_center, make_operator):
    """Create centres that differ only in their key."""
    first = make_center(name="서울 봉제 소공인특화지원센터", operator=make_operator())
    fields = {
        field.attname: getattr(first, field.attname)
        for field in Center._meta.concrete_fields
        if not field.primary_key
    }
    Center.objects.bulk_create(Center(**fields) for _ in range(ALIKE - 1))
    DataVersion.bump()
    return set(Center.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("sort", SORTS)
def test_pagination_of_equal_centers_repeats_and_loses_none(ask, alike, client, sort):
    from centers.search.results import Results

    query = {"relevance": "q=봉제&", "near": "near=26410&"}.get(sort, "") + f"sort={sort}"
    shown = []
    for number in count(1):
        results = Results(QueryDict(f"{query}&page={number}"))
        assert results.query.errors == []
        shown += [row.center.pk for row in results.rows]
        if not results.page.has_next():
            break

    assert len(shown) == len(set(shown)) == ALIKE
    assert set(shown) == alike


@pytest.mark.parametrize("words", ["봉제", "서울 봉제", "봉ㅈ", "ㅅㅇ", "가나다산업진흥원"])
@pytest.mark.parametrize("form", ["NFD", "NFKD", "NFKC"])
def test_words_are_found_in_any_unicode_normal_form(ask, make_center, words, form):
    make_center(name="서울 봉제 소공인특화지원센터", region="11140")
    make_center(name="영월 식료품 소공인특화지원센터", industry="10", region="51750")

    composed, otherwise = (ask(f"q={text}") for text in (words, unicodedata.normalize(form, words)))

    assert composed.names and composed.names == otherwise.names


@pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="SQLite is compared with the PostgreSQL that DATABASE_URL names",
)
def test_both_databases_find_the_same_in_the_same_order(tmp_path):
    found, wrong = find_differences(tmp_path)

    assert wrong == []
    assert len(found) > QUERIES / 2
    # Queries without results would be equal on any database.
    assert sum(bool(answer) and bool(answer[0]) for answer in found.values()) > QUERIES / 3
