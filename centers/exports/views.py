"""Downloads: the list of a page as a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from centers.exports.decorators import of_whole_list, read_only
from centers.exports.export import Export
from centers.exports.text_formats import csv_file, geojson_file, json_file
from centers.exports.xlsx import workbook_file
from centers.search.results import Results


@dataclass(frozen=True)
class Format:
    """One kind of file: what it is called, and how it is made."""

    label: str
    media_type: str
    answer: Callable[[Export], HttpResponseBase]


def streamed(write: Callable[[Export], Iterator[str]]) -> Callable[[Export], HttpResponseBase]:
    def answer(export: Export) -> StreamingHttpResponse:
        parts = write(export)
        # What the database refuses, it refuses here, while the answer can still say so.
        first = next(parts)
        return StreamingHttpResponse(chain([first], parts))

    return answer


def spreadsheet(export: Export) -> FileResponse:
    return FileResponse(workbook_file(export))


#: By the ending of the file's name.
FORMATS = {
    "csv": Format("CSV", "text/csv; charset=utf-8", streamed(csv_file)),
    "xlsx": Format(
        "엑셀(XLSX)",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        spreadsheet,
    ),
    "json": Format("JSON", "application/json", streamed(json_file)),
    "geojson": Format("GeoJSON", "application/geo+json", streamed(geojson_file)),
}


@read_only
def download(request: HttpRequest, ending: str) -> HttpResponseBase:
    if ending not in FORMATS:
        raise Http404
    return take_away(request, ending=ending)


@of_whole_list
def take_away(request: HttpRequest, results: Results, ending: str) -> HttpResponseBase:
    file, export = FORMATS[ending], Export(results)
    # An answer that streams states no length, and so none that would be wrong.
    response = StreamingHttpResponse() if request.method == "HEAD" else file.answer(export)
    response["Content-Type"] = file.media_type
    response["Content-Disposition"] = content_disposition_header(True, export.file_name(ending))
    return response
