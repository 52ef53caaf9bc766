"""A centre as JSON: one object for API and JSON file, and without inner objects for GeoJSON.

Values are made column by column, as a call for each value takes twice as long. Inner objects are
shared by all records that have the same one; nobody changes them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from centers.exports.columns import DISTANCE_ENDS, get_distance_km, get_sigungu_name
from centers.models import Announcement, Center, Industry, Operator, Region, Service
from centers.models.center_fields import (
    CENTER_FIELDS,
    LISTS_OF_OBJECTS,
    MEMBERS,
    CenterField,
    ValueType,
    join_key,
)
from centers.models.data_version import per_data_version
from centers.models.reference_data import get_class_names, get_reference_data
from centers.search.listed_center import ListedCenter

Values = Sequence[Any]

#: Inner objects that no field of the record has, and of these the lists.
_COMPUTED_MEMBERS = {
    "distance": ("km", "measured_to", "measured_to_label"),
    "documents": ("text",),
}
OBJECT_MEMBERS = {
    **{field.key: MEMBERS[field.type] for field in CENTER_FIELDS if field.type in MEMBERS},
    **_COMPUTED_MEMBERS,
}
OBJECT_LISTS = {
    "documents",
    *(field.key for field in CENTER_FIELDS if field.type in LISTS_OF_OBJECTS),
}


# --- inner objects -------------------------------------------------------------------------------


@per_data_version
def get_region_objects(version: int) -> dict[str, dict]:
    """The object of each region by its code, cached per version of the data."""
    return {code: build_region(one) for code, one in get_reference_data(version)[0].by_code.items()}


def build_region(region: Region) -> dict:
    return {
        "code": region.code,
        "name": region.full_name,
        "sido": region.sido.name,
        "sigungu": get_sigungu_name(region) or None,
    }


def build_industry(industry: Industry) -> dict:
    return {"code": industry.code, "name": industry.name, "short_name": industry.short_name}


def build_operator(operator: Operator) -> dict:
    return {
        "id": operator.pk,
        "name": operator.name,
        "phone": operator.phone or None,
        "website": operator.website or None,
    }


def build_announcement(announcement: Announcement) -> dict:
    return {
        "slug": announcement.slug,
        "title": announcement.title,
        "publisher": announcement.publisher,
        "published_on": announcement.published_on.isoformat(),
        "url": settings.SITE_URL + reverse("api-announcement", args=[announcement.slug]),
    }


def build_distance(row: ListedCenter) -> dict | None:
    """Build the object of the distance; None without a region to measure from."""
    if row.distance is None:
        return None
    end, km = row.distance.measured_to, get_distance_km(row)
    label = None if km is None else DISTANCE_ENDS[end]
    return {"km": km, "measured_to": end, "measured_to_label": label}


def build_documents(rows: Sequence[ListedCenter]) -> list[list[dict]]:
    """Build the objects of the documents that list each centre, the newest first."""
    references: dict[int, tuple[dict, str]] = {}
    found = []
    for row in rows:
        documents = []
        for listing in row.listings:
            if (pair := references.get(listing.announcement_id)) is None:
                one = listing.announcement
                text = f"{one.title} ({one.published_on})"
                pair = references[listing.announcement_id] = build_announcement(one), text
            documents.append({"announcement": pair[0], "row": listing.row, "text": pair[1]})
        found.append(documents)
    return found


def build_related(records: Iterable[Any], build: Callable[[Any], dict]) -> list[dict | None]:
    """Build the objects of related records, one for each of them; None without one."""
    cached: dict[Any, dict] = {}
    found: list[dict | None] = []
    for record in records:
        if record is None:
            found.append(None)
            continue
        if (one := cached.get(record.pk)) is None:
            one = cached[record.pk] = build(record)
        found.append(one)
    return found


# --- columns -------------------------------------------------------------------------------------


def to_json_texts(texts: Iterable[str | None]) -> list[str | None]:
    """Convert texts for JSON: unknown ones are None."""
    return [text or None for text in texts]


def to_json_days(days: Iterable[date | None]) -> list[str | None]:
    """Convert days for JSON: in ISO 8601, unknown ones are None."""
    return [day.isoformat() if day else None for day in days]


SERVICE_OBJECTS = {one.value: {"code": one.value, "name": str(one.label)} for one in Service}


def build_field_columns(
    field: CenterField, centers: list[Center], version: int
) -> dict[str, Values]:
    """Build the values of a field of each centre, by key; a choice has its label beside it.

    Raises ValueError for a type that JSON cannot show.
    """
    values = [getattr(center, field.attname) for center in centers]
    match field.type:
        case ValueType.CHOICE:
            labels = {key: str(label) for key, label in field.model_field.flatchoices}
            named = [labels.get(value, value) for value in values]
            return {field.key: values, join_key(field.key, "label"): named}
        case ValueType.REGION:
            regions = get_region_objects(version)
            values = [regions[code] for code in values]
        case ValueType.REGIONS:
            regions = {
                code: {"code": code, "name": one["name"]}
                for code, one in get_region_objects(version).items()
            }
            values = [[regions[code] for code in codes if code in regions] for codes in values]
        case ValueType.INDUSTRY:
            values = build_related([center.industry for center in centers], build_industry)
        case ValueType.OPERATOR:
            values = build_related([center.operator for center in centers], build_operator)
        case ValueType.CLASSES:
            names = get_class_names(version)
            values = [
                [{"code": code, "name": names.get(code, code)} for code in codes]
                for codes in values
            ]
        case ValueType.SERVICES:
            values = [[SERVICE_OBJECTS[key] for key in keys] for keys in values]
        case ValueType.DATE:
            values = to_json_days(values)
        case ValueType.CENTER | ValueType.FLAG:
            raise ValueError(f"{field.name}: JSON has no value for {field.type}.")
        case ValueType.TEXT | ValueType.NAME | ValueType.ADDRESS | ValueType.PHONE | ValueType.URL:
            values = to_json_texts(values)
    return {field.key: values}


def build_columns(rows: Sequence[ListedCenter], version: int) -> dict[str, Values]:
    """Build the values of each centre by key, in the order of the record."""
    centers = [row.center for row in rows]
    columns: dict[str, Values] = {
        "id": [center.pk for center in centers],
        "url": build_urls(centers),
        "page": [settings.SITE_URL + center.get_absolute_url() for center in centers],
        "name": [center.display_name for center in centers],
        "name_is_provisional": [center.is_name_provisional for center in centers],
    }
    for field in CENTER_FIELDS:
        if field.api_help:
            columns |= build_field_columns(field, centers, version)
    columns["standing"] = to_json_texts(row.status_note for row in rows)
    columns["documents"] = build_documents(rows)
    columns["distance"] = [build_distance(row) for row in rows]
    return columns


def build_urls(centers: Iterable[Center]) -> list[str]:
    """Build the URL of each centre in the API."""
    prefix = settings.SITE_URL + reverse("api-centers")
    return [f"{prefix}{center.pk}/" for center in centers]


def zip_columns(columns: dict[str, Values]) -> list[dict[str, Any]]:
    """Build a record for each row of the columns."""
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def build_records(rows: Sequence[ListedCenter], version: int) -> list[dict[str, Any]]:
    """Build the record of each centre; unknown values are None or an empty list."""
    return zip_columns(build_columns(rows, version))


def flatten_columns(columns: dict[str, Values]) -> dict[str, Values]:
    """Replace inner objects by their members: `region` by region_code, region_name and so on.

    The members of a list of objects are lists; what is in one twice stands once.
    """
    flat: dict[str, Values] = {}
    for key, values in columns.items():
        if key not in OBJECT_MEMBERS:
            flat[key] = values
        for member in OBJECT_MEMBERS.get(key, ()):
            if key in OBJECT_LISTS:
                found = [list(dict.fromkeys(one[member] for one in each)) for each in values]
            else:
                found = [one and one[member] for one in values]
            flat[join_key(key, member)] = found
    return flat
