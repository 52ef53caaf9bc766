"""A short list of centres for other sites: the only page that may be framed.

`centers.http.middleware.security_headers` allows that.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from centers.http.decorators import require_safe
from centers.search.alternatives import Alternatives
from centers.web.list_page import MAX_EMBEDDED, ListPage

#: Parameters of the list page that have no effect here, with their labels.
UNUSED_PARAMETERS = {"view": "보기", "page": "쪽"}


@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    list_page = ListPage(request.GET)
    results = list_page.results
    if url := results.query.build_url_with_codes(request.GET, request.path):
        return HttpResponseRedirect(url)
    for name, label in UNUSED_PARAMETERS.items():
        if results.values.pop(name, None):
            text = f"‘{label}’ 조건은 여기서 쓰지 않습니다."
            results.query.add_error(name, text, text)
    context = {
        "list_page": list_page,
        "results": results,
        "rows": next(results.iter_chunks(MAX_EMBEDDED), []),
        "list_url": settings.SITE_URL + results.url_state.url(),
        "missing_sentence": Alternatives(results).missing_sentence,
    }
    return render(request, "centers/embed.html", context)
