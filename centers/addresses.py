"""Where one list leads: the same query with something changed, as links and hidden fields."""

from django.core.paginator import Page
from django.utils.http import urlencode

from centers.filters import CenterFilter

VIEWS = {"cards": "카드로", "table": "표로"}
DEFAULT_VIEW = "cards"


class Addresses:
    """The addresses round one list; `Results` says what has been asked for and found."""

    path: str
    accepted: dict[str, list[str]]
    sorts: dict[str, str]
    sort: str
    default_sort: str
    page: Page

    def url(self, **changes: list[str] | str | None) -> str:
        """The address of these results with some parameters changed, or left out by None."""
        params = {name: value for name, value in self.accepted.items() if name != "page"} | changes
        for name, default in (("sort", self.default_sort), ("view", DEFAULT_VIEW)):
            if params.get(name) in (default, [default]):
                del params[name]
        query = urlencode({name: value for name, value in params.items() if value}, doseq=True)
        return f"{self.path}?{query}" if query else self.path

    @property
    def canonical(self) -> str:
        """The one address of these results: neither order nor view makes another list."""
        return self.url(
            sort=None, view=None, page=str(self.page.number) if self.page.number > 1 else None
        )

    @property
    def pages(self) -> list[tuple[int | str, str]]:
        """Page numbers with their addresses; a gap in the numbers has none."""
        numbers = self.page.paginator.get_elided_page_range(self.page.number, on_ends=1)
        return [
            (number, self.page_url(number) if isinstance(number, int) else "") for number in numbers
        ]

    def page_url(self, number: int) -> str:
        return self.url(page=str(number) if number > 1 else None)

    @property
    def previous_url(self) -> str:
        return self.page_url(self.page.number - 1) if self.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        return self.page_url(self.page.number + 1) if self.page.has_next() else ""

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """The orders that can be chosen, each with its address and whether it is in force."""
        return [
            (label, self.url(sort=name), name == self.sort) for name, label in self.sorts.items()
        ]

    @property
    def view(self) -> str:
        """How the rows are shown; it changes neither which they are nor their order."""
        return self.accepted.get("view", [DEFAULT_VIEW])[0]

    @property
    def views(self) -> list[tuple[str, str, str, bool]]:
        """The ways to show the rows: name, label, address, and whether it is in force.

        A page keeps its number, as it holds the same rows either way.
        """
        page = str(self.page.number) if self.page.number > 1 else None
        return [
            (name, label, self.url(view=name, page=page), name == self.view)
            for name, label in VIEWS.items()
        ]

    @property
    def cleared_url(self) -> str:
        """The address of all centres, shown the way that these are."""
        return self.url(**(dict.fromkeys(self.accepted) | {"view": self.view}))

    def _kept(self, *shown: str) -> list[tuple[str, str]]:
        """What a form must carry along beside the parameters that it shows itself."""
        left_out = {*shown, "page"} | ({"view"} if self.view == DEFAULT_VIEW else set())
        return [
            (name, value)
            for name, values in self.accepted.items()
            if name not in left_out
            for value in values
        ]

    @property
    def kept_by_search(self) -> list[tuple[str, str]]:
        """The conditions that stay in force when other words, another place or trade are asked for.

        One trade gives way to another; of several, the list of trades shows none, so all stay. An
        order chosen for other words may make no sense for these.
        """
        several = len(self.accepted.get("industry", [])) > 1
        return self._kept("q", "near", "sort", *([] if several else ["industry"]))

    @property
    def kept_by_filters(self) -> list[tuple[str, str]]:
        """What stays in force when other filters are chosen."""
        ranges = [name for pair in CenterFilter.RANGES for name in pair]
        return self._kept(*CenterFilter.FACETS, *ranges)
