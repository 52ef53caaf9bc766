"""Centres as GeoJSON (RFC 7946): one builder for the download and for the API.

The names and values of the properties are those that the API documents (`FeatureProperties` in
`api.schemas`) and promises to keep; new ones may be added. The download has `source_notes` besides,
which are costly and of no use on a map.
"""

from collections.abc import Iterable, Iterator

from django.conf import settings

from centers.exports.columns import get_distance_km, list_documents
from centers.exports.export import Export, ExportedCenter
from centers.exports.text_formats import describe_export, to_json_value, write_json_list
from centers.models import Center
from centers.models.center_fields import CENTER_FIELDS
from centers.search.listed_center import ListedCenter


def locate(center: Center) -> tuple[list[float] | None, str | None]:
    """Return [longitude, latitude] in WGS84 degrees, and whose point it is: "center" or "region".

    A centre without a position is placed at its region's point; both are None without either.
    """
    for record, name in ((center, "center"), (center.region, "region")):
        if record.lat is not None:
            return [record.lon, record.lat], name
    return None, None


def build_feature(row: ListedCenter) -> dict:
    """Build the Feature of a centre, the same for download and API; unknown values are None."""
    center = row.center
    point, located_by = locate(center)
    properties = {
        "name": center.display_name,
        "name_is_provisional": center.is_name_provisional,
        "located_by": located_by,
        "kind": center.kind,
        "kind_label": center.get_kind_display(),
        "status": center.status,
        "status_label": center.get_status_display(),
        "standing": row.status_note,
        "region": center.region_id,
        "region_name": center.region.full_name,
        "industry": center.industry_id,
        "industry_name": center.industry.name if center.industry else None,
        "operator": center.operator.name if center.operator else None,
        **{
            field.name: getattr(center, field.name)
            for field in CENTER_FIELDS
            if field.is_plain_value
        },
        "sources": list_documents(row),
        "distance_km": get_distance_km(row),
        "measured_to": get_measured_to(row),
        "page": settings.SITE_URL + center.get_absolute_url(),
    }
    return {
        "type": "Feature",
        "id": center.pk,
        "geometry": point and {"type": "Point", "coordinates": point},
        "properties": {name: to_json_value(value) for name, value in properties.items()},
    }


def get_measured_to(row: ListedCenter) -> str | None:
    """Return what the distance is measured to: center, dong or region; None without one."""
    if row.distance is None or get_distance_km(row) is None:
        return None
    return row.distance.measured_to


def build_exported_feature(row: ExportedCenter) -> dict:
    """Build the Feature of the download, which adds the notes on sources to that of the API."""
    feature = build_feature(row)
    feature["properties"]["source_notes"] = row.source_notes
    return feature


def write_feature_collection(
    chunks: Iterator[list[dict]], members: dict | None = None
) -> Iterator[str]:
    """Yield the text of a FeatureCollection, one chunk of features at a time.

    `members` are foreign members (RFC 7946, section 6.1), written before the features.
    """
    return write_json_list({"type": "FeatureCollection"} | (members or {}), "features", chunks)


def write_features(chunks: Iterable[list[ListedCenter]]) -> Iterator[str]:
    """Yield the text of the API's FeatureCollection, one chunk of centres at a time."""
    return write_feature_collection([*map(build_feature, rows)] for rows in chunks)


def write_geojson(export: Export) -> Iterator[str]:
    """Yield the text of the download, which describes itself in foreign members."""
    chunks = ([*map(build_exported_feature, rows)] for rows in export.iter_chunks())
    return write_feature_collection(chunks, describe_export(export))
