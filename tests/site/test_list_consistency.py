"""The list page and all exports show the same centres in the same order, and no drafts."""

import csv
import io
import json
import re
from itertools import count

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from openpyxl import load_workbook

from centers.models import Center
from tests.support import mcp_client
from tests.support.factories import CenterFactory, OperatorFactory
from tests.support.releases import make_release

QUERIES = [
    "",
    "q=봉제",
    "q=제조+부산",
    "q=봉ㅈ",
    "q=ㅈㅅㄷ",
    "q=qhdwp",
    "q=의류&region=11&sort=name",
    "region=26",
    "region=부산",
    "region=광주광역시",
    "region=41&region=41590",
    "industry=14&industry=10",
    "industry=none",
    "kind=wide_area",
    "status=unconfirmed&status=closed",
    "year=2024",
    "year=none&sort=region",
    "service=education",
    "service=none&industry=14",
    "year_min=2024&year_max=2020",
    "size_min=50&size_max=150&sort=size",
    "near=51750",
    "near=부산&sort=name",
    "near=11110&industry=14",
    "sort=name",
    "sort=size",
    "sort=year&kind=specialized",
    "region=50",
]


#: Centres besides the five of 2024; all other fields have their test defaults.
CENTERS = [
    {"name": "부산 서동 봉제 센터", "specialty": "봉제", "services": ["education"]},
    {
        "name": "부산 범일 봉제 센터",
        "specialty": "봉제",
        "designated_year": 2021,
        "region": "26170",
    },
    {"specialty": "봉제", "cluster_size": None, "cluster_size_as_of": None, "region": "11290"},
    {"specialty": "봉제", "region": "11290", "lat": 37.6, "lon": 127.05},
    {"name": "대전 정동 인쇄 센터", "industry": "18", "region": "30110", "designated_year": None},
    {"name": "종로 주얼리 센터", "industry": "33", "region": "11110", "cluster_size": 900},
    {"name": "장위 의류 센터", "region": "11290", "cluster_size": 60},
    {"name": "화성 동탄 센터", "industry": "26", "region": "41590", "status": "unconfirmed"},
    {"name": "화성 향남 센터", "industry": "29", "region": "41590", "status": "closed"},
    {"name": "수원 식품 센터", "industry": "10", "region": "41111", "designated_year": 2019},
    {"name": "서울 상생 센터", "kind": "wide_area", "industry": None, "region": "11"},
    {"name": "부산 제조 센터", "industry": "29", "region": "26", "status": "closed"},
    # Equal except for their keys, so that only a total ordering is stable.
    *[{"region": "27110", "industry": "15"}] * 5,
    {"name": "비밀 봉제", "region": "11110", "published": False, "lat": 37.5, "lon": 127.0},
    {"specialty": "비밀 봉제", "region": "26410", "published": False},
]


@pytest.fixture(scope="module")
def once(snapshots, django_db_blocker):
    """The five centres of 2024 and the others, saved once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        snapshots[0].restore()
        operator = OperatorFactory(name="(사)한국소공인협회")
        for fields in CENTERS:
            CenterFactory(operator=operator, **fields)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def centers(once, db, settings):
    settings.PAGE_SIZE = 4


# --- one reader for each export ------------------------------------------------------


def on_pages(client, query):
    """Return the centres on all pages of the list."""
    found = []
    for number in count(1):
        response = client.get(f"/?{query}&page={number}", follow=True)
        soup = BeautifulSoup(response.content, "lxml")
        links = soup.select(".center-list :is(h3, th) a")
        found += [int(re.search(r"\d+", link["href"])[0]) for link in links]
        if not soup.select_one('.pagination a[rel="next"]'):
            return found


def file(client, ending, query):
    response = client.get(f"/centers.{ending}?{query}", follow=True)
    assert response.status_code == 200
    return response.getvalue()


def in_csv(client, query):
    text = file(client, "csv", query).decode("utf-8-sig")
    return [int(row["관리번호"]) for row in csv.DictReader(io.StringIO(text, newline=""))]


def in_xlsx(client, query):
    sheet = load_workbook(io.BytesIO(file(client, "xlsx", query)))["센터"]
    return [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]


def in_json(client, query):
    return [one["id"] for one in json.loads(file(client, "json", query))["centers"]]


def in_geojson(client, query):
    return [one["id"] for one in json.loads(file(client, "geojson", query))["features"]]


def in_api(client, query):
    keys, address = [], f"/api/v1/centers/?{query}"
    while address:
        answer = client.get(address).json()
        keys += [center["id"] for center in answer["results"]]
        # Absolute URLs of SITE_URL, which the test client does not serve.
        address = answer["next"] and answer["next"].removeprefix(settings.SITE_URL)
    return keys


def in_api_geojson(client, query):
    answer = client.get(f"/api/v1/centers.geojson?{query}")
    return [feature["id"] for feature in json.loads(answer.getvalue())["features"]]


#: The arguments of the tools, by the query parameters that they stand for.
MCP_ARGUMENTS = {"q": "words", "region": "place", "industry": "industry", "service": "service"}


def is_for_assistants(query):
    """Whether a query has nothing but conditions that assistants can name, each once."""
    lists = QueryDict(query).lists()
    return all(name in MCP_ARGUMENTS and len(values) == 1 for name, values in lists)


def in_mcp(client, query):
    arguments = {MCP_ARGUMENTS[name]: value for name, value in QueryDict(query).items()}

    async def talk(connected):
        keys, page = [], 1
        while page:
            result = await connected.call_tool("find_centers", arguments | {"page": page})
            keys += [center["id"] for center in result.structured_content["centers"]]
            page = result.structured_content["next_page"]
        return keys

    return mcp_client.converse(client, talk)


#: Each takes a client and a query string and returns the keys of all results in order.
READERS = {
    "csv": in_csv,
    "xlsx": in_xlsx,
    "json": in_json,
    "geojson": in_geojson,
    "api": in_api,
    "api_geojson": in_api_geojson,
}


@pytest.mark.parametrize("query", QUERIES)
def test_every_export_holds_what_the_list_page_shows(client, query):
    shown = on_pages(client, query)

    assert {name: read(client, query) for name, read in READERS.items()} == dict.fromkeys(
        READERS, shown
    )
    assert len(set(shown)) == len(shown)
    assert Center.objects.published().filter(pk__in=shown).count() == len(shown)


@pytest.mark.parametrize("query", [*filter(is_for_assistants, QUERIES)])
def test_assistants_get_what_the_list_page_shows(client, query):
    assert in_mcp(client, query) == on_pages(client, query)


def test_release_holds_what_the_list_page_shows(client, settings, tmp_path):
    version = make_release(settings, tmp_path)
    text = client.get(f"/data/releases/{version}/centers.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert [int(row["관리번호"]) for row in rows] == on_pages(client, "")
    assert "비밀" not in text
    named = {one["id"]: one for one in json.loads(file(client, "json", ""))["centers"]}
    for row in rows:
        assert row["보이는이름"] == named[int(row["관리번호"])]["name"]
        assert row["지역코드"] == named[int(row["관리번호"])]["region"]["code"]


def test_generated_queries_find_results_and_differ(client):
    found = [in_json(client, query) for query in QUERIES]

    assert all(found[:-1])
    # Some queries are equivalent.
    assert len(set(map(tuple, found))) > len(QUERIES) / 2


@pytest.mark.parametrize(
    "query", ["", "q=봉제", "service=education", "status=unconfirmed&status=closed"]
)
def test_feed_of_a_list_is_of_the_same_centres(client, query):
    feed = client.get(f"/feed/?{query}").content.decode()

    assert set(map(int, re.findall(r"/centers/(\d+)/", feed))) == set(on_pages(client, query))


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?q=비밀",
        "/?region=11110",
        "/?q=봉제&near=11110&view=table",
        "/centers.csv",
        "/centers.csv?q=비밀",
        "/centers.xlsx",
        "/centers.json",
        "/centers.geojson",
        "/feed/",
        "/feed/?q=봉제",
        "/announcements/feed/",
        "/changes/",
        "/coverage/",
        "/suggestions/?q=비밀",
    ],
)
def test_drafts_appear_nowhere(client, address):
    response = client.get(address)
    content = response.getvalue()
    if address.endswith(".xlsx"):
        book = load_workbook(io.BytesIO(content))
        content = repr([[*sheet.values] for sheet in book]).encode()

    assert response.status_code == 200
    assert "비밀 봉제".encode() not in content
    for draft in Center.objects.filter(published=False):
        assert f"/centers/{draft.pk}/".encode() not in content


@pytest.mark.parametrize("address", ["/?region=11110", "/centers.csv", "/centers.json", "/feed/"])
def test_published_drafts_appear_everywhere(client, address):
    for draft in Center.objects.filter(published=False):
        draft.published = True
        draft.save()

    assert "비밀 봉제".encode() in client.get(address).getvalue()
