"""Suggestions answer what has been typed so far, in four kinds, each leading somewhere."""

import pytest


@pytest.fixture
def suggest(client, db):
    def suggest(text):
        response = client.get("/suggestions/", {"q": text})
        assert response.status_code == 200
        assert response["Content-Type"] == "application/json"
        return response.json()["suggestions"]

    return suggest


def labels(suggestions, kind):
    return [one["label"] for one in suggestions if one["kind"] == kind]


def test_half_a_word_brings_all_kinds_that_hold_it(suggest, announcement_2024):
    found = suggest("영ㅇ")

    assert labels(found, "지역") == ["강원특별자치도 영월군"]
    assert labels(found, "운영기관") == ["(재)영월산업진흥원"]
    assert labels(found, "센터") == ["영월 식료품 소공인특화지원센터"]


def test_everyday_word_leads_to_its_trade(suggest, announcement_2024):
    [trade] = [one for one in suggest("귀금") if one["kind"] == "업종"]

    assert trade == {
        "kind": "업종",
        "label": "귀금속·장신구 등",
        "note": "1곳",
        "url": "/?industry=33",
    }


def test_trade_is_suggested_without_what_it_leaves_out(suggest, make_center):
    make_center(industry="25")

    assert labels(suggest("금속"), "업종") == ["금속가공"]
    assert labels(suggest("가구"), "업종") == []


def test_every_suggestion_leads_to_a_page_with_centres(client, suggest, announcement_2024):
    for text in ("부산", "ㅈㅅㄷ", "식", "qhdwp", "광주"):
        found = suggest(text)
        assert found
        for one in found:
            response = client.get(one["url"])
            assert response.status_code == 200
            assert "조건에 맞는 센터가 없습니다" not in response.content.decode()


def test_places_and_trades_without_centres_are_not_suggested(suggest, announcement_2024):
    assert suggest("제주") == []
    assert suggest("담배") == []


def test_unpublished_centres_are_never_suggested(suggest, make_center):
    make_center(name="숨은 센터", published=False)

    assert suggest("숨은") == []
    assert suggest("금정") == []


def test_new_centre_is_suggested_at_once(suggest, make_center):
    assert suggest("금정") == []
    make_center()
    assert labels(suggest("금정"), "지역") == ["부산광역시 금정구"]


@pytest.mark.parametrize("text", ["", " ", "%", "\x00", "재단법인", "가" * 1_500])
def test_nothing_to_go_by_suggests_nothing(suggest, announcement_2024, text):
    assert suggest(text) == []


def test_many_words_are_answered_all_the_same(suggest, announcement_2024):
    assert len(suggest("a b c d e " * 20)) <= 16


def test_suggestions_set_no_cookie_and_need_no_parameter(client, db):
    response = client.get("/suggestions/")

    assert response.json() == {"suggestions": []}
    assert response.cookies == {}
    assert client.post("/suggestions/").status_code == 405


def test_operators_stand_in_the_order_of_their_names(suggest, make_center, make_operator):
    for name in ("비누 나 조합", "비누 가 조합", "비누 다 조합"):
        make_center(operator=make_operator(name=name))

    assert labels(suggest("비누"), "운영기관") == ["비누 가 조합", "비누 나 조합", "비누 다 조합"]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("봉제", "봉제 → 의복 센터 1곳"),
        ("미싱", "미싱 → 의복 센터 1곳"),
        ("alTld", "미싱 → 의복 센터 1곳"),  # in the wrong state of the 한/영 key
        ("부산 미싱", "부산 미싱 → 부산 의복 센터 1곳"),
        ("성수동", "성수동 → 서울 성동구에서 가까운 센터"),
        ("문래창작촌", "문래창작촌 → 서울 영등포구에서 가까운 센터"),
        ("정자동", "정자동 → 경기 성남시 분당구에서 가까운 센터"),
        ("미시", "미싱 → 의복 센터 1곳"),  # half-typed
    ],
)
def test_suggestion_says_what_a_word_means(suggest, make_center, text, meaning):
    make_center()

    assert meaning in labels(suggest(text), "찾는 말")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("성수동", "서울특별시 성동구 성수동"),
        ("성ㅅ", "서울특별시 성동구 성수동2가"),
        ("양주", "경기도 양주시"),
        ("didwn", "경기도 양주시"),
    ],
)
def test_field_of_the_region_has_suggestions_of_its_own(client, db, text, value):
    found = client.get("/suggestions/", {"near": text}).json()["suggestions"]

    assert value in [one["value"] for one in found]
    assert all("에서 가까운 센터" in one["label"] for one in found)
    assert client.get("/suggestions/", {"near": "없는곳이름"}).json() == {"suggestions": []}


# --- the fields of the front page -----------------------------------------------------------------


@pytest.fixture
def suggest_for(client, db):
    def suggest_for(field, text):
        response = client.get("/suggestions/", {field: text})
        assert response.status_code == 200
        return response.json()["suggestions"]

    return suggest_for


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("미싱", "미싱"),
        ("미시", "미싱"),  # half-typed
        ("alTld", "미싱"),  # in the wrong state of the 한/영 key
        ("부산 미시", "부산 미싱"),
    ],
)
def test_field_of_wares_is_completed_with_words_of_makers(suggest_for, make_center, text, meant):
    make_center()

    found = {one["value"]: one for one in suggest_for("makes", text)}
    assert found[meant]["label"].startswith(f"{meant} → ")
    assert found[meant]["label"].endswith(" 센터 1곳")
    assert len(found) <= 6


@pytest.mark.parametrize("text", ["", " ", "%", "\x00", "부산", "뷁뷁", "가" * 1_500])
def test_field_of_wares_has_no_suggestion_but_wares(suggest_for, make_center, text):
    make_center()

    assert suggest_for("makes", text) == []


def test_field_of_places_is_completed_with_places(suggest_for, db):
    assert "서울특별시 성동구 성수동2가" in [one["value"] for one in suggest_for("near", "성수동2")]
