"""A query finds the same centres in the same order on the page, in API, MCP, files and feeds."""

import csv
import io
import json
import re

import feedparser
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.support import mcp_client

#: Queries of every tier, of places and industries, of sentences and of nothing.
QUERIES = [
    "염색",
    "된장",
    "종로",
    "성수동",
    "남동공단",
    "인쇄 대전",
    "부산TP",
    "봉ㅈ",
    "ㅈㅅㄷ",
    "qhdwp",
    "쥬얼리",
    "조선대학교산학협력단",
    "부산 봉제공장 도와주는 곳",
    "부산에서구두만드는데어디로가요",
    "김해 도자기 가나다라마",
    "양주 염색",
    "빵",
    "로봇",
    "치킨집",
]


@pytest.fixture
def get(client, status_list_2026):
    def get(path, words):
        response = client.get(path, {"q": words})
        assert response.status_code == 200
        return response

    return get


@pytest.mark.parametrize("words", QUERIES)
def test_query_finds_the_same_rows_everywhere(client, get, ask, words):
    links = ask(f"q={words}").soup.select(".center-list h3 a, .center-list h2 a")
    keys = [int(re.search(r"\d+", link["href"])[0]) for link in links]
    text = get("/centers.csv", words).getvalue().decode("utf-8-sig")
    in_csv = [row["관리번호"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    sheet = load_workbook(io.BytesIO(get("/centers.xlsx", words).getvalue()))["센터"]
    headings, *cells = sheet.iter_rows(values_only=True)
    in_book = [row[headings.index("관리번호")] for row in cells]
    in_json = json.loads(get("/centers.json", words).getvalue())["centers"]
    in_map = json.loads(get("/centers.geojson", words).getvalue())["features"]
    in_api = get(reverse("api-centers"), words).json()

    in_mcp = mcp_client.call(client, "find_centers", words=words, limit=20).structured_content

    assert len(keys) < 20  # one page
    assert list(map(int, in_csv)) == list(map(int, in_book)) == keys
    assert [one["id"] for one in in_json] == [one["id"] for one in in_map] == keys
    assert [one["id"] for one in in_api["results"]] == keys
    assert [one["id"] for one in in_mcp["centers"]] == keys
    assert in_api["count"] == in_mcp["count"] == len(keys)


@pytest.mark.parametrize("words", QUERIES)
def test_feed_of_a_query_has_changes_of_its_centres_alone(get, ask, words):
    names = set(ask(f"q={words}").names)
    feed = feedparser.parse(get("/feed/", words).content)

    assert {entry.title.rpartition(":")[0] for entry in feed.entries} == names


@pytest.mark.parametrize("words", QUERIES)
def test_api_says_the_tier_that_of_the_page(get, ask, words):
    tier = get(reverse("api-centers"), words).json()["matched_by"]
    page = ask(f"q={words}")

    assert get(reverse("api-understand"), words).json()["tier"] == tier
    assert bool(page.names) == bool(tier)
    notes = page.soup.select(".matched-by") or [one for one in page.notices if "찾은 결과" in one]
    assert bool(notes) == (tier in {"half_typed", "meant"})
