"""The tasks of makers, officers and journalists from the front page, with their steps counted.

In their order: dyer, jeweller, metal worker, shoemaker, food maker, everyday words, officer,
journalist. The screen reader's tasks are in test_first_screen.py and test_keyboard.py, those of low
vision in test_preferences.py and below.
A step is a tap on a field or a link, or a press of a button; each task works without scripts too.
"""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def address(full_site):
    return full_site[0]


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def visitor(request):
    return {
        "java_script_enabled": request.param,
        "viewport": {"width": 360, "height": 740},
        "has_touch": True,
        "is_mobile": True,
    }


class Reader:
    """Somebody at the front page, whose steps are counted."""

    def __init__(self, page):
        self.page = page
        self.steps = 0
        page.goto("/")

    def tap(self, target):
        self.steps += 1
        target.tap()

    def fill(self, label, words):
        field = self.page.get_by_label(label, exact=True)
        self.tap(field)
        field.fill(words)
        field.press("Tab")  # the phone keyboard's "next": suggestions may cover what is below

    def press(self, name):
        self.tap(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name, **options):
        self.tap(self.page.get_by_role("link", name=name, **options).first)

    def find(self, place, makes):
        self.fill("내 지역", place)
        self.fill("무엇을 만드세요?", makes)
        self.press("찾기")

    def search(self, words):
        self.fill("지역, 업종, 운영기관으로 찾기", words)
        self.page.get_by_label("지역, 업종, 운영기관으로 찾기", exact=True).press("Enter")
        self.steps += 1

    @property
    def names(self):
        return self.page.locator("#results h3 a")

    @property
    def missing(self):
        return self.page.locator(".missing")

    def download(self, link):
        with self.page.expect_download() as download:
            self.tap(link)
        with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))


@pytest.fixture
def reader(page):
    return Reader(page)


def test_dyer_in_yangju_reaches_a_call_button(reader, page):
    reader.find("양주", "염색")
    expect(reader.missing).to_contain_text("양주에는 섬유 센터가 없습니다.")
    expect(reader.names.first).to_contain_text("성남 상대원 섬유제조")
    reader.tap(reader.names.first)

    expect(page.locator("main a[href^='tel:']").first).to_be_in_viewport()
    assert reader.steps <= 4


def test_jeweller_in_jongno_finds_the_exact_centre_first(reader, page):
    reader.search("종로 주얼리")
    expect(reader.names.first).to_contain_text("서울 봉익 주얼리")
    reader.tap(reader.names.first)

    expect(page.get_by_role("heading", level=1)).to_contain_text("서울 봉익 주얼리")
    assert reader.steps <= 3


def test_metal_worker_in_changwon_learns_who_is_there(reader, page):
    reader.search("창원 금속")

    expect(reader.missing).to_contain_text("창원에는 금속가공 센터가 없습니다.")
    expect(page.locator("#results")).to_contain_text("경남 상생")
    assert reader.steps <= 2


@pytest.mark.parametrize("words", ["성수 구두", "성수동 수제화"])
def test_shoemaker_in_seongsu_is_understood(reader, page, words):
    reader.search(words)

    expect(reader.missing).to_contain_text("신발 센터가 없습니다.")
    expect(reader.names.first).to_contain_text("부산 범천 가죽가방신발")
    expect(page.locator("#results")).to_contain_text("서울 상생")
    assert reader.steps <= 2


def test_food_maker_in_jeju_learns_that_there_is_none(reader):
    reader.search("제주 식품")

    expect(reader.missing).to_contain_text("제주에는 식료품 센터가 없습니다.")
    expect(reader.names.first).to_contain_text("순창 장류")
    assert reader.steps <= 2


@pytest.mark.parametrize("words", ["부산TP", "부산에 있는 봉제 센터 어디예요", "미싱"])
def test_everyday_words_and_questions_find_centres(reader, words):
    reader.search(words)

    expect(reader.names.first).to_be_visible()
    expect(reader.missing).to_have_count(0)
    assert reader.steps <= 2


def test_officer_takes_the_table_of_gaps_in_two_clicks(reader, page):
    reader.follow("지역·업종별 현황")
    rows = reader.download(page.locator(".matrix-files").get_by_role("link", name="CSV"))

    assert reader.steps == 2
    head, *lines = rows
    table = {row[1]: dict(zip(head, row, strict=True)) for row in lines}
    assert [table["음료"][name] for name in ("울산", "세종", "제주", "합계")] == ["0"] * 4
    assert table["의복"]["부산"] == "2"
    assert "2026-07-31" in table["의복"]["출처"]


def test_journalist_takes_the_list_with_sources(reader, page):
    rows = reader.download(page.locator(".downloads").get_by_role("link", name="CSV"))

    assert reader.steps == 1
    assert len(rows) > 40
    assert any("출처" in name for name in rows[0])


def test_header_leaves_a_zoomed_screen_to_the_content(reader, page):
    """At 400 % a laptop shows 320 × 200 px."""
    page.set_viewport_size({"width": 320, "height": 200})
    page.goto("/centers/1/")
    page.locator("#facts-title").scroll_into_view_if_needed()

    expect(page.locator(".site-header")).not_to_be_in_viewport()


class TestShare:
    @pytest.fixture
    def visitor(self):
        return {"viewport": {"width": 360, "height": 740}}

    def test_share_button_gives_name_and_canonical_url(self, page, address):
        page.add_init_script(
            "navigator.share = async (data) => { window.shared = data; throw new Error('no'); };"
        )
        page.goto("/centers/5/?utm_source=mail")
        page.get_by_role("button", name="공유하기").click()

        name = page.get_by_role("heading", level=1).inner_text()
        shared = page.evaluate("window.shared")
        assert shared == {"title": name.replace("\n", " "), "url": f"{address}/centers/5/"}

    def test_browser_that_cannot_share_has_no_button(self, page):
        page.add_init_script("delete Navigator.prototype.share")
        page.goto("/centers/5/")

        expect(page.get_by_role("button", name="인쇄")).to_be_visible()
        expect(page.get_by_role("button", name="공유하기")).to_have_count(0)
