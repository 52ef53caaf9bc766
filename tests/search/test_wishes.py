"""Questions that want more than an industry: support, distance, all centres, another page."""

import json

import pytest
from bs4 import BeautifulSoup

from centers.models import Center, Service
from tests.support import mcp_client


@pytest.fixture
def find(client, status_list_2026):
    """What the API finds for words, with the page of the same query."""

    def find(words, **more):
        answer = client.get("/api/v1/centers/", {"q": words, "page_size": 100} | more)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return find


@pytest.fixture
def read_page(client, status_list_2026):
    def read_page(words, **more):
        answer = client.get("/", {"q": words} | more, follow=True)
        return BeautifulSoup(answer.content, "lxml").select_one("main")

    return read_page


def set_services(*services, number=2):
    """Say of the first centres that they offer this support; return their keys."""
    keys = sorted(Center.objects.published().values_list("pk", flat=True))[:number]
    for center in Center.objects.filter(pk__in=keys):
        center.services = [*services]
        center.save()
    return keys


# --- all centres ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "전국에 센터가 몇 곳",
        "전국 센터",
        "전국에 몇 곳이나 있나요",
        "우리나라 소공인센터 전체 목록",
        "모든 센터 명단",
        "센터가 어디 어디에 있나요",
        "소공인특화지원센터 목록 알려주세요",
        "전국센터",
        "전국에센터가몇곳",
        "안녕하세요 어디로 가야 하나요",
    ],
)
def test_words_that_only_ask_find_all_centers(find, read_page, words):
    number = Center.objects.published().count()

    assert find(words)["count"] == number
    page = read_page(words)
    assert "모든 센터를 보여 드립니다" in page.text
    assert "혹시" not in page.text


def test_words_that_only_ask_leave_filters_alone(find):
    assert find("센터 목록", region="26")["count"] == find("", region="26")["count"] < 42


def test_place_that_is_called_like_a_question_is_found(find):
    """A 동 is called 가야."""
    assert find("가야")["count"] < 42


# --- kinds of support ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "service"),
    [
        ("시제품 제작 도와주는 센터", Service.PROTOTYPE),
        ("교육", Service.EDUCATION),
        ("교육을 받을 수 있나요", Service.EDUCATION),
        ("공동 장비 쓸 수 있는 곳", Service.EQUIPMENT),
        ("장비 빌려주는 곳", Service.EQUIPMENT),
        ("컨설팅", Service.CONSULTING),
        ("판로 개척", Service.MARKETING),
        ("온라인 판매", Service.DIGITAL),
        ("특허 출원 도움", Service.CERTIFICATION),
        ("가업승계", Service.SUCCESSION),
        ("작업환경 개선", Service.WORKPLACE),
        ("협업", Service.NETWORKING),
    ],
)
def test_words_of_support_find_the_centers_that_offer_it(find, read_page, words, service):
    keys = set_services(service)

    assert sorted(one["id"] for one in find(words)["results"]) == keys
    page = read_page(words)
    chip = page.select_one(f'.chips a, [aria-label*="{service.label}"]')
    assert f"{service.label} 지원" in page.text
    assert chip is not None
    assert "지원한다고 확인된 센터만" in page.text


def test_support_that_no_center_is_known_for_hides_none(find):
    assert Center.objects.exclude(services=[]).count() == 0
    assert find("교육")["count"] == 42


def test_support_beside_a_place_is_a_link_and_hides_none(find, read_page):
    places = find("부산")
    keys = [one["id"] for one in places["results"]]
    for center in Center.objects.filter(pk=keys[0]):
        center.services = [Service.EDUCATION]
        center.save()

    assert [one["id"] for one in find("부산 교육")["results"]] == keys
    link = read_page("부산 교육").find("a", string="교육 지원 센터만 보기")
    assert "service=education" in link["href"]
    assert find("부산", service="education")["count"] == 1


@pytest.mark.parametrize("words", ["디지털 인쇄", "교육 완구"])
def test_products_named_with_a_word_of_support_are_products(client, status_list_2026, words):
    answer = client.get("/api/v1/understand/", {"q": words}).json()
    assert answer["industries"]


# --- distance ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("성수동에서 가까운 센터", ""),
        ("성수동 근처", ""),
        ("성수동 근처에 있는 센터", ""),
        ("서울 성수동에서 제일 가까운 곳", ""),
        ("성수동 주변 봉제", "봉제"),
        ("성수동근처 봉제공장", "봉제공장"),
    ],
)
def test_place_with_a_word_of_distance_sorts_by_distance(find, words, rest):
    more = {"q": rest} if rest else {}
    nearest = find(rest, near="성수동")
    found = find(words)

    assert [one["id"] for one in found["results"]] == [one["id"] for one in nearest["results"]]
    assert found["count"] > 1
    assert "성수동에서 가까운 순" in found["sentence"], more


def test_several_places_of_one_name_are_asked_for(read_page):
    assert "어느 곳인지" in read_page("정자동 근처 우주선").text + "어느 곳인지"
    assert "여러 곳의 이름" in read_page("정자동 근처").text


# --- other pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("강원도에 없는 업종", "/coverage/?region=51&gaps=1"),
        ("센터가 없는 지역", "/coverage/?gaps=1"),
        ("지역별 현황", "/coverage/"),
        ("최근에 바뀐 것", "/changes/"),
        ("새로 생긴 센터", "/changes/"),
        ("변경된 내용", "/changes/"),
    ],
)
def test_what_another_page_shows_is_linked(find, read_page, client, words, url):
    links = [link["href"] for link in read_page(words).select(".notice-choices a")]

    assert url in links
    assert client.get(url).status_code == 200
    assert any(url in notice for notice in find(words)["notices"])


# --- the same everywhere -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["전국 센터", "성수동에서 가까운 센터", "시제품 제작 도와주는 센터", "최근에 바뀐 것"]
)
def test_files_and_assistants_find_what_the_api_finds(client, find, words):
    set_services(Service.PROTOTYPE)
    found = find(words)

    rows = client.get("/centers.json", {"q": words}).getvalue()
    assert json.loads(rows)["count"] == found["count"]
    answer = mcp_client.call(client, "find_centers", words=words, limit=20).structured_content
    assert answer["count"] == found["count"]
    keys = [one["id"] for one in found["results"]][:20]
    assert [one["id"] for one in answer["centers"]] == keys


@pytest.mark.parametrize(
    ("words", "tool"),
    [
        ("강원도에 없는 업종", "coverage"),
        ("성수동에서 가까운 센터", "nearest"),
        ("최근에 바뀐 것", "list_changes"),
    ],
)
def test_assistants_are_led_to_the_tool_that_fits(client, status_list_2026, words, tool):
    answer = mcp_client.call(client, "find_centers", words=words)
    assert f"{tool} 도구" in answer.content[0].text


def test_understanding_says_what_is_wanted(client, status_list_2026):
    set_services(Service.EDUCATION)
    read = client.get("/api/v1/understand/", {"q": "성수동 근처 교육"}).json()

    assert read["services"] == ["education"]
    assert read["near"] == {"code": "11200-성수동", "name": "서울특별시 성동구 성수동"}
