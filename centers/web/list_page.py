"""The list page: results with the links, forms and fragments that its template shows."""

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

#: Lists with a single filter of these are indexed by search engines.
INDEXABLE_FILTERS = ("region", "industry")
#: Notices shown; more would not help a reader.
MAX_NOTICES = 5


class ListPage:
    """The links, forms and fragments that the list page shows with its results."""

    def __init__(self, params: QueryDict, path: str = "/"):
        self.results = Results(params, path)
        self.url_state = self.results.url_state

    @property
    def view(self) -> str:
        """How the rows are displayed; it changes neither their selection nor their order."""
        return self.results.get_value("view") or DEFAULT_VIEW

    @property
    def sort_links(self) -> list[tuple[str, str, bool]]:
        """The available sorts: label, URL, and whether it is the current one."""
        return [
            (label, self.url_state.url(sort=name), name == self.results.sort)
            for name, label in self.results.available_sorts.items()
        ]

    @property
    def view_links(self) -> list[tuple[str, str, str, bool]]:
        """The views: name, label, URL, and whether it is the current one.

        The page number stays, since a page has the same rows in either view.
        """
        number = self.results.page.number
        return [
            (name, label, self.url_state.page_url(number, view=name), name == self.view)
            for name, label in VIEWS.items()
        ]

    @cached_property
    def chips(self) -> list[tuple[str, str]]:
        """The label of each active filter, with the URL of the list without it."""
        return [
            (chip.label, self.url_state.url(**chip.remaining_values))
            for chip in self.results.active_filters.chips
        ]

    @property
    def cleared_url(self) -> str:
        """The URL of the list of all centres in the same view."""
        return self.url_state.url(**(dict.fromkeys(self.results.values) | {"view": self.view}))

    def _list_hidden_fields(self, *visible: str) -> list[tuple[str, str]]:
        """List the names and values that a form carries along beside its `visible` fields."""
        left_out = {*visible, "page"} | ({"view"} if self.view == DEFAULT_VIEW else set())
        return [
            (name, value)
            for name, values in self.results.values.items()
            if name not in left_out
            for value in values
        ]

    @property
    def hidden_search_fields(self) -> list[tuple[str, str]]:
        """Names and values that the search form carries along.

        A single industry is a visible field of the form. Several are not, so they are carried
        along. A sort chosen for other words may make no sense for new ones, so it is dropped.
        """
        several = len(self.results.values.get("industry", [])) > 1
        return self._list_hidden_fields("q", "near", "sort", *([] if several else ["industry"]))

    @property
    def hidden_filter_fields(self) -> list[tuple[str, str]]:
        """Names and values that the filter form carries along."""
        ranges = [name for pair in CenterFilter.RANGES for name in pair]
        return self._list_hidden_fields(*CenterFilter.FACETS, *ranges)

    @property
    def notices(self) -> list[tuple[str, list[tuple[Region, str]]]]:
        """Texts on ignored or changed values, each with regions to choose from and their URLs."""
        self.results.page  # noqa: B018 (an invalid page number adds a notice)
        notices = []
        for notice in self.results.query.notices[:MAX_NOTICES]:
            codes = self.results.values.get("region", []) if notice.parameter == "region" else []
            urls = [
                self.url_state.url(**{notice.parameter: [*codes, one.code]})
                for one in notice.candidates
            ]
            notices.append((notice.text, list(zip(notice.candidates, urls, strict=True))))
        if rest := len(self.results.query.notices) - len(notices):
            notices.append((f"그 밖에 {rest}가지를 더 무시했습니다.", []))
        return notices

    @property
    def is_indexable(self) -> bool:
        """Whether search engines should index this list: all centres, or one region or industry.

        Other combinations only repeat the same centres. Further pages count as their first page.
        """
        filters = [
            name
            for name, values in self.results.values.items()
            if name not in NON_FILTERS
            for _ in values
        ]
        return (
            self.results.count > 0 and len(filters) <= 1 and set(filters) <= set(INDEXABLE_FILTERS)
        )

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """The labels of the download formats, with the URLs of this list in them."""
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
        """The URL of the feed of these centres, which has an order of its own."""
        return reverse("feed") + self.url_state.query_string(
            **dict.fromkeys(FEED_IGNORED_PARAMETERS)
        )

    @property
    def region_options(self) -> str:
        return render_region_options(self.results.version)

    @property
    def cards(self) -> list[str]:
        """The rows of this page, rendered as cards."""
        return [
            render_card(row, self.results.interpretation.highlight, self.results.version)
            for row in self.results.rows
        ]

    @cached_property
    def tiles(self) -> list[Tile]:
        """The 시·도 as a map of links, each of which adds or removes its 시·도 as a filter."""
        selected = self.results.values.get("region", [])
        return build_tiles(
            self.results.regions, self.results.facets.region, selected, self.url_state.url
        )

    @property
    def page_links(self) -> list[tuple[int | str, str]]:
        """Page numbers with their URLs; an ellipsis has an empty URL."""
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
