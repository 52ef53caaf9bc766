"""Every field of a centre is on its page, in the files, the API, the import and the history."""

import csv
import io
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin

from centers.exports.columns import EXPORT_COLUMNS
from centers.importer.headings import COLUMN_LABELS, recognise_heading
from centers.models import Center, DataVersion, Listing
from centers.models.center_fields import (
    CENTER_FIELDS,
    CENTER_FIELDS_BY_NAME,
    HISTORY_FIELDS,
    IMPORTED_FIELDS,
    PRINTED_FIELDS,
    SOURCED_FIELDS,
    TAKEABLE_FIELDS,
    ValueType,
    format_field_value,
)
from centers.models.reference_data import get_class_names

COMPUTED = {"id", *Center.DERIVED}
FIELDS = [field.name for field in Center._meta.concrete_fields if field.name not in COMPUTED]
#: The fields that are missing in one place, each with the reason.
EXCUSED = {
    "page": {
        "published": "unpublished centres have no page",
        "classes": "the page names industry and specialty",
    },
    "csv": {
        "successor": "the page and the API link to it",
        "published": "unpublished centres are in no file",
    },
    "api": {"published": "unpublished centres are not in the API"},
    "import": {
        "lat": "no document prints it",
        "lon": "no document prints it",
        "note": "editors write it",
        "published": "editors decide it",
        "services": "no list prints it",
        "service_area": "no list prints it",
        "former_names": "a list prints what is, not what was",
        "former_operators": "a list prints what is, not what was",
        "former_addresses": "a list prints what is, not what was",
    },
    "sources": {
        "former_names": "its day is in the history",
        "former_operators": "its day is in the history",
        "former_addresses": "its day is in the history",
        "classes": "classifies what the documents print of other fields",
        "cluster_size_as_of": "is the day of the source of cluster_size",
        "lon": "has the source of lat",
        "successor": "editors decide it",
        "published": "editors decide it",
    },
    "changes": {"published": "the history begins when a centre is published"},
}


def fields_of(place: str) -> list[str]:
    return [name for name in FIELDS if name not in EXCUSED[place]]


@pytest.fixture
def center(make_center, make_operator, db):
    """A centre whose every value is known and appears nowhere else on its page."""
    successor = make_center(name="이어받은 소공인특화지원센터")
    return make_center(
        name="모든 값 소공인특화지원센터",
        status=Center.Status.CLOSED,
        specialty="주얼리세공",
        classes=["331", "1521"],
        operator=make_operator(name="모든값운영기관"),
        cluster_size=4321,
        cluster_size_as_of=date(2021, 3, 4),
        designated_year=2017,
        services=["prototype", "succession"],
        service_area=["26410", "47210"],
        former_names=["앞선 이름 소공인특화지원센터", "더 앞선 이름"],
        former_operators=["앞선 기관", "더 앞선 기관"],
        former_addresses=["앞선길 1"],
        address="모든값로 12",
        phone="051-765-4321",
        website="https://every-value.example.kr/",
        lat=35.1234,
        lon=129.4321,
        confirmed_on=date(2022, 5, 6),
        closed_on=date(2023, 7, 8),
        successor=successor,
        note="모든 값의 비고",
    )


def texts_of(center: Center, name: str) -> list[str]:
    """What may be shown for the value: the text of the screen, or the value itself."""
    value = getattr(center, name)
    if name == "region":
        return [value.full_name]
    if name == "industry":
        return [value.inclusive_name]
    if name == "classes":
        names = get_class_names(DataVersion.cached())
        return [", ".join(names[code] for code in value), "; ".join(value)]
    if name == "service_area":
        names = ["부산광역시 금정구", "경상북도 영주시"]
        return [", ".join(names), "; ".join(names)]
    if name == "services":
        return ["시제품·제품개발, 가업승계·정책안내", "시제품·제품개발; 가업승계·정책안내"]
    if name in ("former_names", "former_operators", "former_addresses"):
        return [", ".join(value), "; ".join(value)]
    words = format_field_value(name, value, {})
    return [words, str(value)]


def test_every_model_field_is_described():
    assert {field.name for field in CENTER_FIELDS} == set(FIELDS)
    assert len(CENTER_FIELDS_BY_NAME) == len(CENTER_FIELDS)


def test_every_excuse_names_a_field():
    assert {name for names in EXCUSED.values() for name in names} <= set(FIELDS)


@pytest.mark.parametrize("name", fields_of("page"))
def test_page_shows_the_field(client, center, name):
    if name in ("services", "service_area"):
        # What a closed centre did is of no help.
        Center.objects.update(status=Center.Status.OPERATING, closed_on=None, successor=None)
    page = BeautifulSoup(client.get(center.get_absolute_url()).content, "lxml")
    text = page.main.get_text(" ", strip=True)

    assert any(words in text for words in texts_of(center, name))


@pytest.mark.parametrize("name", fields_of("csv"))
def test_csv_has_a_column_of_the_field(client, center, name):
    headings = [column.heading for column in EXPORT_COLUMNS if column.field == name]
    content = b"".join(client.get("/centers.csv?status=closed")).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(content))

    value = getattr(center, name)
    expected = {str(value), *texts_of(center, name), getattr(value, "name", "")}
    assert {row[heading] for heading in headings} & expected - {""}


@pytest.mark.parametrize("name", fields_of("api"))
def test_api_has_a_key_of_the_field(client, center, name):
    answer = client.get(f"/api/v1/centers/{center.pk}/").json()

    value = getattr(center, name)
    expected = {"name": center.display_name}.get(name, value)
    shown = answer[name]
    if name in ("classes", "services", "service_area"):
        assert [one["code"] for one in shown] == value
        assert all(one["name"] for one in shown)
    elif isinstance(shown, dict):
        assert str(value.pk) in {str(shown.get("id")), str(shown.get("code"))}
    else:
        assert str(shown) == str(expected)


@pytest.mark.parametrize("name", fields_of("import"))
def test_import_can_set_the_field(name):
    assert name in IMPORTED_FIELDS


@pytest.mark.parametrize("name", fields_of("sources"))
def test_page_can_name_the_source_of_the_field(name):
    assert name in SOURCED_FIELDS


@pytest.mark.parametrize("name", fields_of("changes"))
def test_public_history_shows_changes_of_the_field(name):
    assert name in HISTORY_FIELDS


@pytest.mark.parametrize("place", EXCUSED)
def test_excused_fields_are_not_there_after_all(place):
    columns = {column.field for column in EXPORT_COLUMNS}
    there = {
        "page": set(),
        "csv": columns,
        "api": {field.name for field in CENTER_FIELDS if field.api_help},
        "import": set(IMPORTED_FIELDS),
        "sources": set(SOURCED_FIELDS),
        "changes": set(HISTORY_FIELDS),
    }
    assert not EXCUSED[place].keys() & there[place]


def test_only_imported_fields_are_takeable():
    assert set(TAKEABLE_FIELDS) <= set(IMPORTED_FIELDS)


def test_printed_fields_are_the_texts_of_a_listing():
    others = {"id", "announcement", "center", "row"}

    assert set(PRINTED_FIELDS) == {one.name for one in Listing._meta.concrete_fields} - others
    assert list(COLUMN_LABELS) == list(PRINTED_FIELDS)


@pytest.mark.parametrize("name", PRINTED_FIELDS)
def test_heading_of_our_own_file_is_read_back(name):
    field = CENTER_FIELDS_BY_NAME[name]
    if field.column:
        assert recognise_heading(field.column.heading) == name


def test_no_heading_means_two_fields():
    headings = [
        word for one in CENTER_FIELDS if one.printed for word in one.printed.headings.split()
    ]

    assert len(headings) == len(set(headings))


def test_admin_form_has_every_field_once():
    fieldsets = admin.site._registry[Center].fieldsets
    names = [name for _, options in fieldsets for line in options["fields"] for name in line]

    assert sorted(names) == sorted(FIELDS)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("kind", "wide_area", "상생"),
        ("status", "closed", "운영 종료"),
        ("cluster_size", 1234, "1,234개사"),
        ("designated_year", 2015, "2015년"),
        ("closed_on", date(2024, 1, 2), "2024-01-02"),
        ("phone", "", ""),
        ("classes", ["331", "1521"], "331, 1521"),
        ("classes", [], ""),
        ("services", ["education", "digital"], "교육, 디지털·온라인"),
        ("services", [], ""),
        ("lat", None, ""),
        ("region", "26", "26번"),
    ],
)
def test_value_is_formatted_as_on_screen(name, value, words):
    references = {ValueType.REGION: lambda code: f"{code}번"}

    assert format_field_value(name, value, references) == words
