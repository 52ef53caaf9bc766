"""The coverage page: every number equals its list, and exclusions are named."""

import csv
import io
import re
from datetime import date
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from django.utils.timezone import localdate
from openpyxl import load_workbook

from centers.models import Center, DataVersion, Industry, Landmark, Region
from centers.web import coverage as module
from tests.support.pages import ListPage

WIDE_AREA = {"kind": Center.Kind.WIDE_AREA, "industry": None}


class CoveragePage:
    """What the page shows, read as a reader reads it."""

    def __init__(self, response):
        assert response.status_code == 200
        self.soup = BeautifulSoup(response.content, "lxml")
        self.main = self.soup.main
        self.text = " ".join(self.main.get_text(" ").split())
        matrix = self.soup.select_one(".matrix")
        if matrix:
            for hidden in matrix.select("thead .visually-hidden"):
                hidden.extract()
            self.columns = [th.get_text(strip=True) for th in matrix.select("thead th")][1:]
            self.rows = {
                row.th.get_text(strip=True): [count_of(cell) for cell in row.select("td")]
                for row in matrix.select("tbody tr, tfoot tr")
            }
            self.matrix = matrix

    def cell(self, region, industry):
        return self.rows[industry][self.columns.index(region)]

    def bars(self, title):
        """The lines of one picture of bars, by their label: count, and length of the bar."""
        table = self.soup.select_one(f"[aria-labelledby={title}] table")
        return {
            row.th.get_text(strip=True): (count_of(row.td), int(row.rect["width"]))
            for row in table.select("tbody tr")
        }

    @property
    def links(self):
        """Every link to a list with its number."""
        links = [link for link in self.main.select("a") if link["href"].startswith("/?")]
        return {(link["href"], number_in(link)) for link in links if number_in(link) is not None}


def number_in(tag):
    numbers = re.findall(r"(?<![\d년])([\d,]+)\s*곳", tag.get_text())
    return int(numbers[-1].replace(",", "")) if numbers else None


def count_of(cell):
    """The number of a cell; one that is 0 has no list to link to, one that is blank is None."""
    if cell.a:
        return number_in(cell.a)
    text = cell.get_text(strip=True)
    return None if text == "센터 있음" else int(text)


@pytest.fixture
def visit(client, db):
    return lambda query="": CoveragePage(client.get(f"/coverage/{query}"))


@pytest.fixture
def listed(client):
    """How many centres the list finds at an address."""

    def listed(address):
        sentence = ListPage(client.get(address)).sentence
        return int(sentence.rpartition("— ")[2].removesuffix("곳").replace(",", ""))

    return listed


@pytest.fixture
def few(make_center):
    """Centres of every kind that could be counted in a wrong cell, or twice."""
    make_center(region="26410", industry="14", designated_year=2024)
    make_center(region="26410", industry="14", designated_year=2021)
    make_center(region="26230", industry="10", designated_year=None)
    make_center(region="26", **WIDE_AREA)
    make_center(region="36110", industry="10", status="unconfirmed")  # 세종, in 세종
    make_center(region="36", **WIDE_AREA)
    make_center(region="41591", industry="14")  # a 일반구 of a city
    make_center(region="41590", industry="14", designated_year=2019)
    make_center(region="12210", industry="33", cluster_size=None, cluster_size_as_of=None)
    for industry in ("14", "33"):
        make_center(region="26410", industry=industry, status="closed")
        make_center(region="26410", industry=industry, published=False)
    make_center(region="50110", industry="11", status="closed")
    make_center(region="50110", industry="11", published=False)


# --- every number is the list's ------------------------------------------------------------------


def test_every_number_equals_the_count_of_its_list(visit, few, listed):
    links = visit().links

    # Cells, totals, bars by 시·도, industry and year, and statuses.
    assert len(links) > 20
    assert {address: listed(address) for address, _ in links} == dict(links)
    assert len(dict(links)) == len(links)


def test_every_gap_is_an_empty_list(visit, few, listed):
    page = visit()
    codes = {one.short_name: one.code for one in Region.objects.filter(level="sido")}
    industries = {one.short_name: one.code for one in Industry.objects.all()} | {"전 업종": "none"}

    gaps = [
        (codes[sido], industries[industry])
        for industry, counts in page.rows.items()
        for sido, count in zip(page.columns, counts, strict=True)
        if not count and sido in codes and industry in industries
    ]

    assert len(gaps) == len(codes) * len(industries) - 7
    for region, industry in gaps[::20]:
        assert (
            listed(f"/?region={region}&industry={industry}&status=operating&status=unconfirmed")
            == 0
        )


def test_table_has_every_sido_and_industry_with_zeros(visit, few):
    page = visit()
    sidos = sorted(Region.objects.filter(level="sido").values_list("short_name", flat=True))
    industries = list(Industry.objects.values_list("short_name", flat=True))

    assert page.columns == [*sidos, "합계"]
    assert list(page.rows) == [*industries, "전 업종", "합계"]
    assert {name: sum(counts) // 2 for name, counts in page.rows.items() if any(counts)} == {
        "식료품": 2, "의복": 4, "귀금속·장신구 등": 1, "전 업종": 2, "합계": 9,
    }  # fmt: skip
    assert [page.cell("부산", one) for one in ("식료품", "의복", "음료", "전 업종", "합계")] == [
        1, 2, 0, 1, 4,
    ]  # fmt: skip
    assert page.cell("제주", "합계") == 0


def test_sido_opens_the_table_of_its_regions(visit, few, listed):
    national = visit()
    [link] = [one for one in national.matrix.select("thead a") if one.get_text() == "경기"]
    page = visit(link["href"].removeprefix("/coverage/"))

    inner = Region.objects.filter(parent="41").values_list("short_name", flat=True)
    assert page.columns == [*inner, "합계"]
    # A 일반구 counts in its city.
    assert page.cell("화성", "의복") == page.cell("합계", "의복") == 2
    assert page.cell("수원", "의복") == 0
    links = page.links
    assert {address: listed(address) for address, _ in links} == dict(links)
    assert "경기도 소공인특화지원센터 현황" in page.text
    assert page.main.select("svg, .bars") == []


def test_centers_of_a_whole_sido_have_their_own_column(visit, few):
    page = visit("?region=26")

    assert page.columns[-2:] == ["시·도 전체", "합계"]
    assert page.cell("시·도 전체", "전 업종") == 1
    assert page.cell("합계", "합계") == 4
    assert "시·도 전체" not in visit("?region=41").columns


def test_sido_without_any_center_shows_all_zeros(visit, few):
    page = visit("?region=50")

    assert {count for counts in page.rows.values() for count in counts} == {0}
    assert "지금 센터가 없습니다." in page.text
    assert "센터가 한 곳도 없는 시·군·구 2곳: 제주, 서귀포" in page.text


def test_gaps_view_counts_what_has_no_center(visit, few):
    page = visit("?gaps=1&region=26")
    industries = Industry.objects.count()

    assert page.columns[-1] == "빈 곳"
    assert "시·도 전체" not in page.columns
    assert "전 업종" not in page.rows
    assert page.cell("금정", "의복") is None
    assert page.cell("금정", "식료품") == 0
    assert page.cell("금정", "빈 곳") == industries - 1
    assert page.rows["의복"][-1] == Region.objects.filter(parent="26").count() - 1
    boxes = page.soup.select("input[name=gaps][checked], option[value='26'][selected]")
    assert len(boxes) == 2


def test_gaps_view_leaves_out_regions_without_gaps(visit, make_center):
    for code in Industry.objects.values_list("code", flat=True):
        make_center(region="26410", industry=code)
    page = visit("?gaps=1&region=26")

    assert "금정" not in page.columns
    assert len(page.columns) == Region.objects.filter(parent="26").count()


def test_region_by_name_redirects_to_its_code(client, few):
    response = client.get("/coverage/?region=경남&gaps=1")

    assert response.status_code == 302
    assert response["Location"] == "/coverage/?region=48&gaps=1"


def test_name_of_several_regions_offers_the_sido_among_them(visit, few):
    page = visit("?region=광주")

    [notice] = page.soup.select(".notices li")
    assert [(a.get_text(), a["href"]) for a in notice.select("a")] == [
        ("전남광주통합특별시", "/coverage/?region=12")
    ]


@pytest.mark.parametrize("query", ["region=99", "region=26410", "gaps=yes", "regon=26"])
def test_unusable_parameter_is_named(client, visit, few, query):
    page = visit(f"?{query}")
    [notice] = page.soup.select(".notices li")

    assert query.partition("=")[2] in notice.get_text() or "regon" in notice.get_text()
    assert "경기" in page.columns
    refused = client.get(f"/coverage.csv?{query}")
    assert refused.status_code == 400
    assert f"‘{query.partition('=')[0]}’" in refused.content.decode()


# --- the files -----------------------------------------------------------------------------------


def read_csv(response):
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def read_xlsx(response):
    assert response.status_code == 200
    book = load_workbook(io.BytesIO(response.content))
    return list(book["현황"].iter_rows(values_only=True)), book["출처"]


@pytest.mark.parametrize("query", ["", "?region=26", "?gaps=1", "?region=41&gaps=1"])
def test_files_hold_the_table_of_the_page(client, visit, announcement_2024, few, query):
    page = visit(query)
    links = {link.get_text(): link["href"] for link in page.soup.select(".matrix-files a")}
    rows = read_csv(client.get(links["CSV"]))
    table, _ = read_xlsx(client.get(links["엑셀(XLSX)"]))

    total = "빈 곳 수" if "gaps" in query else "합계"
    columns = [*page.columns[:-1], total]
    shown = {name.replace("빈 곳", total): counts for name, counts in page.rows.items()}
    assert {
        row["업종"]: [int(row[one]) if row[one] else None for one in columns] for row in rows
    } == shown
    assert table[0] == ("업종코드", "업종", *columns)
    assert {name: list(counts) for _, name, *counts in table[1:]} == shown


def test_files_state_date_and_source(client, announcement_2024):
    rows = read_csv(client.get("/coverage.csv"))
    _, sources = read_xlsx(client.get("/coverage.xlsx?region=26"))
    texts = [str(cell) for row in sources.iter_rows(values_only=True) for cell in row if cell]

    assert {row["자료기준일"] for row in rows} == {"2024-06-25"}
    assert announcement_2024.title in rows[0]["출처"]
    assert announcement_2024.publisher in rows[0]["출처"]
    assert rows[0]["만든날"] == localdate().isoformat()
    assert announcement_2024.title in texts
    assert "소공인특화지원센터 현황: 부산광역시 시·군·구와 업종" in texts
    assert any(text.endswith("/coverage/?region=26") for text in texts)


def test_file_names_and_types(client, few):
    response = client.get("/coverage.xlsx?region=26&gaps=1")

    name = unquote(response["Content-Disposition"].rpartition("''")[2])
    assert name == f"소공인특화지원센터_현황_부산_빈곳_{localdate()}.xlsx"
    assert client.get("/coverage.csv")["Content-Type"] == "text/csv; charset=utf-8"
    assert client.head("/coverage.csv").status_code == 200
    assert client.get("/coverage.json").status_code == 404
    assert client.post("/coverage.csv").status_code == 405


def test_file_is_two_clicks_from_the_front_page(client, few):
    def links(path):
        soup = BeautifulSoup(client.get(path).content, "lxml")
        return [link["href"] for link in soup.select("a[href]")]

    assert "/coverage/" in links("/")
    assert {"/coverage.csv", "/coverage.xlsx"} <= set(links("/coverage/"))


def test_file_protects_names_that_look_like_formulas(client, few):
    Industry.objects.filter(code="14").update(short_name="=1+1")
    DataVersion.bump()

    assert "'=1+1" in {row["업종"] for row in read_csv(client.get("/coverage.csv"))}


def test_query_counts_do_not_grow_with_centers(client, make_center, django_assert_max_num_queries):
    make_center(region="41591")
    for number in range(30):
        make_center(region="41111", specialty=f"봉제 {number}")
    for path in ("/coverage/?region=41", "/coverage.csv", "/coverage.xlsx?region=41&gaps=1"):
        with django_assert_max_num_queries(12):
            client.get(path)


def test_table_links_have_names_of_their_own(visit, few):
    link = visit().matrix.select_one(
        'a[href="/?region=26&industry=14&status=operating&status=unconfirmed"]'
    )

    assert link.get_text() == "부산 의복 센터 2곳"


def test_table_headers_have_scopes(visit, few):
    matrix = visit().matrix

    assert matrix.caption.get_text(strip=True)
    assert {th["scope"] for th in matrix.select("thead th")} == {"col"}
    assert {th["scope"] for th in matrix.select("tbody th, tfoot th")} == {"row"}
    around = matrix.parent
    assert (around["role"], around["tabindex"]) == ("region", "0")


# --- what is counted, and what is not ------------------------------------------------------------


def test_page_names_counted_and_excluded_statuses(visit, few):
    text = visit().text

    assert "지금 센터 9곳 이 시·도 16곳 가운데 4곳에, 업종 25개 가운데 3개에 있습니다." in text
    assert "운영 중 8곳 , 확인 필요 1곳 을 더한 수입니다. 운영 종료 3곳 은 뺐습니다." in text


def test_sido_and_industries_without_centres_are_named(visit, few):
    gaps = [" ".join(line.get_text().split()) for line in visit().soup.select(".coverage-gaps")]

    assert gaps[0] == (
        "센터가 한 곳도 없는 시·도 12곳: "
        "강원, 경남, 경북, 대구, 대전, 서울, 울산, 인천, 전북, 제주, 충남, 충북"
    )
    assert gaps[1].startswith("센터가 한 곳도 없는 업종 22개: 음료, 담배, 섬유, 가죽·가방·신발, ")
    assert gaps[1].count(", ") == Industry.objects.count() - 3 - 1


def test_page_names_the_announced_total_and_its_document(visit, announcement_2024):
    text = visit().text

    assert (
        "여기에 실린 센터만 셌습니다. 2024년 6월 25일 발표 당시 센터는 전국 42곳이었습니다." in text
    )
    assert f"가장 새로운 자료: {announcement_2024.title} (2024-06-25)" in text

    announcement_2024.centers_total = 5
    announcement_2024.save()
    assert "전국 42곳" not in visit().text


# --- bars ----------------------------------------------------------------------------------------


def test_bars_are_proportional_and_sorted(visit, few):
    page = visit()

    assert list(page.bars("sido-title").items()) == [
        ("부산", (4, 100)),
        ("경기", (2, 50)),
        ("세종", (2, 50)),
        ("전남광주", (1, 25)),
    ]
    assert list(page.bars("industry-title").items()) == [
        ("의복", (4, 100)),
        ("식료품", (2, 50)),
        ("전 업종", (2, 50)),
        ("귀금속·장신구 등", (1, 25)),
    ]


def test_year_bars_include_empty_and_unknown_years(visit, few):
    assert list(visit().bars("year-title").items()) == [
        ("2019년", (1, 17)),
        ("2020년", (0, 0)),
        ("2021년", (1, 17)),
        ("2022년", (0, 0)),
        ("2023년", (0, 0)),
        ("2024년", (6, 100)),
        ("미확인", (1, 17)),
    ]


def test_year_bars_when_every_year_is_unknown(visit, make_center):
    make_center(designated_year=None)

    assert visit().bars("year-title") == {"미확인": (1, 100)}


def test_size_bars_have_bands_with_their_lists(visit, make_center, listed):
    for size in (10, 49, 50, 300, 1_000):
        make_center(cluster_size=size)
    make_center(cluster_size=None, cluster_size_as_of=None)
    page = visit()

    assert list(page.bars("size-title").items()) == [
        ("1–49개사", (2, 100)),
        ("50–99개사", (1, 50)),
        ("100–199개사", (0, 0)),
        ("200–499개사", (1, 50)),
        ("500–999개사", (0, 0)),
        ("1,000개사 이상", (1, 50)),
        ("미확인", (1, 50)),
    ]
    links = [link["href"] for link in page.soup.select("[aria-labelledby=size-title] a")]
    assert [listed(link) for link in links] == [2, 1, 1, 1]


# --- the programme in figures --------------------------------------------------------------------


def read_history(page):
    return [
        [cell.get_text(strip=True) for cell in row.select("th, td > :not(.cell-label)")]
        for row in page.soup.select(".history-values tbody tr")
    ]


def test_printed_totals_are_dated_points_with_sources(visit, announcement_2024):
    page = visit()
    rows = read_history(page)

    assert rows[0] == ["2013-05-01", "6곳", "이투데이 기사 726155"]
    assert ["2024-06-25", "42곳"] in [row[:2] for row in rows]
    assert all(len(row) >= 3 and row[2] for row in rows)
    assert len(page.soup.select(".history-chart circle")) == len(rows)
    # Points alone: no line says what was between.
    assert page.soup.select(".history-chart polyline") == []
    assert [row[0] for row in rows[-1:]] == ["2025"]


def test_new_status_list_adds_its_rows_as_a_point(
    visit, make_announcement, make_listing, make_center
):
    new = make_announcement(kind="status_list", published_on=date(2026, 8, 1), title="새 목록")
    for _ in range(3):
        make_listing(announcement=new, center=make_center())

    last = read_history(visit())[-1]
    assert last[:2] == ["2026-08-01", "3곳"]
    assert "새 목록" in last[2]
    assert last[3] == "목록의 행 수"


# --- the table behind the map --------------------------------------------------------------------


def behind(page):
    return [
        [cell.get_text(strip=True) for cell in row.select("th, td > :not(.cell-label)")]
        for row in page.soup.select(".clusters .map-values tbody tr")
    ]


def test_map_has_a_table_of_sizes_and_dates(visit, announcement_2024, make_center):
    make_center(region="36110", cluster_size=None, cluster_size_as_of=None)

    page = visit()

    assert behind(page) == [
        ["대전 대덕 금속가공 소공인특화지원센터", "대전광역시 대덕구", "282개사", "2024-06-25"],
        ["부산 금정 의복 소공인특화지원센터", "부산광역시 금정구", "252개사", "2024-06-25"],
        ["영주 식료품 소공인특화지원센터", "경상북도 영주시", "181개사", "2024-06-25"],
        [
            "전남광주 동구 주얼리 소공인특화지원센터",
            "전남광주통합특별시 동구",
            "90개사",
            "2024-06-25",
        ],
        ["영월 식료품 소공인특화지원센터", "강원특별자치도 영월군", "70개사", "2024-06-25"],
        ["세종 의복 소공인특화지원센터", "세종특별자치시", "미확인", "미확인"],
    ]
    assert "센터 1곳은 규모를 몰라" in page.text


def test_long_table_shows_the_largest_and_links_the_rest(visit, few, listed, monkeypatch):
    monkeypatch.setattr(module, "MAX_LISTED_CENTERS", 2)

    page = visit()

    assert len(behind(page)) == 2
    assert "7곳이 더 있습니다." in page.text
    [link] = page.soup.select(".clusters .map-values p a")
    assert listed(link["href"]) == 9
    assert "sort=size" in link["href"]


# --- nothing to count ----------------------------------------------------------------------------


def test_page_without_counted_centres(visit, make_center):
    make_center(status="closed")

    page = visit()

    assert "센터가 아직 없습니다" in page.text
    assert page.soup.select("table, svg.dot-map") == []


def test_page_without_regions(visit):
    Landmark.objects.all().delete()
    for level in ("gu", "sigungu", "sido"):
        Region.objects.filter(level=level).delete()
    DataVersion.bump()

    assert "센터가 아직 없습니다" in visit().text


def test_thousands_are_separated_by_commas(visit, make_center):
    center = make_center()
    center.pk = None
    Center.objects.bulk_create([Center(**values_of(center)) for _ in range(1000)])
    DataVersion.bump()

    page = visit()

    assert page.cell("부산", "의복") == 1001
    assert "지금 센터 1,001곳" in page.text


def values_of(center):
    fields = [field.attname for field in Center._meta.concrete_fields if not field.primary_key]
    return {name: getattr(center, name) for name in fields}
