"""A centre is one record: files, API and GeoJSON have the same values by the same names."""

import csv
import io
import json
import re
from datetime import date

import pytest
from django.conf import settings

from centers.exports.columns import EXPORT_COLUMNS
from tests.support.factories import AnnouncementFactory, CenterFactory, ListingFactory

QUERIES = ["sort=name", "near=26410", "near=51750&kind=specialized", "q=없는말가나다"]
FILE_ONLY = {"source_notes", "data_as_of"}
STATEMENT = settings.BASE_DIR / "docs/data.md"


@pytest.fixture
def centers(db):
    """Centres with every kind of value, and one of which little is known."""
    full = CenterFactory(
        name="부산 서동 의류 센터",
        specialty="봉제",
        classes=["331", "1521"],
        services=["education", "digital"],
        service_area=["26410", "47210"],
        former_names=["옛 센터"],
        former_operators=["옛 기관", "더 옛 기관"],
        former_addresses=["옛길 1"],
        address="부산광역시 금정구 옥봉로8번길 16",
        phone="+82-51-123-4567",
        website="https://soap.example.kr/",
        lat=35.25,
        lon=129.09,
        note="비고",
        operator__phone="051-765-4321",
        operator__website="https://operator.example.kr/",
    )
    for number in range(2):
        ListingFactory(center=full, row=number + 1, announcement=AnnouncementFactory())
    CenterFactory(kind="wide_area", region="11", industry=None, operator=None, cluster_size=None,
                  cluster_size_as_of=None, designated_year=None, confirmed_on=None)  # fmt: skip
    CenterFactory(region="36110", status="closed", closed_on=date(2025, 1, 2))
    return full


@pytest.fixture
def read(client, centers):
    """Return a function that reads the centres of a format."""

    def read(name, query):
        text = b"".join(client.get(f"/{name}?{query}"))
        if name.endswith(".csv"):
            return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
        data = json.loads(text)
        key = next(key for key in ("results", "centers", "features") if key in data)
        return data[key]

    return read


def find(record, path):
    """The value at a path of a record; those of a list of objects as a list without repeats."""
    key, _, rest = path.partition(".")
    value = record[key]
    if not rest or value is None:
        return value
    if isinstance(value, list):
        return list(dict.fromkeys(find(one, rest) for one in value))
    return find(value, rest)


@pytest.mark.parametrize("query", QUERIES)
def test_json_file_has_the_records_of_the_api(read, query):
    records = read("api/v1/centers/", query)
    in_file = read("centers.json", query)

    assert len(in_file) == len(records)
    for record, of_file in zip(records, in_file, strict=True):
        assert {key: value for key, value in of_file.items() if key not in FILE_ONLY} == record
        assert of_file.keys() - record.keys() == FILE_ONLY


def test_centre_of_the_api_has_the_record_of_the_list(client, read, centers):
    [record] = [one for one in read("api/v1/centers/", "") if one["id"] == centers.pk]
    detail = client.get(f"/api/v1/centers/{centers.pk}/").json()

    assert record.items() <= detail.items()
    assert client.get("/api/v1/nearest/?near=26410&q=봉제").json()["results"][0]["id"] == centers.pk


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("name", ["centers.geojson", "api/v1/centers.geojson"])
def test_geojson_has_the_record_without_objects(read, name, query):
    records, features = read("api/v1/centers/", query), read(name, query)

    assert len(features) == len(records)
    for record, feature in zip(records, features, strict=True):
        properties = feature["properties"]
        assert feature["id"] == properties["id"] == record["id"]
        paths = {}
        for key, value in record.items():
            inner = (value[0] if isinstance(value, list) and value else value) or {}
            members = inner.keys() - {"announcement", "row"} if isinstance(inner, dict) else ()
            paths |= {f"{key}_{member}": f"{key}.{member}" for member in members}
            if not members and key in properties:
                paths[key] = key
        assert len(paths) > 20
        for flat, path in paths.items():
            assert properties[flat] == find(record, path), flat
        assert not any(isinstance(value, dict) for value in properties.values())
        texts = [one for value in properties.values() if isinstance(value, list) for one in value]
        assert not any(isinstance(one, dict) for one in texts)


def test_no_name_has_two_meanings(read):
    """A name that GeoJSON shares with the record has its value there, of the same type."""
    for record, feature in zip(
        read("api/v1/centers/", ""), read("centers.geojson", ""), strict=True
    ):
        shared = record.keys() & feature["properties"].keys()
        assert {"name", "kind", "status_label", "page", "url", "lat"} <= shared
        assert {key: record[key] for key in shared} == {
            key: feature["properties"][key] for key in shared
        }


@pytest.mark.parametrize("query", QUERIES)
def test_csv_has_the_values_of_the_record(read, query):
    records, rows = read("centers.json", query), read("centers.csv", query)
    as_text = {"former_operators": "옛 기관; 더 옛 기관"}

    for record, row in zip(records, rows, strict=True):
        for column in EXPORT_COLUMNS:
            if column.name == "downloaded_on" or column.kind.name == "PHONE":
                continue
            value = find(record, column.path)
            text = "; ".join(value) if isinstance(value, list) else str(value or "")
            assert row[column.heading] == text, column.name
            if column.name in as_text and text:
                assert text == as_text[column.name]


# --- what is documented --------------------------------------------------------------------------


def test_names_of_columns_are_paths_without_points():
    for column in EXPORT_COLUMNS:
        if column.path:
            assert column.name == column.path.replace(".", "_")


def test_documented_names_are_those_of_the_schema(client, read):
    schemas = client.get("/api/v1/schema.json").json()["components"]["schemas"]
    [record, *_] = read("api/v1/centers/", "")
    [feature, *_] = read("centers.geojson", "")

    assert list(record) == list(schemas["Center"]["properties"])
    assert list(feature["properties"]) == list(schemas["FeatureProperties"]["properties"])


def test_table_of_renamed_values_is_true(read):
    records = read("centers.json", "near=26410")
    [full] = [one for one in records if one["stated_name"]]
    features = read("centers.geojson", "near=26410")
    table = re.findall(
        r"^\| (JSON|GeoJSON(?:, download)?) \| (.+) \| (.+) \|$", STATEMENT.read_text(), re.M
    )

    assert len(table) == 18
    for form, old, new in table:
        names = re.findall(r"`([\w.\[\]]+)`", new.partition(";")[0])
        for name in names:
            if form == "JSON" and name != "generated":
                assert find(full, name.replace("[]", "")) not in (None, [])
            elif form != "JSON":
                assert name in features[0]["properties"]
        if form != "JSON":
            assert not {*re.findall(r"`(\w+)`", old)} & features[0]["properties"].keys()
