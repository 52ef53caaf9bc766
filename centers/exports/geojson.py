"""Centres as GeoJSON (RFC 7946): one text for the download and for the API.

The properties are the record of `exports.records` without inner objects, which maps cannot show,
and `located_by`. The API documents them (`FeatureProperties` in `api.schemas`).
"""

from collections.abc import Iterator, Sequence

from centers.exports.export import EXPORT_CHUNK_SIZE, Export
from centers.exports.records import build_columns, flatten_columns, zip_columns
from centers.exports.text_formats import describe_export, write_json_list
from centers.models import Center
from centers.search.listed_center import ListedCenter


def locate(center: Center) -> tuple[list[float] | None, str | None]:
    """Return [longitude, latitude] in WGS84 degrees, and whose point it is: "center" or "region".

    A centre without a position is placed at its region's point; both are None without either.
    """
    for record, name in ((center, "center"), (center.region, "region")):
        if record.lat is not None:
            return [record.lon, record.lat], name
    return None, None


def build_features(rows: Sequence[ListedCenter], version: int) -> list[dict]:
    """Build the Feature of each centre; unknown values are None or an empty list."""
    places = [locate(row.center) for row in rows]
    columns = flatten_columns(build_columns(rows, version))
    columns["located_by"] = [located_by for _, located_by in places]
    return [
        {
            "type": "Feature",
            "id": properties["id"],
            "geometry": point and {"type": "Point", "coordinates": point},
            "properties": properties,
        }
        for properties, (point, _) in zip(zip_columns(columns), places, strict=True)
    ]


def write_geojson(export: Export) -> Iterator[str]:
    """Yield the text of the FeatureCollection, one chunk of centres at a time.

    It describes itself in foreign members (RFC 7946, section 6.1), which come first.
    """
    head = {"type": "FeatureCollection"} | describe_export(export)
    chunks = (build_features(rows, export.version) for rows in export.iter_rows(EXPORT_CHUNK_SIZE))
    return write_json_list(head, "features", chunks)
