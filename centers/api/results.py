"""The same Results as a page shows, for programs: what a page would pass over is refused."""

from django import forms
from django.http import QueryDict

from centers.api.base import DEFAULT_PAGE_SIZE, build_page_fields
from centers.api.problems import InvalidParameters
from centers.search.results import Results


class ApiResults(Results):
    """Results in pages of a size of one's own; refuses what cannot be used."""

    def __init__(self, params: QueryDict, path: str):
        super().__init__(params, path)
        # How a page in a browser shows its rows; taken, as addresses are copied from there.
        self.values.pop("view", None)
        self.page  # noqa: B018 (a page that there is not adds a notice)
        if refusal := InvalidParameters.from_notices(self.query.notices):
            raise refusal

    def build_fields(self) -> dict[str, forms.Field]:
        return super().build_fields() | build_page_fields()

    @property
    def page_size(self) -> int:
        return int(self.get_value("page_size") or DEFAULT_PAGE_SIZE)

    @property
    def notices(self) -> list[str]:
        """What was taken otherwise than it was written."""
        return [notice.text for notice in self.query.notices]


class WholeResults(ApiResults):
    """Results that come all at once, so that a page of them means nothing."""

    def build_fields(self) -> dict[str, forms.Field]:
        return drop_fields(super().build_fields(), "page", "page_size")


class NearestResults(ApiResults):
    """Results in order of distance and no other."""

    def build_fields(self) -> dict[str, forms.Field]:
        return drop_fields(super().build_fields(), "sort", "view")


def drop_fields(fields: dict[str, forms.Field], *names: str) -> dict[str, forms.Field]:
    return {name: field for name, field in fields.items() if name not in names}
