"""Responses of the API's endpoints, compared with the pages and the records."""

import json
import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centers.models import Center, DataVersion, Region

LISTS = ["centers", "regions", "industries", "operators", "announcements"]


@pytest.fixture
def read(client, db):
    """Get a path below /api/v1/ and return its JSON."""

    def read(address):
        response = client.get(f"/api/v1/{address}")
        body = b"".join(response)
        assert response.status_code == 200, body.decode()
        return json.loads(body)

    return read


@pytest.fixture
def many(make_center, make_operator):
    """Centres of several regions, industries, sizes and years, more than one page of them."""
    operator = make_operator(name="(재)부산경남봉제산업협동조합")
    for number in range(12):
        make_center(operator=operator, cluster_size=10 + number, designated_year=2013 + number)
        make_center(region="51750", industry="10", specialty=f"김치{number}", designated_year=None)
    make_center(region="12210", industry="33", name="가나다 주얼리", lat=35.15, lon=126.92)
    make_center(region="26", industry=None, kind="wide_area", status="unconfirmed")
    make_center(region="11", status="closed", closed_on=date(2024, 1, 1))


def ids_on_page(client, query):
    """The ids of the centres on a list page, from the links to their pages."""
    soup = BeautifulSoup(client.get(f"/?{query}", follow=True).content, "lxml")
    links = soup.select(".center-list :is(h3, th) a")
    return [int(re.search(r"[0-9]+", link["href"])[0]) for link in links]


# --- centres -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "",
        "page=2",
        "industry=14",
        "industry=14&industry=none&sort=name",
        "region=26&year=2014&year=none",
        "region=부산 금정구&size_min=15&sort=size",
        "region=강원&view=table&sort=year",
        "q=김치1",
        "q=qhdwp",  # 봉제 in the wrong state of the 한/영 key
        "q=부산&near=영월",
        "near=51750&sort=region&kind=specialized",
        "near=51750&page=2",
        "status=unconfirmed&status=closed",
        "year_min=2020&year_max=2015",
        "region=50",
    ],
)
def test_api_lists_the_centres_of_the_page_in_order(client, many, read, query, settings):
    settings.PAGE_SIZE = 20
    shown = ids_on_page(client, query)
    answer = read(f"centers/?{query}")

    assert [center["id"] for center in answer["results"]] == shown
    assert (answer["count"] > 0) is bool(shown)
    if "page=" not in query:
        on_map = read(f"centers.geojson?{query}")
        assert [one["id"] for one in on_map["features"]][:20] == shown
        assert len(on_map["features"]) == answer["count"]
        assert read(f"facets/?{query}")["count"] == answer["count"]


def test_row_has_all_values_and_null_for_unknown_ones(read, make_listing, make_center):
    make_center(
        region="51750", industry="10", operator=None, cluster_size=None, cluster_size_as_of=None
    )
    listing = make_listing(center=make_center(phone="+82-51-123-4567", lat=35.25, lon=129.09))

    second, first = read("centers/")["results"]

    center = listing.center
    assert first == {
        "id": center.pk,
        "url": f"http://127.0.0.1:8000/api/v1/centers/{center.pk}/",
        "page": f"http://127.0.0.1:8000/centers/{center.pk}/",
        "name": "부산 금정 의복 소공인특화지원센터",
        "name_is_provisional": True,
        "stated_name": None,
        "kind": "specialized",
        "kind_label": "특화",
        "status": "operating",
        "status_label": "운영 중",
        "standing": None,
        "region": {
            "code": "26410",
            "name": "부산광역시 금정구",
            "sido": "부산광역시",
            "sigungu": "금정구",
        },
        "industry": {
            "code": "14",
            "name": center.industry.name,
            "short_name": center.industry.short_name,
        },
        "specialty": None,
        "classes": [],
        "operator": {
            "id": center.operator.pk,
            "name": center.operator.name,
            "phone": None,
            "website": None,
        },
        "former_operators": [],
        "cluster_size": 120,
        "cluster_size_as_of": "2024-06-25",
        "designated_year": 2024,
        "services": [],
        "service_area": [],
        "former_names": [],
        "address": None,
        "former_addresses": [],
        "phone": "+82-51-123-4567",
        "website": None,
        "lat": 35.25,
        "lon": 129.09,
        "confirmed_on": "2024-06-25",
        "closed_on": None,
        "note": None,
        "documents": [
            {
                "announcement": {
                    "slug": listing.announcement.slug,
                    "title": listing.announcement.title,
                    "publisher": "중소벤처기업부",
                    "published_on": "2023-05-01",
                    "url": "http://127.0.0.1:8000/api/v1/announcements/"
                    f"{listing.announcement.slug}/",
                },
                "row": listing.row,
                "text": f"{listing.announcement.title} (2023-05-01)",
            }
        ],
        "distance": None,
    }
    assert (second["operator"], second["cluster_size"], second["documents"]) == (None, None, [])


def test_list_has_sentence_and_notices(read, many):
    assert read("centers/?region=26&industry=14")["sentence"] == "부산 · 의복 — 12곳"
    assert read("centers/?q=qhdwp")["notices"] == [
        "‘봉제’로 찾은 결과입니다. 한/영 키를 확인해 주세요."
    ]
    assert read("centers/?year_min=2020&year_max=2015")["notices"] == [
        "지정연도의 앞뒤가 바뀌어 2015년부터 2020년까지 찾았습니다."
    ]


def test_page_links_lead_through_every_centre_once(client, read, many):
    address, seen, pages = "/api/v1/centers/?page_size=4&sort=name&region=51", [], []
    while address:
        answer = client.get(address).json()
        pages.append(answer)
        seen += [center["id"] for center in answer["results"]]
        address = (answer["next"] or "").removeprefix("http://127.0.0.1:8000")

    assert len(pages) == 3
    assert len(seen) == len(set(seen)) == pages[0]["count"] == 12
    assert pages[0]["previous"] is None
    first = "http://127.0.0.1:8000/api/v1/centers/?region=51&sort=name&page_size=4"
    assert pages[1]["previous"] == first
    assert pages[2]["previous"] == f"{first}&page=2"


def test_distance_says_what_it_was_measured_to(read, make_center):
    make_center(region="51750", lat=37.2, lon=128.5)
    make_center(region="26410")
    Region.objects.filter(code="51110").update(lat=None, lon=None)
    DataVersion.bump()
    make_center(region="51110")

    rows = read("nearest/?near=영월")["results"]

    assert [row["distance"]["measured_to"] for row in rows] == ["center", "region", "region"]
    assert [row["distance"]["km"] for row in rows][::2] == [pytest.approx(2, abs=3), None]
    assert rows == read("centers/?near=51750")["results"]


def test_detail_has_printed_rows_sources_and_history(read, announcement_2024):
    center = Center.objects.get(region="26410")
    center.phone = "051-123-4567"
    center.save()

    answer = read(f"centers/{center.pk}/")
    listed = next(row for row in read("centers/")["results"] if row["id"] == center.pk)

    assert listed.items() <= answer.items()
    [printed] = answer["listings"]
    assert printed["industry"] == "의복, 의복액서서리 제조업"
    assert printed["announcement"]["slug"] == "2024-selection"
    sources = {source["field"]: source for source in answer["sources"]}
    assert sources["operator"]["announcement"]["slug"] == "2024-selection"
    assert sources["phone"]["announcement"] is None
    assert sources["phone"]["entered_on"]
    assert "website" not in sources
    newest, *_, oldest = answer["history"]
    assert newest["changes"] == [
        {"field": "phone", "label": "전화", "old": None, "new": "051-123-4567"}
    ]
    assert oldest["is_first"] is True


def test_source_says_what_a_value_was_read_from(read, settings):
    call_command("load_fixtures", settings.FIXTURES_DIR / "status_list_2026.json", verbosity=0)
    center = Center.objects.get(name="대구 성내 주얼리 소공인특화지원센터")

    answer = read(f"centers/{center.pk}/")

    [printed] = answer["listings"]
    read_from = {source["field"]: source["read_from"] for source in answer["sources"]}
    assert printed["industry"] is None
    assert read_from["industry"] == read_from["kind"] == "name"
    assert read_from["region"] == "address"
    assert read_from["status"] == read_from["confirmed_on"] == "announcement"
    assert {read_from[name] for name in ("name", "operator", "address")} == {None}


def test_source_quotes_documents_that_differ(read, announcement_2024):
    center = Center.objects.get(region="26410")
    center.cluster_size = 99
    center.save()

    sources = read(f"centers/{center.pk}/")["sources"]
    [source] = [one for one in sources if one["field"] == "cluster_size"]

    assert source["others"][0]["text"] == center.listings.get().cluster_size
    assert source["others"][0]["announcement"]["slug"] == "2024-selection"


def test_closed_centre_names_its_public_successor(read, make_center):
    follower = make_center(name="새 센터")
    closed = make_center(status="closed", successor=follower)

    assert read(f"centers/{closed.pk}/")["successor"] == {
        "id": follower.pk,
        "name": "새 센터",
        "url": f"http://127.0.0.1:8000/api/v1/centers/{follower.pk}/",
    }
    follower.published = False
    follower.save()
    assert read(f"centers/{closed.pk}/")["successor"] is None


def test_geojson_says_whose_point_locates_a_centre(client, make_center):
    Region.objects.filter(code="51110").update(lat=None, lon=None)
    DataVersion.bump()
    make_center(region="26410", lat=35.25, lon=129.09)
    make_center(region="51750")
    make_center(region="51110")

    response = client.get("/api/v1/centers.geojson")
    answer = json.loads(b"".join(response))
    points = [
        (one["properties"]["located_by"], one["geometry"] and one["geometry"]["coordinates"])
        for one in answer["features"]
    ]

    region = Region.objects.get(code="51750")
    assert response["Content-Type"] == "application/geo+json"
    assert answer["type"] == "FeatureCollection"
    assert points == [
        (None, None),
        ("region", [region.lon, region.lat]),
        ("center", [129.09, 35.25]),
    ]


def test_geojson_of_no_results_is_an_empty_collection(read):
    answer = read("centers.geojson")

    assert (answer["type"], answer["features"]) == ("FeatureCollection", [])
    assert (answer["count"], answer["sources"]) == (0, [])


def test_geojson_is_also_served_as_plain_json(client, make_center):
    make_center()
    response = client.get("/api/v1/centers.geojson", headers={"accept": "application/json"})

    assert response["Content-Type"] == "application/json"
    assert len(json.loads(b"".join(response))["features"]) == 1


# --- facets, suggestions, regions, industries, operators, announcements --------------------------


def test_facets_count_choices_without_their_own_filter(read, many):
    facets = read("facets/?region=26&industry=14")["facets"]
    counts = {
        name: {one["value"]: one["count"] for one in facets[name] if one["count"]}
        for name in facets
    }
    chosen = [one["value"] for one in facets["region"] if one["selected"]]

    assert counts["region"] == {"11": 1, "26": 12, "26410": 12}
    assert counts["industry"] == {"14": 12, "none": 1}
    assert counts["kind"] == {"specialized": 12}
    assert len(facets["region"]) == Region.objects.count()
    assert chosen == ["26"]


def test_suggestions_link_to_pages(read, many):
    found = read("suggestions/?q=영월")["results"]

    assert found[0] == {
        "kind": "지역",
        "label": "강원특별자치도 영월군",
        "note": "12곳",
        "page": "http://127.0.0.1:8000/?region=51750",
    }
    assert read("suggestions/") == {"results": []}


def test_suggestions_of_places_link_to_the_nearest(read, many):
    found = read("suggestions/?near=상대ㅇ")["results"]

    assert {one["kind"] for one in found} == {"지역"}
    assert "상대원동 → 경기 성남시 중원구에서 가까운 센터" in [one["label"] for one in found]
    assert all("/?near=" in one["page"] for one in found)
    assert read("suggestions/?near=뷁") == {"results": []}
    places = read("suggestions/?near=영월")["results"]
    words = read("suggestions/?q=영월")["results"]
    assert places[0]["page"].endswith("/?near=51750")
    assert read("suggestions/?near=영월&q=영월")["results"] == places + words


def test_regions_count_their_centres(read, many):
    sido = {row["code"]: row for row in read("regions/?level=sido&page_size=100")["results"]}
    inside = read("regions/?parent=51&page_size=100")["results"]

    assert (sido["51"]["centers"], sido["26"]["centers"], sido["50"]["centers"]) == (12, 13, 0)
    assert {row["parent"] for row in inside} == {"51"}
    assert {row["code"]: row["centers"] for row in inside}["51750"] == 12
    assert "강원도" in sido["51"]["former_names"]
    assert read("regions/")["count"] == Region.objects.count()


def test_industries_and_operators_count_their_centres(read, many):
    industries = {row["code"]: row for row in read("industries/?page_size=100")["results"]}
    operators = {row["name"]: row for row in read("operators/?page_size=100")["results"]}

    assert (industries["14"]["centers"], industries["10"]["centers"]) == (13, 12)
    assert "봉제" in industries["14"]["aliases"]
    assert operators["(재)부산경남봉제산업협동조합"]["centers"] == 12


def test_announcement_has_its_rows_as_printed(read, announcement_2024):
    [listed] = read("announcements/")["results"]
    answer = read("announcements/2024-selection/")

    assert listed.items() <= answer.items()
    assert (listed["rows"], len(answer["listings"])) == (5, 5)
    assert listed["kind_label"] == "신규 선정 발표"
    assert [row["row"] for row in answer["listings"]] == [1, 2, 3, 4, 5]
    assert "의복, 의복액서서리 제조업" in [row["industry"] for row in answer["listings"]]
    assert answer["listings"][0]["center"]["name"] == "영월 식료품 소공인특화지원센터"


def test_root_links_to_every_endpoint(client, db):
    for address in client.get("/api/v1/").json().values():
        path = address.removeprefix("http://127.0.0.1:8000")
        assert client.get(path).status_code == (400 if path.endswith("/nearest/") else 200)


# --- for all -------------------------------------------------------------------------------------


def test_unpublished_centre_is_in_no_response(client, make_listing, make_center, make_operator):
    operator = make_operator(name="(재)숨은진흥원")
    draft = make_center(
        region="50110", name="숨은 센터", operator=operator, published=False, industry="30"
    )
    listing = make_listing(center=draft, name="숨은 센터", operator="숨은진흥원")
    closed = make_center(status="closed", successor=draft)

    addresses = [*(f"{name}/?page_size=100" for name in LISTS), "centers.geojson", "facets/"]
    addresses += [
        "nearest/?near=50110",
        "suggestions/?q=숨은",
        f"centers/{closed.pk}/",
    ]
    addresses += [f"announcements/{listing.announcement.slug}/"]
    for address in addresses:
        response = client.get(f"/api/v1/{address}")
        assert response.status_code == 200
        assert "숨은" not in b"".join(response).decode(), address

    assert client.get(f"/api/v1/centers/{draft.pk}/").status_code == 404
    region = client.get("/api/v1/regions/?parent=50").json()["results"][0]
    assert (region["code"], region["centers"]) == ("50110", 0)
    assert client.get("/api/v1/announcements/").json()["results"][0]["rows"] == 0


@pytest.mark.parametrize(
    "address",
    [
        "centers/?page_size=100",
        "centers/?near=51750&q=봉제&page_size=100",
        "centers.geojson",
        "facets/",
        "operators/?page_size=100",
        "announcements/many/",
        "centers/{first}/",
    ],
)
def test_fifty_rows_take_as_many_queries_as_one(
    client, make_announcement, make_listing, make_center, address
):
    announcement = make_announcement(slug="many")
    first = make_listing(announcement=announcement, center=make_center(region="26410")).center
    address = f"/api/v1/{address.format(first=first.pk)}"

    def queries():
        b"".join(client.get(address))  # fills the caches of the data version
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
            assert b"".join(response)
            assert response.status_code == 200
        return len(captured)

    with_one = queries()
    for _ in range(49):
        make_listing(announcement=announcement, center=make_center(region="41591"))
        make_listing(announcement=make_announcement(), center=first)

    assert queries() == with_one


def test_change_is_visible_at_once(client, make_center):
    center = make_center()
    center.phone = "02-123-4567"
    center.save()

    assert client.get("/api/v1/centers/").json()["results"][0]["phone"] == "02-123-4567"
