"""The page of the list: results with what there is to choose, keep, take back and turn."""

from functools import cached_property

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from centers.http.media_types import FILE_FORMATS
from centers.models import Region
from centers.search.active_filters import FEED_IGNORED_PARAMETERS, NON_FILTERS
from centers.search.filters import CenterFilter
from centers.search.results import Results
from centers.search.url_state import DEFAULT_VIEW, VIEWS
from centers.web.fragments import render_card, render_region_options
from centers.web.tile_map import Tile, build_tiles

#: The conditions of which search engines should keep a list, one at a time.
INDEXABLE_FILTERS = ("region", "industry")
#: More sentences than these say nothing more.
MAX_NOTICES = 5


class ListPage:
    """The links, forms and parts around some results on a page for browsers."""

    def __init__(self, params: QueryDict, path: str = "/"):
        self.results = Results(params, path)
        self.url_state = self.results.url_state

    @property
    def view(self) -> str:
        """How the rows are shown; it changes neither which they are nor their order."""
        return self.results.get_value("view") or DEFAULT_VIEW

    @property
    def sort_links(self) -> list[tuple[str, str, bool]]:
        """The orders that can be chosen: label, URL, and whether it is in force."""
        return [
            (label, self.url_state.url(sort=name), name == self.results.sort)
            for name, label in self.results.available_sorts.items()
        ]

    @property
    def view_links(self) -> list[tuple[str, str, str, bool]]:
        """The ways to show the rows: name, label, URL, and whether it is in force.

        The number of the page stays, as it holds the same rows either way.
        """
        number = self.results.page.number
        return [
            (name, label, self.url_state.page_url(number, view=name), name == self.view)
            for name, label in VIEWS.items()
        ]

    @cached_property
    def chips(self) -> list[tuple[str, str]]:
        """Each condition in force, with the address of the list without it."""
        return [
            (chip.label, self.url_state.url(**chip.remaining_values))
            for chip in self.results.active_filters.chips
        ]

    @property
    def cleared_url(self) -> str:
        """The address of all centres, shown the way that these are."""
        return self.url_state.url(**(dict.fromkeys(self.results.values) | {"view": self.view}))

    def _kept(self, *shown: str) -> list[tuple[str, str]]:
        """What a form must carry along beside the parameters that it shows itself."""
        left_out = {*shown, "page"} | ({"view"} if self.view == DEFAULT_VIEW else set())
        return [
            (name, value)
            for name, values in self.results.values.items()
            if name not in left_out
            for value in values
        ]

    @property
    def hidden_search_fields(self) -> list[tuple[str, str]]:
        """The conditions that stay in force when other words, another place or trade are asked for.

        One trade gives way to another; of several, the list of trades shows none, so all stay. An
        order chosen for other words may make no sense for these.
        """
        several = len(self.results.values.get("industry", [])) > 1
        return self._kept("q", "near", "sort", *([] if several else ["industry"]))

    @property
    def hidden_filter_fields(self) -> list[tuple[str, str]]:
        """What stays in force when other filters are chosen."""
        ranges = [name for pair in CenterFilter.RANGES for name in pair]
        return self._kept(*CenterFilter.FACETS, *ranges)

    @property
    def notices(self) -> list[tuple[str, list[tuple[Region, str]]]]:
        """What was not used or was taken otherwise, each with the addresses to choose from."""
        self.results.page  # noqa: B018 (a page number that cannot be used adds a notice)
        shown = []
        for notice in self.results.query.notices[:MAX_NOTICES]:
            kept = self.results.values.get("region", []) if notice.parameter == "region" else []
            urls = [
                self.url_state.url(**{notice.parameter: [*kept, one.code]})
                for one in notice.candidates
            ]
            shown.append((notice.text, list(zip(notice.candidates, urls, strict=True))))
        if rest := len(self.results.query.notices) - len(shown):
            shown.append((f"그 밖에 {rest}가지를 더 무시했습니다.", []))
        return shown

    @property
    def is_indexable(self) -> bool:
        """Whether search engines should keep this list: all centres, those of a place or a trade.

        Every other one only puts the same centres together anew. Its further pages count as it.
        """
        asked = [
            name
            for name, values in self.results.values.items()
            if name not in NON_FILTERS
            for _ in values
        ]
        return self.results.count > 0 and len(asked) <= 1 and set(asked) <= set(INDEXABLE_FILTERS)

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """The kinds of file that this list can be taken away as, with their addresses."""
        query = self.url_state.query_string(view=None)
        return [
            (file.label, reverse("download", args=[ending]) + query)
            for ending, file in FILE_FORMATS.items()
        ]

    @property
    def embed_url(self) -> str:
        """The absolute URL of this list as a frame for other sites."""
        query = self.url_state.query_string(view=None)
        return f"{settings.SITE_URL}{reverse('embed')}{query}"

    @cached_property
    def feed_url(self) -> str:
        """The address of the feed of these centres, in whatever order they stand."""
        return reverse("feed") + self.url_state.query_string(
            **dict.fromkeys(FEED_IGNORED_PARAMETERS)
        )

    @property
    def region_options(self) -> str:
        return render_region_options(self.results.version)

    @property
    def cards(self) -> list[str]:
        """The centres of this page as cards."""
        return [
            render_card(row, self.results.interpretation.words, self.results.version)
            for row in self.results.rows
        ]

    @cached_property
    def tiles(self) -> list[Tile]:
        """The 시·도 as a map of links, each of which chooses one or takes it back."""
        chosen = self.results.values.get("region", [])
        return build_tiles(
            self.results.regions, self.results.facets.region, chosen, self.url_state.url
        )

    @property
    def page_links(self) -> list[tuple[int | str, str]]:
        """Page numbers with their addresses; a gap in the numbers has none."""
        numbers = self.results.page.paginator.get_elided_page_range(
            self.results.page.number, on_ends=1
        )
        return [
            (number, self.url_state.page_url(number) if isinstance(number, int) else "")
            for number in numbers
        ]

    @property
    def previous_url(self) -> str:
        return (
            self.url_state.page_url(self.results.page.number - 1)
            if self.results.page.has_previous()
            else ""
        )

    @property
    def next_url(self) -> str:
        return (
            self.url_state.page_url(self.results.page.number + 1)
            if self.results.page.has_next()
            else ""
        )
