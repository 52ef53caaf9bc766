"""What the addresses share that give a whole list away: read only, and nothing ignored."""

from collections.abc import Iterable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from centers.http.decorators import View, safe_methods_only
from centers.search.query_params import TRACKING_PREFIXES, Notice
from centers.search.results import Results
from centers.text.formatting import quote

#: Parameters of the page alone, which the links to files leave out.
PAGE_ONLY_PARAMETERS = ("page", "view")


def build_text_error(lines: list[str], status: int = 400) -> HttpResponse:
    """A refusal in plain text, as most who meet it read no HTML."""
    text = "\n".join(lines) + "\n"
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


#: For files and feeds, whose refusals are lines of text.
read_only = safe_methods_only(
    lambda: build_text_error(["이 주소는 읽기만 할 수 있습니다(GET, HEAD)."], status=405)
)


def with_strict_results(view: View, without: Iterable[str] = PAGE_ONLY_PARAMETERS) -> View:
    """Give the view the results of the query string, which are never of another list than asked.

    A page shows what it could not use, but a file or feed would be taken for what was asked for. So
    whatever cannot be used is refused by name, except for the parameters that make no difference.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        params = request.GET.copy()
        for name in without:
            params.pop(name, None)
        results = Results(params)
        if address := results.query.build_url_with_codes(params, request.path):
            return HttpResponseRedirect(address)
        if refused := results.query.errors:
            return build_text_error(
                [
                    "그대로 쓸 수 없는 조건이 있어 답하지 않았습니다. 고치거나 빼 주세요.",
                    "",
                    *map(format_notice, refused),
                ]
            )
        return view(request, results, *args, **kwargs)

    return answer


def format_notice(notice: Notice) -> str:
    """What was wrong with a parameter, and the codes of the regions that it may mean."""
    named = ", ".join(f"{region.full_name}({region.code})" for region in notice.candidates)
    return f"{quote(notice.parameter, '', '')}: {notice.error} {named}".rstrip()


def reject_parameters(view: View) -> View:
    """Refuse every parameter but the marks that other sites put behind links."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        unknown = [name for name in request.GET if not name.startswith(TRACKING_PREFIXES)]
        if unknown:
            return build_text_error(
                [f"알 수 없는 조건 {quote(name)} 쓸 수 없습니다." for name in unknown]
            )
        return view(request, *args, **kwargs)

    return answer
