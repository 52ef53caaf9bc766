"""The orders of a list: which are offered, which holds unasked, and ties."""

import pytest

from centers.models import Center, DataVersion
from centers.search import facets
from centers.search.ordering import SORTS


@pytest.fixture
def three(make_center):
    """Three centres: by name 가, 나, 다; by code of their 시·도 나, 다, 가."""
    make_center(name="다 소공인특화지원센터", region="26", designated_year=2015, cluster_size=300)
    make_center(
        name="나 소공인특화지원센터",
        region="11",
        designated_year=2017,
        cluster_size=None,
        cluster_size_as_of=None,
    )
    make_center(name="가 소공인특화지원센터", region="51", designated_year=None, cluster_size=500)


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        # 강원, 부산, 서울: by name, not by code.
        ("region", ["가", "다", "나"]),
        ("name", ["가", "나", "다"]),
        # What is unknown comes last.
        ("size", ["가", "다", "나"]),
        ("year", ["나", "다", "가"]),
    ],
)
def test_list_is_sorted(ask, three, sort, names):
    assert ask(f"sort={sort}").places == names


def test_ties_are_in_the_order_in_which_records_were_added(ask, make_center):
    first = ["나", "가", "라", "다"]
    for name in first:
        make_center(name=f"{name} 소공인특화지원센터", region="26", designated_year=2015)

    for sort in ("region", "size", "year"):
        assert ask(f"sort={sort}").places == first


@pytest.mark.parametrize(
    ("query", "sort"), [("", "region"), ("q=소공인", "relevance"), ("q=소공인&near=26", "near")]
)
def test_order_that_holds_unasked(ask, three, query, sort):
    [chosen] = ask(query).soup.select("#sort option[selected]")

    assert chosen.get_text() == SORTS[sort]


@pytest.mark.parametrize(
    "query",
    [
        "q=소공인&sort=name",
        "q=소공인&region=26&region=51",
        "q=소공인&near=26",
        "size_min=100&kind=specialized&sort=size",
        "size_max=400&status=closed",
    ],
)
def test_order_is_the_same_however_many_are_found(ask, three, monkeypatch, query):
    few = ask(query).places

    monkeypatch.setattr(facets, "MAX_KEYS", 0)
    DataVersion.bump()

    assert ask(query).places == few


def test_unpublished_center_leaves_the_list_before_its_counts(ask, three):
    assert ask("size_min=400").places == ["가"]

    # As by another process within the last second: this one still has the counts of before.
    Center.objects.filter(cluster_size=500).update(published=False)

    assert ask("size_min=400&sort=name").places == []
