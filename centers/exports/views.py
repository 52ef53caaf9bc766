"""Downloads: the list of a page as a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from centers.exports.decorators import read_only, with_strict_results
from centers.exports.export import Export
from centers.exports.geojson import GEOJSON_MEDIA_TYPE, write_geojson
from centers.exports.text_formats import write_csv, write_json
from centers.exports.xlsx import write_workbook
from centers.search.results import Results


@dataclass(frozen=True)
class DownloadFormat:
    """One kind of file: what it is called, and how it is made."""

    label: str
    media_type: str
    build_response: Callable[[Export], HttpResponseBase]


def stream_response(
    write: Callable[[Export], Iterator[str]],
) -> Callable[[Export], HttpResponseBase]:
    def answer(export: Export) -> StreamingHttpResponse:
        parts = write(export)
        # What the database refuses, it refuses here, while the answer can still say so.
        first = next(parts)
        return StreamingHttpResponse(chain([first], parts))

    return answer


def build_spreadsheet_response(export: Export) -> FileResponse:
    return FileResponse(write_workbook(export))


#: By the ending of the file's name.
DOWNLOAD_FORMATS = {
    "csv": DownloadFormat("CSV", "text/csv; charset=utf-8", stream_response(write_csv)),
    "xlsx": DownloadFormat(
        "엑셀(XLSX)",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        build_spreadsheet_response,
    ),
    "json": DownloadFormat("JSON", "application/json", stream_response(write_json)),
    "geojson": DownloadFormat("GeoJSON", GEOJSON_MEDIA_TYPE, stream_response(write_geojson)),
}


@read_only
def download(request: HttpRequest, ending: str) -> HttpResponseBase:
    if ending not in DOWNLOAD_FORMATS:
        raise Http404
    return build_download(request, ending=ending)


@with_strict_results
def build_download(request: HttpRequest, results: Results, ending: str) -> HttpResponseBase:
    file, export = DOWNLOAD_FORMATS[ending], Export(results)
    # An answer that streams states no length, and so none that would be wrong.
    response = StreamingHttpResponse() if request.method == "HEAD" else file.build_response(export)
    response["Content-Type"] = file.media_type
    response["Content-Disposition"] = content_disposition_header(True, export.file_name(ending))
    return response
