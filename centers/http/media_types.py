"""Formats in which a list is served: labels for readers, and media types."""

from dataclasses import dataclass

GEOJSON_MEDIA_TYPE = "application/geo+json"


@dataclass(frozen=True)
class FileFormat:
    """One format of file: its name, its media type and the label on the page."""

    name: str
    media_type: str
    #: Charset of text that need not be UTF-8, unlike JSON.
    charset: str = ""
    long_label: str = ""

    @property
    def label(self) -> str:
        return self.long_label or self.name

    @property
    def content_type(self) -> str:
        """The value of the header Content-Type."""
        return f"{self.media_type}; charset={self.charset}" if self.charset else self.media_type


#: By file name extension.
FILE_FORMATS = {
    "csv": FileFormat("CSV", "text/csv", charset="utf-8"),
    "xlsx": FileFormat(
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        long_label="엑셀(XLSX)",
    ),
    "json": FileFormat("JSON", "application/json"),
    "geojson": FileFormat("GeoJSON", GEOJSON_MEDIA_TYPE),
}
