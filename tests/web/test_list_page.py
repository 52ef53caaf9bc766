"""Parts of the list page: views, hidden form fields, ranges, folded choices."""

from urllib.parse import unquote

import pytest

# --- two views ----------------------------------------------------------------------------------


def test_table_and_cards_show_the_same_rows_in_order(ask, announcement_2024):
    cards, table = ask("sort=size"), ask("sort=size&view=table")

    assert table.names == cards.names
    assert table.soup.select("table.result-table") != []
    assert cards.soup.select("table") == []
    assert table.soup.select_one("link[rel=canonical]")["href"].endswith(":8000/")


def test_every_link_and_form_keeps_the_view(ask, announcement_2024, settings):
    settings.PAGE_SIZE = 2
    soup = ask("view=table&industry=10&industry=14&q=산업&page=2").soup
    links = [link["href"] for link in soup.select(".chips a, .pagination a, .tile-map a")]

    assert len(links) > 5
    assert [link for link in links if "view=table" not in link] == []
    assert [form["value"] for form in soup.select("form input[name=view]")] == ["table"] * 3
    assert unquote(soup.select_one(".view")["href"]) == "/?q=산업&industry=10&industry=14&page=2"


def test_default_view_is_left_out_of_the_url(ask, announcement_2024):
    assert ask("view=cards&region=51").chips == {"강원": "/"}
    assert ask("view=grid").notices == ["보기 ‘grid’는 없는 값이라 적용하지 않았습니다."]


# --- what a form carries along -------------------------------------------------------------------


def carried(soup, form):
    return [(box["name"], box["value"]) for box in soup.select(f"{form} input[type=hidden]")]


def test_search_form_keeps_filters_but_not_the_sort(ask, announcement_2024):
    soup = ask("q=산업&region=51&industry=10&year_min=2014&sort=relevance&page=1").soup

    # The form asks for the region again.
    assert carried(soup, "#search") == [("year_min", "2014")]
    assert soup.select_one("#near")["value"] == "강원특별자치도"
    assert soup.select_one("#industry option[selected]")["value"] == "10"


def test_search_form_keeps_several_industries(ask, announcement_2024):
    soup = ask("industry=10&industry=14").soup

    assert carried(soup, "#search") == [("industry", "10"), ("industry", "14")]
    assert soup.select("#industry option[selected]") == []
    assert soup.select_one("#industry option").get_text() == "업종 2가지"


def test_filter_form_keeps_words_region_and_sort(ask, announcement_2024):
    soup = ask("q=산업&near=51750&sort=name&region=51").soup

    assert carried(soup, "#filters") == [("q", "산업"), ("near", "51750"), ("sort", "name")]


@pytest.mark.parametrize("query", ["", "region=51", "q=봉제&industry=14&year_min=", "regon=1"])
def test_count_endpoint_agrees_with_the_list(client, ask, announcement_2024, query):
    count = client.get(f"/count/?{query}").json()["count"]

    assert f"— {count}곳" in ask(query).sentence


# --- ranges and long lists of choices ---------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "chip", "rest"),
    [
        ("year_min=2014&year_max=2024&region=51", "2014~2024년 지정", "/?region=51"),
        ("year_min=2024&year_max=2024", "2024년 지정", "/"),
        ("size_min=1000&size_max=2000", "1,000~2,000개사", "/"),
        ("size_min=70&size_max=70&year_max=2024", "70개사", "/?year_max=2024"),
    ],
)
def test_range_with_both_ends_is_one_filter(ask, announcement_2024, query, chip, rest):
    answer = ask(query)

    assert answer.chips[chip] == rest
    assert answer.sentence.count(chip) == 1


def test_long_list_of_choices_is_folded_but_whole(ask, announcement_2024):
    soup = ask("industry=33").soup
    industries = soup.select('.filters input[name="industry"]')
    folded = soup.select('.filters .more input[name="industry"]')
    open_ = [box["value"] for box in industries if box not in folded]

    assert len(industries) == 26
    assert open_ == ["10", "14", "25", "33"]
    assert [box for box in folded if not box.has_attr("disabled")] == []
    assert soup.select('.filters .more input[name="status"]') == []
