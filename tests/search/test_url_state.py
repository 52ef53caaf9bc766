"""The links of a list keep what was chosen, and leave out what holds anyway."""

import pytest

from centers.search.url_state import UrlState


@pytest.fixture
def state():
    values = {"q": ["봉제 공방"], "region": ["26", "11"], "sort": ["name"], "page": ["3"]}
    return UrlState("/centers.csv", values, default_sort="relevance")


WORDS, REGIONS = "q=%EB%B4%89%EC%A0%9C+%EA%B3%B5%EB%B0%A9", "region=26&region=11"


def test_link_keeps_the_choices_and_starts_at_the_first_page(state):
    assert state.url() == f"/centers.csv?{WORDS}&{REGIONS}&sort=name"
    assert state.query_string() == f"?{WORDS}&{REGIONS}&sort=name"


@pytest.mark.parametrize("nothing", [None, "", []])
def test_parameter_is_left_out(state, nothing):
    assert state.url(q=nothing, region=nothing) == "/centers.csv?sort=name"


@pytest.mark.parametrize("default", ["relevance", ["relevance"]])
def test_what_holds_without_a_parameter_is_not_in_the_url(state, default):
    assert state.url(sort=default, view="cards", region=None) == f"/centers.csv?{WORDS}"
    assert state.url(sort="region", view="table", region=None) == (
        f"/centers.csv?{WORDS}&sort=region&view=table"
    )


def test_list_without_parameters_has_no_question_mark():
    state = UrlState("/", {"page": ["2"], "view": ["cards"]}, default_sort="region")

    assert (state.url(), state.query_string()) == ("/", "")


def test_pages_are_numbered_from_the_second(state):
    assert state.page_url(1) == state.url()
    assert state.page_url(2) == f"{state.url()}&page=2"
    assert state.page_url(2, region=None) == f"/centers.csv?{WORDS}&sort=name&page=2"


def test_canonical_url_has_neither_order_nor_view(state):
    state.values["view"] = ["table"]

    assert state.canonical(1) == f"/centers.csv?{WORDS}&{REGIONS}"
    assert state.canonical(4) == f"/centers.csv?{WORDS}&{REGIONS}&page=4"


def test_corrected_value_reaches_the_links(state):
    state.values["region"] = ["41"]

    assert state.url(q=None) == "/centers.csv?region=41&sort=name"
