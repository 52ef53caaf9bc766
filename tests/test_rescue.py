"""Ways on from an empty list, or from one that leaves out who would help as well."""

import pytest


@pytest.fixture
def seoul(make_center):
    """A 인쇄 centre in 파주, two 의복 centres, and the 상생 centres of 서울 and 경남."""
    make_center(name="파주 인쇄", region="41480", industry="18")
    make_center(name="서울 의복", region="11290")
    make_center(name="부산 의복", region="26410")
    make_center(
        name="서울 상생", region="11", industry=None, kind="wide_area", designated_year=None
    )
    make_center(name="경남 상생", region="48", industry=None, kind="wide_area")


def wide_area(answer):
    return [line.a.get_text() for line in answer.soup.select(".wide-area")]


# --- the centres of a whole 시·도 ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("region=11&industry=18", ["서울 상생"]),  # nothing found
        ("region=11140&industry=18", ["서울 상생"]),  # in a 시·군·구 of it
        ("region=11&industry=14", ["서울 상생"]),  # others found
        ("near=서울 중구&industry=18", ["서울 상생"]),
        ("region=11&region=48&industry=18", ["서울 상생", "경남 상생"]),
        ("region=11&q=인쇄", ["서울 상생"]),
        ("q=서울 인쇄", ["서울 상생"]),
        ("q=서울 봉제", ["서울 상생"]),
        ("region=11140", ["서울 상생"]),  # where there is no centre at all
        ("region=26&industry=18", []),  # 부산 has none
        ("region=11", []),  # it stands in the list itself
        ("near=서울 중구", []),
        ("q=서울", []),
        ("industry=18", []),  # no place
        ("region=11&industry=18&kind=specialized", []),  # asked not to
        ("region=11&industry=14&year=2024", []),  # whatever else is asked for
        ("q=성북&region=11", []),  # words of no trade that found something
    ],
)
def test_centres_of_the_whole_sido_are_offered_where_the_list_lacks_them(ask, seoul, query, names):
    assert wide_area(ask(query)) == names


def test_line_says_whom_such_a_centre_takes(ask, seoul):
    line = ask("region=11&industry=18").soup.select_one(".nothing-found .wide-area")

    assert line.get_text(" ", strip=True).startswith(
        "서울특별시 전체를 맡는 상생 센터(업종을 가리지 않습니다): 서울 상생"
    )


def test_centre_of_the_whole_sido_is_not_offered_twice_nor_when_closed(ask, seoul, make_center):
    make_center(name="서울 옛", region="11", industry=None, kind="wide_area", status="closed")
    answer = ask("near=11140&industry=14")
    others = [link.get_text() for link in answer.soup.select(".neighbours li a")]

    assert wide_area(answer) == ["서울 상생"]
    assert "서울 상생" not in others
