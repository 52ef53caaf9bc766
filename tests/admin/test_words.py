"""The desk's pages of makers' words and well-known clusters."""

import pytest

from centers.models import Word
from tests.support.staff import EDITOR, MANAGER, error_beside, page, read, sign_in, submit

ADD = page("word_add")
LIST = page("word_changelist")


@pytest.fixture
def jeweller(make_center):
    return make_center(name="봉익 주얼리", region="11110", industry="33", classes=["331"])


@pytest.fixture
def manager(client, db):
    sign_in(client, MANAGER)
    return client


def list_words(client, **query):
    return [
        cell.get_text(strip=True)
        for cell in read(client.get(LIST, query)).select("#result_list th.field-text")
    ]


def test_word_that_a_manager_adds_finds_centres(manager, jeweller, ask):
    assert not ask("q=가나다라마").names

    submit(manager, ADD, text="가나다라마", codes="331")

    assert ask("q=가나다라마").names == [jeweller.name]


def test_other_spelling_that_a_manager_adds_finds_centres(manager, jeweller, ask):
    submit(manager, ADD, text="가나다라마", codes="", standard="주얼리")

    assert ask("q=가나다라마").names == [jeweller.name]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"codes": "99"}, "codes", "표준산업분류(제조업)에 없는 코드입니다: 99"),
        ({"codes": "abc"}, "codes", "표준산업분류(제조업)에 없는 코드입니다: abc"),
        ({"codes": ""}, "codes", "업종 코드나 표준 표기가 있어야 합니다."),
        ({"text": "두 낱말"}, "text", "한 낱말로 적습니다(띄어쓰기 없이)."),
        ({"text": "반지"}, "text", "이미 있는 말입니다."),
    ],
)
def test_word_that_means_nothing_is_rejected(manager, changes, field, message):
    before = Word.objects.count()

    response = submit(manager, ADD, **{"text": "가나다라마", "codes": "331"} | changes)

    assert error_beside(response, field) == message
    assert Word.objects.count() == before


def test_word_with_both_codes_and_standard_is_rejected(manager):
    response = submit(manager, ADD, text="가나다라마", codes="331", standard="반지")

    assert "업종 코드와 표준 표기 가운데 하나만 적습니다." in response.text


def test_words_are_found_by_text_standard_and_code(manager):
    assert "쥬얼리" in list_words(manager, q="주얼리")
    assert "금속테" in list_words(manager, q="27193")
    assert list_words(manager, q="없는말일세") == []


def test_words_that_lead_to_no_industry_are_a_list(manager):
    Word(text="가나다라마", codes=[], standard="없는말일세").save()

    assert list_words(manager, check="lost") == ["가나다라마"]


def test_standard_in_other_letters_leads_to_its_industry(manager):
    Word(text="abc가공", codes=["259"]).save()
    Word(text="에이비씨가공", codes=[], standard="ABC가공").save()

    assert list_words(manager, check="lost") == []


def test_editors_look_at_words_and_change_none(client, db):
    sign_in(client, EDITOR)

    assert client.get(LIST).status_code == 200
    assert client.get(ADD).status_code == 403


def test_cluster_that_a_manager_adds_finds_its_region(manager, jeweller, ask):
    submit(manager, page("landmark_add"), name="가나다거리", region="11110")

    assert ask("q=가나다거리").names == [jeweller.name]
