"""Text is normalised on every write and lookup."""

import unicodedata

import pytest
from django.db import models

from centers.models import Announcement, Center, Industry, Listing, Operator, Region
from centers.models.fields import CleanTextMixin

pytestmark = pytest.mark.django_db


def test_all_text_that_people_enter_is_of_the_clean_kind():
    plain = {
        f"{model._meta.model_name}.{field.name}"
        for model in (Region, Industry, Operator, Announcement, Center, Listing)
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, CleanTextMixin)
        and not field.choices
    }

    # A slug is ASCII by its own rule; the search column is made by the program.
    assert plain == {
        "announcement.slug",
        "center.class_key",
        "center.search_text",
        "center.plain_text",
    }


@pytest.mark.parametrize(
    ("entered", "stored"),
    [
        (unicodedata.normalize("NFD", "서울 봉익 주얼리"), "서울 봉익 주얼리"),
        ("  서울\t봉익\n주얼리 ", "서울 봉익 주얼리"),
        ("서울\x00봉익", "서울봉익"),
        ("서울\x1b봉익\x7f", "서울봉익"),
        ("서울\u200b봉익\ufeff", "서울봉익"),
        ("\u202e서울\u202c\u2066봉익\u2069", "서울봉익"),
        ("서울\u3164봉익", "서울봉익"),
        ("서울\u00a0봉익\u2028주얼리", "서울 봉익 주얼리"),
        ("서울\ud800봉익", "서울봉익"),
        ("서울 · 봉익 (주얼리) 👍", "서울 · 봉익 (주얼리) 👍"),
    ],
)
def test_text_is_stored_composed_and_without_what_nobody_can_see(make_center, entered, stored):
    saved = make_center(name=entered)
    updated = make_center()
    Center.objects.filter(pk=updated.pk).update(name=entered)

    assert saved.name == stored
    assert list(Center.objects.values_list("name", flat=True)) == [stored, stored]
    assert Center.objects.filter(name=entered).count() == 2


def test_note_keeps_its_lines_and_nothing_else_unseen(make_center):
    center = make_center(note="첫째 줄\r\n둘째\u200b 줄\x00\n")

    center.refresh_from_db()
    assert center.note == "첫째 줄\n둘째 줄"


@pytest.mark.parametrize("lookup", ["name", "name__contains", "name__startswith", "name__iexact"])
def test_decomposed_words_find_composed_ones(make_operator, lookup):
    operator = make_operator(name="영월산업진흥원")

    word = unicodedata.normalize("NFD", "영월산업진흥원")

    assert Operator.objects.get(**{lookup: word}) == operator
    assert Operator.objects.get(name__in=[word]) == operator


def test_lists_of_names_are_clean_and_keep_their_order(make_operator):
    names = [unicodedata.normalize("NFD", "나 조합"), " 가\u200b 조합", "", "\x00"]

    operator = make_operator(former_names=names)
    operator.refresh_from_db()
    assert operator.former_names == ["나 조합", "가 조합"]

    Operator.objects.filter(pk=operator.pk).update(former_names=names)
    operator.refresh_from_db()
    assert operator.former_names == ["나 조합", "가 조합"]


def test_list_of_names_is_edited_one_to_a_line(make_operator):
    field = Operator._meta.get_field("former_names").formfield()

    assert field.clean(" 나 조합\r\n\r\n가\u200b 조합 ") == ["나 조합", "가 조합"]
    assert field.clean("") == []
    assert field.prepare_value(["나 조합", "가 조합"]) == "나 조합\n가 조합"
    assert not field.has_changed(["나 조합"], "나 조합\r\n")
    assert field.has_changed(["나 조합"], "나 조합\r\n가 조합")


def test_length_is_counted_as_stored(make_center):
    assert make_center(name=unicodedata.normalize("NFD", "값" * 200)).name == "값" * 200
