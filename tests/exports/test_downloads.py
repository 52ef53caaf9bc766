"""Downloads of a list as CSV, XLSX, JSON and GeoJSON, and their import back."""

import csv
import io
import json
from datetime import date, datetime, timedelta
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from centers.exports.export import EXPORT_CHUNK_SIZE
from centers.importer.planner import Planner
from centers.importer.read import read_file
from centers.models import Center
from tests.support.lists import changes, details
from tests.support.pages import texts

ENDINGS = ["csv", "xlsx", "json", "geojson"]


@pytest.fixture
def take(client, db):
    """Download a file; return its bytes."""

    def take(ending, query=""):
        response = client.get(f"/centers.{ending}?{query}")
        assert response.status_code == 200
        return response.getvalue()

    return take


@pytest.fixture
def rows(take):
    """The rows of the CSV file, by heading."""

    def rows(query=""):
        text = take("csv", query).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    return rows


@pytest.fixture
def book(take):
    return lambda query="": load_workbook(io.BytesIO(take("xlsx", query)))


@pytest.fixture
def cells(book):
    """The first centre's cells in the spreadsheet, by heading."""

    def cells(query=""):
        headings, first, *_ = book(query)["센터"].iter_rows()
        return {heading.value: cell for heading, cell in zip(headings, first, strict=True)}

    return cells


@pytest.fixture
def store(make_center):
    """Write a centre's note by SQL, which no validation cleans."""

    def store(note):
        make_center()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE centers_center SET note = %s", [note])

    return store


@pytest.fixture
def centers_2026(status_list_2026):
    """The bundled data: the announcement of 2024 and the list of 2026."""
    assert Center.objects.count() == 42


# --- CSV -----------------------------------------------------------------------------------------


def test_csv_opens_in_excel_with_korean_intact(take, make_center):
    make_center(name="부산 봉제 센터")
    data = take("csv")

    assert data.startswith("\ufeff관리번호,센터명".encode())
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    assert "부산 봉제 센터" in data.decode("utf-8-sig")


def test_csv_has_a_column_for_every_value_of_the_page(rows, announcement_2024):
    row = rows("region=51")[0]

    assert row | {"관리번호": "", "상세화면주소": ""} == {
        "관리번호": "",
        "센터명": "",
        "보이는이름": "영월 식료품 소공인특화지원센터",
        "옛이름": "",
        "유형": "특화",
        "상태": "운영 중",
        "상태설명": "",
        "운영종료일": "",
        "시도명": "강원특별자치도",
        "시군구명": "영월군",
        "지역코드": "51750",
        "소재지도로명주소": "",
        "옛주소": "",
        "위도": "",
        "경도": "",
        "전화번호": "",
        "홈페이지주소": "",
        "운영기관명": "(재)영월산업진흥원",
        "옛운영기관명": "",
        "운영기관대표전화": "",
        "운영기관누리집": "",
        "업종명": "식료품 제조업",
        "업종코드": "10",
        "업종분류코드": "",
        "세부업종": "",
        "집적지소공인규모": "70",
        "규모기준일자": "2024-06-25",
        "지정연도": "2024",
        "지원내용": "",
        "담당지역": "",
        "확인일": "2024-06-25",
        "비고": "",
        "출처": "2024년 소공인특화지원센터 신규 선정 (2024-06-25)",
        "출처설명": "업종에서 읽음: 유형",
        "거리km": "",
        "거리기준": "",
        "상세화면주소": "",
        "데이터기준일자": "2024-06-25",
        "내려받은날": timezone.localdate().isoformat(),
    }


def test_row_names_values_from_editors_or_read_elsewhere(rows, centers_2026):
    center = Center.objects.get(name="대구 성내 주얼리 소공인특화지원센터")
    center.phone, center.website = "053-123-4567", "https://center.example/"
    center.save()

    [row] = rows("q=성내 주얼리")

    assert row["출처설명"] == (
        "센터 이름에서 읽음: 유형, 업종; 주소에서 읽음: 지역; 편집자 입력: 전화, 누리집"
    )


def test_row_of_an_unlisted_centre_names_the_editor(rows, make_center):
    make_center()

    assert rows()[0]["출처설명"] == "편집자 입력"


def test_row_links_to_the_page_of_its_centre(client, rows, make_center, settings):
    settings.SITE_URL = "https://centers.example.kr"
    center = make_center()
    row = rows()[0]

    assert row["상세화면주소"] == f"https://centers.example.kr/centers/{center.pk}/"
    assert row["관리번호"] == str(center.pk)


@pytest.mark.parametrize(
    ("region", "sido", "sigungu"),
    [
        ("26410", "부산광역시", "금정구"),
        ("41111", "경기도", "수원시 장안구"),
        ("11", "서울특별시", ""),
        ("36110", "세종특별자치시", ""),
    ],
)
def test_region_is_split_into_two_columns(rows, make_center, region, sido, sigungu):
    make_center(region=region)

    assert (rows()[0]["시도명"], rows()[0]["시군구명"]) == (sido, sigungu)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "'="])
def test_formula_like_text_stays_text(rows, make_center, make_operator, sign):
    make_center(name=f"{sign}1+1", operator=make_operator(name=f"{sign}cmd|' /C calc'!A0"))
    row = rows()[0]

    assert row["센터명"] == row["보이는이름"] == f"'{sign}1+1"
    assert row["운영기관명"] == f"'{sign}cmd|' /C calc'!A0"


@pytest.mark.parametrize("sign", ["\t", "\r"])
def test_formula_stored_by_sql_stays_text(rows, store, sign):
    store(f"{sign}=1+1")

    assert rows()[0]["비고"] == f"'{sign}=1+1"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("02-123-4567", "02-123-4567"),
        ("+82-51-123-4567", "051-123-4567"),
        ("+82511234567", "051-123-4567"),
        ("0511234567", "051-123-4567"),
        ("1588-1234", "1588-1234"),
        ("+82-99-999-9999", "099-999-9999"),
    ],
)
def test_phone_number_survives_a_spreadsheet(rows, make_center, phone, shown):
    make_center(phone=phone)

    assert rows()[0]["전화번호"] == shown


def test_numbers_stay_numbers(rows, make_center):
    make_center(cluster_size=1234, lat=35.25, lon=129.1)
    row = rows()[0]

    assert [row[name] for name in ("집적지소공인규모", "위도", "경도")] == [
        "1234",
        "35.25",
        "129.1",
    ]


def test_multiline_value_stays_one_cell(rows, make_center):
    make_center(note='첫 줄, "따옴표"\n둘째 줄')

    assert rows()[0]["비고"] == '첫 줄, "따옴표"\n둘째 줄'


# --- XLSX ----------------------------------------------------------------------------------------


def test_spreadsheet_has_real_types(cells, make_center):
    center = make_center(phone="+82-51-123-4567", lat=35.25, lon=129.1)
    row = cells()

    assert row["관리번호"].value == center.pk
    assert (row["위도"].value, row["집적지소공인규모"].value) == (35.25, 120)
    assert row["지정연도"].value == 2024
    assert row["규모기준일자"].value == datetime(2024, 6, 25)  # noqa: DTZ001
    assert row["규모기준일자"].is_date
    assert (row["전화번호"].value, row["전화번호"].data_type) == ("+82-51-123-4567", "s")
    assert (row["업종코드"].value, row["업종코드"].data_type) == ("14", "s")
    assert row["홈페이지주소"].value is None


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "#N/A", "=HYPERLINK(A1)"])
def test_spreadsheet_contains_no_formula(cells, make_center, text):
    make_center(name=text)
    cell = cells()["센터명"]

    assert (cell.value, cell.data_type) == (text, "s")


def test_spreadsheet_has_frozen_headings_and_a_filter(book, make_center):
    make_center()
    make_center()
    sheet = book()["센터"]

    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:AM3"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.column_dimensions["B"].width == 36


def test_second_sheet_names_the_sources_of_the_list(book, announcement_2024, settings):
    settings.SITE_URL = "https://centers.example.kr"
    rows = [
        [cell for cell in row if cell is not None]
        for row in book("region=51")["출처"].iter_rows(values_only=True)
    ]
    facts = {row[0]: row[1:] for row in rows if row}

    assert facts["목록"] == ["강원 — 1곳"]
    assert facts["센터 수"] == [1]
    assert facts["목록의 주소"] == ["https://centers.example.kr/?region=51"]
    assert "출처로 밝혀" in facts["이용 조건"][0]
    assert facts["지역 위치"] == ["통계청 SGIS 행정구역 경계, 공공누리 제1유형(출처 표시)"]
    assert facts["받은 날"][0].date() == timezone.localdate()
    assert facts[1] == [
        announcement_2024.title,
        "중소벤처기업부",
        datetime(2024, 6, 25),  # noqa: DTZ001
        "신규 선정 발표",
        announcement_2024.source_url,
        "https://centers.example.kr/announcements/2024-selection/",
    ]


def test_sources_are_only_those_of_the_list(take, announcement_2024, make_listing, make_center):
    make_listing(center=make_center(region="11110"))

    listed = json.loads(take("json", "region=51"))["sources"]

    assert [one["title"] for one in listed] == [announcement_2024.title]


def test_control_character_stored_by_sql_breaks_no_file(take, book, store):
    store("앞\x0b뒤")

    assert "앞뒤" in [cell.value for cell in book()["센터"][2]]
    assert json.loads(take("json"))["centers"][0]["note"] == "앞\x0b뒤"


# --- JSON and GeoJSON ----------------------------------------------------------------------------


def test_json_describes_itself(take, announcement_2024, settings):
    settings.SITE_URL = "https://centers.example.kr"
    data = json.loads(take("json", "region=51&sort=name"))

    assert data["title"] == "강원 — 1곳"
    assert data["count"] == len(data["centers"]) == 1
    assert data["url"] == "https://centers.example.kr/?region=51&sort=name"
    assert datetime.fromisoformat(data["generated"]) - timezone.now() < timedelta(minutes=1)
    assert data["sources"][0]["url"].endswith("/announcements/2024-selection/")
    center = data["centers"][0]
    assert center["cluster_size"] == 70
    assert center["cluster_size_as_of"] == "2024-06-25"
    [document] = center["documents"]
    assert document["text"] == "2024년 소공인특화지원센터 신규 선정 (2024-06-25)"


def test_json_has_null_for_unknown_values(take, make_center):
    make_center(operator=None)
    center = json.loads(take("json"))["centers"][0]

    unknown = ("stated_name", "phone", "operator", "lat", "distance")
    assert {center[name] for name in unknown} == {None}
    assert center["documents"] == []


def test_geojson_point_is_of_the_centre_or_its_region(take, make_center):
    make_center(name="가", lat=35.25, lon=129.1)
    make_center(name="나")
    lost = make_center(name="다", region="51750")
    lost.region.lat = lost.region.lon = None
    lost.region.save()

    data = json.loads(take("geojson", "sort=name"))

    assert data["type"] == "FeatureCollection"
    own, of_region, nowhere = data["features"]
    assert own["geometry"] == {"type": "Point", "coordinates": [129.1, 35.25]}
    assert own["properties"]["located_by"] == "center"
    lon, lat = of_region["geometry"]["coordinates"]
    assert (round(lon), round(lat)) == (129, 35)
    assert of_region["properties"]["located_by"] == "region"
    assert (nowhere["geometry"], nowhere["properties"]["located_by"]) == (None, None)
    assert all(one["type"] == "Feature" for one in data["features"])
    assert nowhere["id"] == lost.pk


@pytest.mark.parametrize("query", ["", "sort=name", "near=51750", "region=26&industry=14"])
def test_geojson_download_has_the_features_of_the_api(
    client, take, announcement_2024, make_center, query
):
    make_center(name="가", lat=35.25, lon=129.1, note="비고", website="https://example.kr/")
    make_center(operator=None, industry=None, kind="wide_area", status="unconfirmed")
    make_center(status="closed", closed_on=date(2024, 1, 1), region="51750")

    response = client.get(f"/api/v1/centers.geojson?{query}")
    collection = json.loads(b"".join(response))

    downloaded = json.loads(take("geojson", query))
    assert collection["features"]
    assert collection.pop("generated") and downloaded.pop("generated")
    assert downloaded == collection


@pytest.mark.parametrize("address", ["/api/v1/centers.geojson", "/centers.geojson"])
def test_geojson_reads_no_origins(client, announcement_2024, address):
    """Origins and citations are read for `source_notes`, which a map does not have."""
    with CaptureQueriesContext(connection) as captured:
        text = b"".join(client.get(address))

    assert len(json.loads(text)["features"]) == 5
    queries = " ".join(query["sql"] for query in captured)
    assert "centers_listing" in queries
    assert "centers_historicalcenter" not in queries and "centers_citation" not in queries


def test_geojson_properties_are_those_of_the_schema(client, take, make_center):
    make_center()
    schemas = client.get("/api/v1/schema.json").json()["components"]["schemas"]

    [feature] = json.loads(take("geojson"))["features"]

    documented = list(schemas["FeatureProperties"]["properties"])
    assert list(feature["properties"]) == documented


def test_geojson_download_names_its_sources_and_distance(take, announcement_2024):
    data = json.loads(take("geojson", "region=51&near=51750"))
    [feature] = data["features"]
    properties = feature["properties"]

    assert data["title"] == "강원, 영월에서 가까운 순 — 1곳"
    assert data["sources"][0]["url"].endswith("/announcements/2024-selection/")
    assert properties["documents_text"] == ["2024년 소공인특화지원센터 신규 선정 (2024-06-25)"]
    assert properties["cluster_size_as_of"] == "2024-06-25"
    assert (properties["kind"], properties["kind_label"]) == ("specialized", "특화")
    assert properties["distance_measured_to"] == "region" and properties["distance_km"] >= 0
    assert (properties["name_is_provisional"], properties["standing"]) == (True, None)


def test_geojson_has_null_for_unknown_values(take, make_center):
    make_center(operator=None)
    [feature] = json.loads(take("geojson"))["features"]
    unknown = "phone website note closed_on operator_name operator_id distance_km"

    assert {feature["properties"][name] for name in unknown.split()} == {None}
    assert feature["properties"]["distance_measured_to"] is None
    assert feature["properties"]["documents_text"] == []


def test_distance_is_exported_with_near(rows, take, make_center):
    make_center(region="51750", lat=37.2, lon=128.5)
    make_center(region="11110")
    lost = make_center(region="26410")
    lost.region.lat = lost.region.lon = None
    lost.region.save()

    near, far, nowhere = rows("near=51750")

    assert near["거리기준"] == "센터" and 0 < float(near["거리km"]) < 20
    assert far["거리기준"] == "지역의 대표 지점" and float(far["거리km"]) > 100
    assert (nowhere["거리km"], nowhere["거리기준"]) == ("", "")
    assert json.loads(take("json", "near=51750"))["centers"][2]["distance"]["km"] is None


# --- names and addresses -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "전체_센터"),
        ("region=26", "부산"),
        ("region=26&industry=14&year_min=2015", "부산_의복_2015년_이후_지정"),
        ("q=../../봉제", "봉제"),
        ('q=봉제"; x=<b>', "봉제_x_b"),
        ("q=" + "+".join(["가나다라마바사아자차카타파하"] * 8), None),
    ],
)
def test_file_name_has_the_query_and_the_date(client, make_center, query, expected):
    make_center()
    response = client.get(f"/centers.csv?{query}")
    response.getvalue()
    name = unquote(response["Content-Disposition"].partition("filename*=utf-8''")[2])

    assert response["Content-Disposition"].startswith("attachment; ")
    assert name.startswith("소공인특화지원센터_")
    assert name.endswith(f"_{timezone.localdate()}.csv")
    assert len(name.encode()) < 255
    if expected:
        assert name == f"소공인특화지원센터_{expected}_{timezone.localdate()}.csv"


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("json", "application/json"),
        ("geojson", "application/geo+json"),
    ],
)
def test_media_type_does_not_depend_on_accept(client, db, ending, media_type):
    for accept in ("image/png", "*/*;q=x", "가", ""):
        response = client.get(f"/centers.{ending}", headers={"accept": accept})
        response.getvalue()

        assert response.status_code == 200
        assert response["Content-Type"] == media_type
        assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("ending", ENDINGS)
def test_head_has_the_headers_of_get_and_no_file(client, make_center, ending):
    make_center()
    head, get = (getattr(client, method)(f"/centers.{ending}") for method in ("head", "get"))

    assert head.status_code == 200
    assert (head.getvalue(), bool(get.getvalue())) == (b"", True)
    assert "Content-Length" not in head  # which is not known before
    for name in ("Content-Type", "Content-Disposition"):
        assert head[name] == get[name]


@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "patch"])
@pytest.mark.parametrize("address", ["/centers.csv", "/centers.xlsx", "/feed/"])
def test_other_methods_are_rejected_in_korean(db, method, address):
    response = getattr(Client(enforce_csrf_checks=True), method)(address)

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert "읽기만 할 수 있습니다" in response.content.decode()


@pytest.mark.parametrize("ending", ["pdf", "CSV", "csv.exe", "", "xls", "%00", "c%00sv", "한글"])
def test_other_formats_are_a_korean_404(client, db, ending):
    response = client.get(f"/centers.{ending}")

    assert response.status_code == 404
    assert "찾을 수 없는 화면입니다" in response.content.decode()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("regon=26", "‘regon’은 없는 조건입니다."),
        ("region=제주시리", "‘region’: 지역 ‘제주시리’"),
        ("region=26&region=99", "‘region’: 지역 ‘99’"),
        ("industry=99", "‘industry’: 업종 ‘99’"),
        ("sort=distance", "‘sort’"),
        ("sort=near", "‘sort’"),
        ("near=없는곳", "‘near’"),
        ("year_min=abc", "‘year_min’"),
        ("year_min=1e1000000", "‘year_min’"),
        ("size_min=99999999999999999999", "‘size_min’"),
        ("q=%25", "‘q’: 검색어 ‘%’"),
        ("q=가&q=나", "‘q’"),
        ("q=" + "가" * 300, "‘q’: 검색어는 200자까지 씁니다."),
        ("q=%00", "‘q’"),
        ("%00=1", "보이지 않는 글자"),
        ("&".join(f"x{n}=1" for n in range(60)), "‘x50’: 조건은 50가지까지"),
    ],
)
def test_unusable_parameter_is_rejected_by_name(client, make_center, ending, query, named):
    make_center()
    response = client.get(f"/centers.{ending}?{query}")

    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert named in response.content.decode()
    assert "무시" not in response.content.decode()


def test_ambiguous_region_name_lists_codes(client, db):
    response = client.get("/centers.csv?region=동구")

    assert response.status_code == 400
    assert "부산광역시 동구(26170)" in response.content.decode()


@pytest.mark.parametrize("query", ["page=2", "page=99999999999999999999", "page=abc", "view=x"])
def test_file_is_the_whole_list_of_any_page(rows, make_center, settings, query):
    settings.PAGE_SIZE = 1
    for _ in range(3):
        make_center()

    assert len(rows(query)) == 3


def test_region_name_redirects_to_its_code(client, db):
    response = client.get("/centers.csv?region=부산&sort=name&page=3")

    assert response.status_code == 302
    assert response["Location"] == "/centers.csv?region=26&sort=name"


def test_words_in_the_wrong_key_state_are_corrected(rows, make_center):
    make_center(specialty="봉제")
    make_center(region="11110", industry="10")

    assert [row["세부업종"] for row in rows("q=qhdwp")] == ["봉제"]


def test_empty_list_is_a_file_with_headings_only(rows, take, book, db):
    assert rows() == []
    assert take("csv").count(b"\r\n") == 1
    assert json.loads(take("json"))["centers"] == []
    assert json.loads(take("geojson"))["features"] == []
    assert book()["센터"].max_row == 1


def test_database_error_is_no_partial_file(client, make_center, monkeypatch):
    make_center()
    client.raise_request_exception = False

    def broken(self, size):
        raise DatabaseError
        yield

    monkeypatch.setattr("centers.search.results.Results.iter_chunks", broken)

    assert client.get("/centers.csv").status_code == 500


# --- links ---------------------------------------------------------------------------------------


def test_page_links_to_its_files_with_the_query(client, make_center):
    make_center(specialty="봉제")
    response = client.get("/?q=qhdwp&region=26&sort=name&view=table&page=1&regon=1")
    soup = BeautifulSoup(response.content, "lxml")
    links = [link["href"] for link in soup.select(".downloads a")]

    query = "q=%EB%B4%89%EC%A0%9C&region=26"
    assert links == [
        "/data/#downloads",
        *(f"/centers.{ending}?{query}&sort=name" for ending in ENDINGS),
        f"/feed/?{query}",
    ]
    for link in links:
        response = client.get(link)
        response.getvalue()
        assert response.status_code == 200


def test_page_without_results_offers_no_download(client, db):
    soup = BeautifulSoup(client.get("/?region=51").content, "lxml")

    assert soup.select(".downloads") == []


def test_data_page_explains_every_column(client, take, announcement_2024):
    soup = BeautifulSoup(client.get("/data/").content, "lxml")
    rows = soup.select("#downloads ~ table tbody tr")
    [record, *_] = json.loads(take("json"))["centers"]

    headings = take("csv").decode("utf-8-sig").partition("\r\n")[0].split(",")
    assert [texts(row)[0] for row in rows] == headings
    for row in rows:
        assert all(texts(row))
        name, *paths = [code.get_text() for code in row.select("code")]
        if "CSV와 엑셀에만" in row.get_text():
            assert (name, paths) == ("downloaded_on", [])
            continue
        [path] = paths or [name]
        assert name == path.replace(".", "_")
        value = record
        for key in path.split("."):
            value = (value[0] if isinstance(value, list) and value else value) or {}
            assert not value or key in value, path
            value = value and value[key]


# --- many rows -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
def test_more_rows_take_no_more_queries(
    client, make_center, make_listing, make_announcement, ending
):
    announcement = make_announcement()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/centers.{ending}?near=51750").getvalue()
        return len(captured)

    make_listing(announcement=announcement, center=make_center())
    queries()
    few = queries()
    for _ in range(20):
        make_listing(announcement=announcement, center=make_center(region="41591"))

    # The regions are read again after an edit.
    queries()
    assert queries() == few


def test_list_of_several_chunks_is_complete_and_ordered(rows, make_center, make_operator):
    first = make_center(operator=None)
    Center.objects.bulk_create(
        Center(region=first.region, industry=first.industry, display_name=f"센터 {number:04}")
        for number in range(EXPORT_CHUNK_SIZE + 5)
    )
    first.save()  # advances the version of the data

    names = [row["보이는이름"] for row in rows("sort=name")]

    assert len(names) == EXPORT_CHUNK_SIZE + 6
    assert names == sorted(names)


# --- round trip ----------------------------------------------------------------------------------


def planned(data, name, **document):
    """The import plan of a downloaded file."""
    return Planner(read_file(data, name), details(slug="taken-away", **document)).plan()


@pytest.fixture
def today():
    return timezone.localdate().isoformat()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["status_list", "selection"])
def test_import_of_a_download_changes_nothing(take, centers_2026, today, ending, kind):
    plan = planned(take(ending), f"목록.{ending}", kind=kind, day=today)

    assert {row.kind for row in plan.rows} == {"unchanged"}
    assert {row.center for row in plan.rows} == set(Center.objects.values_list("pk", flat=True))
    assert [row.protected for row in plan.rows if row.protected] == []
    assert plan.missing == []


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_import_of_edited_centres_changes_nothing(
    take, centers_2026, make_center, make_operator, today, ending
):
    body = make_operator(name="@나 진흥원")
    make_center(name="-봉제 센터", operator=body, phone="+82-51-123-4567")
    make_center(region="36110", name="세종 인쇄 센터", industry="18", website="https://a.example/")
    make_center(region="41111", name="수원 장안 가구 센터", industry="32", specialty="의자")
    closed = Center.objects.get(name__contains="봉익")
    closed.status, closed.closed_on, closed.note = "closed", date(2026, 9, 1), "문을\n닫음"
    closed.save()

    plan = planned(take(ending), f"목록.{ending}", day=today)

    assert {row.kind for row in plan.rows} == {"unchanged"}
    # Nor would anything change if the editor's values were not protected.
    assert [row.protected for row in plan.rows if row.protected] == []
    assert len(plan.rows) == 45


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_classes_are_read_back(take, make_center, today, ending):
    center = make_center(name="가나", classes=["331", "1521"])
    data = take(ending)
    [same] = planned(data, f"목록.{ending}", day=today).rows
    Center.objects.update(classes=["25"])
    [changed] = planned(data, f"목록.{ending}", day=today).rows

    assert (same.kind, same.center) == ("unchanged", center.pk)
    assert [(one.field, one.old, one.new) for one in changed.changes + changed.protected] == [
        ("classes", ["25"], ["331", "1521"])
    ]


def test_import_removes_the_mark_of_formulas(take, make_center, make_operator, today):
    make_center(
        name="=1+1",
        operator=make_operator(name="'=나 진흥원"),
        address="=부산광역시 금정구 서동로 1",
    )

    [row] = planned(take("csv"), "목록.csv", day=today).rows

    assert (row.kind, row.protected) == ("unchanged", [])


def test_import_changes_only_the_edited_value(take, centers_2026, today):
    text = take("csv").decode("utf-8-sig").replace("(재)대덕경제재단,", "(재)대덕진흥재단,")
    plan = planned(text.encode(), "목록.csv", day=today)

    [changed] = [row for row in plan.rows if row.kind != "unchanged"]
    assert changes(changed) == {"operator": ("(재)대덕경제재단", "(재)대덕진흥재단")}


def test_import_applies_an_edited_status(take, centers_2026, today):
    text = take("csv").decode("utf-8-sig").replace(",확인 필요,", ",운영 종료,", 1)
    plan = planned(text.encode(), "목록.csv", day=today)

    [changed] = [row for row in plan.rows if row.kind != "unchanged"]
    assert changes(changed) == {"status": ("확인 필요", "운영 종료")}


def test_import_accepts_such_headings_of_other_lists(centers_2026, today):
    text = "지역,운영기관,업종,상태,확인일\n대전 대덕구,(재)대덕경제재단,금속가공,정상,작년\n"
    plan = planned(text.encode(), "목록.csv", day=today)

    # An unread day confirms nothing.
    assert [row.kind for row in plan.rows] == ["unchanged"]
    assert plan.rows[0].notes == [
        "확인일: ‘작년’은 날짜로 읽을 수 없어 뺐습니다. 2026-07-31처럼 적어 주세요."
    ]


def test_import_names_the_columns_it_ignores(take, centers_2026):
    [warning] = read_file(take("csv"), "목록.csv").warnings

    assert warning == (
        "내려받은 파일의 이 열은 고쳐도 읽지 않습니다: 보이는이름, 옛이름, 유형,"
        " 상태설명, 운영종료일, 지역코드, 옛주소, 위도, 경도, 옛운영기관명,"
        " 운영기관대표전화, 운영기관누리집, 업종코드, 세부업종, 규모기준일자, 지원내용,"
        " 담당지역, 비고, 출처, 출처설명, 거리km, 거리기준, 상세화면주소,"
        " 데이터기준일자, 내려받은날."
    )
