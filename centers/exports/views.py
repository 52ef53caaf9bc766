"""Downloads: the list of a query string as a file."""

from collections.abc import Callable, Iterator
from itertools import chain

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from centers.exports.decorators import read_only, with_strict_results
from centers.exports.download_slots import one_at_a_time
from centers.exports.export import Export
from centers.exports.geojson import write_geojson
from centers.exports.licence import build_license_link
from centers.exports.text_formats import write_csv, write_json
from centers.exports.xlsx import write_list_workbook
from centers.http.media_types import FILE_FORMATS
from centers.search.results import Results


def stream_response(
    write: Callable[[Export], Iterator[str]],
) -> Callable[[Export], HttpResponseBase]:
    """Make a response builder that streams the text of `write`."""

    def build_response(export: Export) -> StreamingHttpResponse:
        parts = write(export)
        # Run the first queries now: a database error can still become an error response.
        first = next(parts)
        return StreamingHttpResponse(chain([first], parts))

    return build_response


def build_spreadsheet_response(export: Export) -> FileResponse:
    return FileResponse(write_list_workbook(export))


#: Builders of responses by file name extension.
RESPONSE_BUILDERS = {
    "csv": stream_response(write_csv),
    "xlsx": build_spreadsheet_response,
    "json": stream_response(write_json),
    "geojson": stream_response(write_geojson),
}


@read_only
def download(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The list as a file; raises Http404 for an unknown file name extension."""
    if ending not in FILE_FORMATS:
        raise Http404
    return build_download(request, ending=ending)


@with_strict_results
@one_at_a_time
def build_download(request: HttpRequest, results: Results, ending: str) -> HttpResponseBase:
    export = Export(results)
    # HEAD builds no file: an empty streaming response has no Content-Length that would be wrong.
    is_head = request.method == "HEAD"
    response = StreamingHttpResponse() if is_head else RESPONSE_BUILDERS[ending](export)
    response["Content-Type"] = FILE_FORMATS[ending].content_type
    file_name = export.build_file_name(ending)
    response["Content-Disposition"] = content_disposition_header(True, file_name)
    # A CSV has no other member for it.
    response["Link"] = build_license_link()
    return response
