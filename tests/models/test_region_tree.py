"""The tree of regions: which lies in which, old codes, and distances."""

import pytest
from pytest import approx

from centers.models.region_tree import RegionTree, measure_distance_km


@pytest.fixture(scope="module")
def tree(django_db_setup, django_db_blocker):
    """The real regions; no test may query the database through them."""
    with django_db_blocker.unblock():
        return RegionTree()


def test_enclosing_codes_run_from_the_region_outwards(tree):
    assert tree.list_enclosing_codes("52113") == ["52113", "52110", "52"]
    assert tree.list_enclosing_codes("none") == []


def test_inner_codes_hold_the_region_and_all_inside(tree):
    assert tree.collect_inner_codes("52110") == {"52110", "52111", "52113"}
    assert "52113" in tree.collect_inner_codes("52")


def test_narrowest_and_widest_of_nested_regions(tree):
    codes = ["26", "52", "52113"]

    assert tree.filter_narrowest(codes) == ["26", "52113"]
    assert tree.filter_widest(codes) == ["26", "52"]


# --- distance -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        ((37.5, 127.0), (37.5, 127.0), 0),
        ((36.0, 127.0), (37.0, 127.0), 111.195),  # a degree of a meridian
        ((0.0, 0.0), (0.0, 90.0), 10_007.557),  # a quarter of the equator
        ((0.0, 0.0), (60.0, 60.0), 8_397.729),  # cos c = cos 60° · cos 60°
        ((-19.2, -23.1), (19.2, 156.9), 20_015.115),  # the opposite point
        ((60.0, 0.0), (60.0, 180.0), 6_671.705),  # over the pole, not along the parallel
    ],
)
def test_distance_is_along_the_great_circle_in_km(a, b, km):
    assert measure_distance_km(a, b) == measure_distance_km(b, a) == approx(km, abs=0.001)


def test_yeongwol_is_nearer_to_yeongju_than_to_busan(tree):
    yeongwol, yeongju, busan = (
        (tree.by_code[code].lat, tree.by_code[code].lon) for code in ("51750", "47210", "26")
    )

    assert measure_distance_km(yeongwol, yeongju) == approx(38.1, abs=0.1)
    assert measure_distance_km(yeongwol, busan) > 200
