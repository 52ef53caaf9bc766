"""Formats in which a list is served: labels for readers, and media types."""

from dataclasses import dataclass

GEOJSON_MEDIA_TYPE = "application/geo+json"


@dataclass(frozen=True)
class FileFormat:
    """One format of file: its label on the page and its media type."""

    label: str
    media_type: str


#: By file name extension.
FILE_FORMATS = {
    "csv": FileFormat("CSV", "text/csv; charset=utf-8"),
    "xlsx": FileFormat(
        "엑셀(XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    "json": FileFormat("JSON", "application/json"),
    "geojson": FileFormat("GeoJSON", GEOJSON_MEDIA_TYPE),
}
