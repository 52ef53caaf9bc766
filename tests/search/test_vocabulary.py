"""Rules that the fixtures of makers' words, KSIC classes and centres' classes keep. No database."""

import json
from collections import Counter

import pytest
from django.conf import settings

MIN_WORDS = 1_500
#: Of each division that a centre serves, but for 음료, which is short by nature.
MIN_WORDS_OF_A_DIVISION = 60
MAX_LETTERS = 40
MAX_CODES = 10
MAX_DISPLAY_LETTERS = 12


def load_fixture(name):
    return json.loads((settings.FIXTURES_DIR / f"{name}.json").read_text(encoding="utf-8"))


def load_table(name):
    table = load_fixture(name)
    return [dict(zip(table["fields"], row, strict=True)) for row in table["rows"]]


@pytest.fixture(scope="module")
def words():
    return load_table("words")


@pytest.fixture(scope="module")
def classes():
    return load_table("industry_classes")


@pytest.fixture(scope="module")
def industries():
    return {record["fields"]["code"] for record in load_fixture("industries")}


@pytest.fixture(scope="module")
def codes(classes, industries):
    return industries | {row["code"] for row in classes}


@pytest.fixture(scope="module")
def center_classes():
    return load_fixture("center_classes")


@pytest.fixture(scope="module")
def served(center_classes):
    """The codes of the classes that centres are for."""
    return {code for center in center_classes for code in center["classes"]}


@pytest.fixture(scope="module")
def meant(words):
    """The codes that words stand for."""
    return {code for word in words for code in word["codes"]}


def test_there_are_enough_words(words):
    assert len(words) >= MIN_WORDS


def test_no_word_stands_twice_however_it_is_typed(words):
    counts = Counter(word["text"].casefold() for word in words)

    assert [text for text, count in counts.items() if count > 1] == []


def test_words_are_letters_and_digits_and_fit(words):
    assert [
        word["text"]
        for word in words
        if not word["text"].isalnum() or len(word["text"]) > MAX_LETTERS
    ] == []


def test_words_are_sorted(words):
    texts = [word["text"] for word in words]

    assert texts == sorted(texts)


def test_codes_of_words_exist(meant, codes):
    assert meant - codes == set()


def test_no_code_of_a_word_lies_within_another_of_it(words):
    assert [
        word["text"]
        for word in words
        if len(set(word["codes"])) < len(word["codes"])
        or any(
            code != other and code.startswith(other)
            for code in word["codes"]
            for other in word["codes"]
        )
    ] == []


def test_word_has_codes_or_a_standard_never_both(words):
    assert [word["text"] for word in words if bool(word["codes"]) == bool(word["standard"])] == []
    assert [word["text"] for word in words if len(word["codes"]) > MAX_CODES] == []


def test_standard_of_a_spelling_is_a_word_with_codes(words):
    by_text = {word["text"]: word for word in words}
    spellings = [word for word in words if word["standard"]]

    assert spellings
    assert [
        word["text"]
        for word in spellings
        if word["standard"] not in by_text or by_text[word["standard"]]["standard"]
    ] == []


def test_every_division_with_a_center_has_words(words, served):
    divisions = {code[:2] for code in served} - {"11"}
    counts = Counter(
        division for word in words for division in {code[:2] for code in word["codes"]}
    )

    assert len(divisions) == 13
    assert [code for code in divisions if counts[code] < MIN_WORDS_OF_A_DIVISION] == []


def test_every_class_of_a_center_has_words(meant, served):
    assert [code for code in served if not any(other.startswith(code) for other in meant)] == []


def test_classes_are_unique_and_sorted(classes):
    keys = [row["code"] for row in classes]

    assert len(keys) == len(set(keys))
    assert keys == sorted(keys, key=lambda code: (code[:2], len(code), code))


def test_classes_that_words_or_centers_mean_have_a_name(classes, meant, served):
    assert [
        row["code"] for row in classes if row["code"] in meant | served and not row["display_name"]
    ] == []


def test_display_names_are_short_and_plain(classes):
    assert [
        row["display_name"]
        for row in classes
        if len(row["display_name"]) > MAX_DISPLAY_LETTERS
        or row["display_name"].endswith(("제조업", "가공업"))
    ] == []


def test_classes_of_centers_exist(served, codes):
    assert served - codes == set()


def test_centers_are_named_once_and_have_classes(center_classes):
    keys = [
        center.get("name") or (center["region"], center["industry"]) for center in center_classes
    ]

    assert len(keys) == len(set(keys))
    assert [center for center in center_classes if not center["classes"]] == []


def test_every_listed_center_but_the_general_has_classes(center_classes):
    printed = {name for _, name, *_ in load_fixture("status_list_2026")["rows"]}
    general = {name for name in printed if "상생" in name}

    assert {center["name"] for center in center_classes if "name" in center} == printed - general


def test_centers_without_a_name_lie_in_known_regions(center_classes, industries):
    regions = {record["fields"]["code"] for record in load_fixture("regions")}
    unnamed = [center for center in center_classes if "name" not in center]

    assert len(unnamed) == 2
    assert {center["region"] for center in unnamed} <= regions
    assert {center["industry"] for center in unnamed} <= industries
