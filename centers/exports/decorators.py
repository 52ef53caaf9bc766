"""Decorators of exports and feeds: safe methods only, and no query parameter ignored."""

from collections.abc import Iterable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from centers.http.decorators import View, safe_methods_only
from centers.search.active_filters import PAGE_ONLY_PARAMETERS
from centers.search.query_params import TRACKING_PREFIXES, Notice
from centers.search.results import Results
from centers.text.formatting import quote


def build_text_error(lines: list[str], status: int = 400) -> HttpResponse:
    """Build an error response in plain text, as most clients of exports show no HTML."""
    text = "\n".join(lines) + "\n"
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


#: Decorates views of files and feeds: other methods than GET and HEAD get 405 in plain text.
read_only = safe_methods_only(
    lambda: build_text_error(["이 주소는 읽기만 할 수 있습니다(GET, HEAD)."], status=405)
)


def with_strict_results(view: View, without: Iterable[str] = PAGE_ONLY_PARAMETERS) -> View:
    """Pass the `Results` of the query string to the view, if every parameter can be used.

    A page tells the reader which parameters it ignored; a file or feed cannot, and would be taken
    for the requested list. So the response to an unusable parameter is 400 and names it, and a
    region given by name redirects to its code. The parameters in `without` are dropped.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        params = request.GET.copy()
        for name in without:
            params.pop(name, None)
        results = Results(params)
        if url := results.query.build_url_with_codes(params, request.path):
            return HttpResponseRedirect(url)
        if errors := results.query.errors:
            return build_rejection(errors)
        return view(request, results, *args, **kwargs)

    return wrapper


def build_rejection(errors: list[Notice]) -> HttpResponse:
    """Build the 400 response that names each parameter that cannot be used."""
    return build_text_error(
        [
            "그대로 쓸 수 없는 조건이 있어 답하지 않았습니다. 고치거나 빼 주세요.",
            "",
            *map(format_notice, errors),
        ]
    )


def format_notice(notice: Notice) -> str:
    """Format an error as a line: the parameter, what is wrong, and the places it may mean."""
    named = ", ".join(f"{place.full_name}({place.code})" for place in notice.candidates)
    return f"{quote(notice.parameter, '', '')}: {notice.error} {named}".rstrip()


def reject_parameters(view: View) -> View:
    """Respond 400 to any query parameter, except the tracking parameters of other sites."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        unknown = [name for name in request.GET if not name.startswith(TRACKING_PREFIXES)]
        if unknown:
            return build_text_error(
                [f"알 수 없는 조건 {quote(name)} 쓸 수 없습니다." for name in unknown]
            )
        return view(request, *args, **kwargs)

    return wrapper
