"""Results for the API: unusable parameters are errors, where a page would ignore them."""

from django import forms
from django.conf import settings
from django.http import QueryDict

from centers.api.base import DEFAULT_PAGE_SIZE, build_page_fields
from centers.api.problems import InvalidParameters
from centers.search.place_values import Candidate
from centers.search.results import Results


class ApiResults(Results):
    """Results in pages of a requested size.

    Raises `InvalidParameters` if any parameter is unknown or has an unusable value.
    """

    #: Whether the beginning of too many words is looked for, as on pages.
    accepts_long_questions = False

    def __init__(self, params: QueryDict, path: str):
        super().__init__(params, path)
        # Accepted without effect, as query strings are copied from the pages.
        self.values.pop("view", None)
        self.page  # noqa: B018 (a page number out of range adds a notice)
        notices = self.query.notices
        if self.accepts_long_questions:
            notices = [one for one in notices if not one.is_shortened]
        if error := InvalidParameters.from_notices(notices):
            raise error

    def build_fields(self) -> dict[str, forms.Field]:
        return super().build_fields() | build_page_fields()

    @property
    def page_size(self) -> int:
        return int(self.get_value("page_size") or DEFAULT_PAGE_SIZE)

    @property
    def notices(self) -> list[str]:
        """Sentences about values that were read otherwise than written, such as swapped ranges."""
        return [
            " ".join([notice.text, ", ".join(map(describe_candidate, notice.candidates))]).strip()
            for notice in self.query.notices
        ]


def describe_candidate(candidate: Candidate) -> str:
    """Name a choice, with its URL if it is no value."""
    url = settings.SITE_URL + candidate.url if candidate.url else ""
    return f"{candidate.full_name}: {url}" if url else candidate.full_name


class WholeResults(ApiResults):
    """All results at once, without the parameters of pagination."""

    def build_fields(self) -> dict[str, forms.Field]:
        return drop_fields(super().build_fields(), "page", "page_size")


class NearestResults(ApiResults):
    """Results in order of distance, without the parameter `sort`."""

    def build_fields(self) -> dict[str, forms.Field]:
        return drop_fields(super().build_fields(), "sort", "view")


def drop_fields(fields: dict[str, forms.Field], *names: str) -> dict[str, forms.Field]:
    return {name: field for name, field in fields.items() if name not in names}
