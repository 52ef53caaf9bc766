"""The coverage page: every number equals its list, and exclusions are named."""

import re

import pytest
from bs4 import BeautifulSoup

from centers.models import Center, DataVersion, Industry, Landmark, Region
from centers.web import coverage as module
from tests.support.pages import ListPage

WIDE_AREA = {"kind": Center.Kind.WIDE_AREA, "industry": None}


class CoveragePage:
    """What the page shows, read as a reader reads it."""

    def __init__(self, response):
        assert response.status_code == 200
        self.soup = BeautifulSoup(response.content, "html.parser")
        self.main = self.soup.main
        self.text = " ".join(self.main.get_text(" ").split())
        matrix = self.soup.select_one(".matrix")
        if matrix:
            self.columns = [th.get_text(strip=True) for th in matrix.select("thead th")][1:]
            self.rows = {
                row.th.get_text(strip=True): [count_of(cell) for cell in row.select("td")]
                for row in matrix.select("tbody tr, tfoot tr")
            }
            self.matrix = matrix

    def cell(self, sido, industry):
        return self.rows[sido][self.columns.index(industry)]

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
    """The number of a cell; 0 for a gap, which must say so in words."""
    if cell.a:
        return number_in(cell.a)
    assert cell.get_text(strip=True) == "·없음"
    return 0


@pytest.fixture
def visit(client, db):
    return lambda: CoveragePage(client.get("/coverage/"))


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
    industries = {one.short_name: one.code for one in Industry.objects.all()} | {
        "업종 없음": "none"
    }

    gaps = [
        (codes[sido], industries[industry])
        for sido, counts in page.rows.items()
        for industry, count in zip(page.columns, counts, strict=True)
        if not count
    ]

    assert gaps
    for region, industry in gaps:
        assert (
            listed(f"/?region={region}&industry={industry}&status=operating&status=unconfirmed")
            == 0
        )


def test_table_counts_by_sido_and_industry(visit, few):
    page = visit()

    assert page.columns == ["식료품", "의복", "귀금속·장신구 등", "업종 없음", "합계"]
    assert page.rows == {
        "전남광주": [0, 0, 1, 0, 1],
        "부산": [1, 2, 0, 1, 4],
        "세종": [1, 0, 0, 1, 2],
        "경기": [0, 2, 0, 0, 2],
        "합계": [2, 4, 1, 2, 9],
    }


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
    assert "운영 중 8곳 , 확인 필요 1곳 을 셌고, 운영 종료 3곳 은 세지 않았습니다." in text


def test_no_column_for_missing_industry_when_none_is_missing(visit, make_center):
    make_center(region="26410", industry="14")

    assert visit().columns == ["의복", "합계"]


def test_sido_and_industries_without_centres_are_named(visit, few):
    gaps = [" ".join(line.get_text().split()) for line in visit().soup.select(".coverage-gaps")]

    assert gaps[0] == (
        "센터가 없는 시·도: 강원, 경남, 경북, 대구, 대전, 서울, 울산, 인천, 전북, 제주, 충남, 충북"
    )
    assert gaps[1].startswith("센터가 없는 업종: 음료, 담배, 섬유, 가죽·가방·신발, 목재, ")
    assert gaps[1].count(", ") == Industry.objects.count() - 3 - 1


def test_page_names_the_announced_total_and_its_document(visit, announcement_2024):
    text = visit().text

    assert "여기에 실린 센터만 셌습니다. 2024-06-25 발표 때 센터는 전국 42곳이었습니다." in text
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
        ("업종 없음", (2, 50)),
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


# --- the table behind the map --------------------------------------------------------------------


def behind(page):
    return [
        [cell.get_text(strip=True) for cell in row.select("th, td > :not(.cell-label)")]
        for row in page.soup.select(".map-values tbody tr")
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
    assert "센터 1곳은 규모가 미확인이라" in page.text


def test_long_table_shows_the_largest_and_links_the_rest(visit, few, listed, monkeypatch):
    monkeypatch.setattr(module, "MAX_LISTED_CENTERS", 2)

    page = visit()

    assert len(behind(page)) == 2
    assert "7곳이 더 있습니다." in page.text
    [link] = page.soup.select(".map-values p a")
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
