"""The list page: results with the links, forms and fragments that its template shows."""

from functools import cached_property

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from centers.http.media_types import FILE_FORMATS
from centers.search.active_filters import FEED_IGNORED_PARAMETERS, NON_FILTERS
from centers.search.filters import CenterFilter
from centers.search.place_values import Candidate
from centers.search.query_params import Notice
from centers.search.results import Results
from centers.search.url_state import DEFAULT_VIEW, VIEWS
from centers.web.fragments import render_card
from centers.web.tile_map import Tile, build_tiles

#: Lists with a single filter of these are indexed by search engines.
INDEXABLE_FILTERS = ("region", "industry")
#: Centres in a frame of another site, which links to the list of all.
MAX_EMBEDDED = 20
#: In px: what stands around the centres of a frame, each centre, and the highest frame.
EMBED_FRAME_HEIGHT, EMBED_ROW_HEIGHT, MAX_EMBED_HEIGHT = 190, 85, 720
#: Notices shown; more would not help a reader.
MAX_NOTICES = 5
#: Columns that a table has only where something is known: label and field of a centre.
OPTIONAL_COLUMNS = {
    "size": ("소공인 수(기준일)", "cluster_size"),
    "year": ("지정연도", "designated_year"),
    "phone": ("전화", "phone"),
}


class ListPage:
    """The links, forms and fragments that the list page shows with its results."""

    def __init__(self, params: QueryDict, path: str = "/"):
        self.results = Results(params, path)
        self.url_state = self.results.url_state

    @property
    def view(self) -> str:
        """How the rows are displayed; it changes neither their selection nor their order."""
        return self.results.get_value("view") or DEFAULT_VIEW

    @cached_property
    def is_front(self) -> bool:
        """Whether nothing is requested yet: the page then asks first, and lists all centres."""
        self.results.page  # noqa: B018 (an invalid page number adds a notice)
        return not (self.results.values or self.results.query.notices)

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """The available sorts: name, label, and whether it is the current one."""
        return [
            (name, label, name == self.results.sort)
            for name, label in self.results.available_sorts.items()
        ]

    @property
    def hidden_sort_fields(self) -> list[tuple[str, str]]:
        """Names and values that the form of the sorts carries along."""
        return self._list_hidden_fields("sort")

    @property
    def other_view(self) -> tuple[str, str, str]:
        """The view that is not the current one: name, label and URL.

        The page number stays, since a page has the same rows in either view.
        """
        number = self.results.page.number
        name, label = next((name, label) for name, label in VIEWS.items() if name != self.view)
        return name, label, self.url_state.page_url(number, view=name)

    @property
    def table_columns(self) -> list[tuple[str, str]]:
        """The optional columns of the table, as name and label: those with any known value."""
        return [
            (name, label)
            for name, (label, field) in OPTIONAL_COLUMNS.items()
            if any(getattr(row.center, field) for row in self.results.rows)
        ]

    @property
    def has_unknown_phones(self) -> bool:
        return any(not row.center.phone for row in self.results.rows)

    @cached_property
    def chips(self) -> list[tuple[str, str]]:
        """The label of each active filter, with the URL of the list without it.

        The reader's own region filters nothing, and is changed in the search form.
        """
        return [
            (chip.label, self.url_state.url(**chip.remaining_values))
            for chip in self.results.active_filters.chips
            if "near" not in chip.remaining_values
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
    def is_of_makers(self) -> bool:
        """Whether the words stand in the form of place and industry; else they are free words."""
        return bool(self.results.near or self.near_errors)

    @property
    def near_text(self) -> str:
        """What stands in the field of the reader's own region: it, else a single selected one."""
        results = self.results
        if results.near:
            return results.near.full_name
        codes = results.regions.filter_narrowest(results.values.get("region", []))
        selected = results.regions.by_code[codes[0]].full_name if len(codes) == 1 else ""
        return results.query.near_text or selected

    @property
    def hidden_search_fields(self) -> list[tuple[str, str]]:
        """Names and values that the search form carries along.

        It asks for the region again, so selected ones are dropped. A single industry is a visible
        field of the form, several are carried along. A sort chosen for other words may make no
        sense for new ones, so it is dropped.
        """
        several = len(self.results.values.get("industry", [])) > 1
        visible = ["q", "near", "sort", "region"] + ([] if several else ["industry"])
        return self._list_hidden_fields(*visible)

    @property
    def hidden_filter_fields(self) -> list[tuple[str, str]]:
        """Names and values that the filter form carries along."""
        ranges = [name for pair in CenterFilter.RANGES for name in pair]
        return self._list_hidden_fields(*CenterFilter.FACETS, *ranges)

    @cached_property
    def _notices(self) -> list[tuple[Notice, list[tuple[Candidate, str]]]]:
        """All notices, each with regions to choose from and their URLs."""
        self.results.page  # noqa: B018 (an invalid page number adds a notice)
        notices = []
        for notice in self.results.query.notices:
            codes = self.results.values.get("region", []) if notice.parameter == "region" else []
            urls = [
                one.url or self.url_state.url(**{notice.parameter: [*codes, one.code]})
                for one in notice.candidates
            ]
            notices.append((notice, list(zip(notice.candidates, urls, strict=True))))
        return notices

    @cached_property
    def notices(self) -> list[tuple[str, list[tuple[Candidate, str]]]]:
        """Texts on ignored or changed values, each with regions to choose from and their URLs."""
        shown = [(notice.text, choices) for notice, choices in self._notices]
        rest = len(shown) - MAX_NOTICES
        if rest > 0:
            shown[MAX_NOTICES:] = [(f"그 밖에 {rest}가지를 더 적용하지 않았습니다.", [])]
        return shown

    @cached_property
    def near_errors(self) -> list[tuple[str, list[tuple[Candidate, str]]]]:
        """The notices on the reader's own region, if it could not be used; shown at its field."""
        if self.results.near:
            return []
        texts = {one.text for one, _ in self._notices if one.error and one.parameter == "near"}
        return [(text, choices) for text, choices in self.notices if text in texts]

    @property
    def other_notices(self) -> list[tuple[str, list[tuple[Candidate, str]]]]:
        """The notices that are shown above the list."""
        return [notice for notice in self.notices if notice not in self.near_errors]

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

    @property
    def embed_height(self) -> int:
        """The height of that frame in px, in which all of its centres stand if they are few."""
        return min(EMBED_FRAME_HEIGHT + self._embedded_count * EMBED_ROW_HEIGHT, MAX_EMBED_HEIGHT)

    @property
    def embed_growth(self) -> int:
        """By how much it is higher on narrow screens, in % of the px that 480 exceeds theirs by."""
        return 40 + 20 * self._embedded_count

    @property
    def _embedded_count(self) -> int:
        return min(self.results.count, MAX_EMBEDDED)

    @cached_property
    def feed_url(self) -> str:
        """The URL of the feed of these centres, which has an order of its own."""
        return reverse("feed") + self.url_state.query_string(
            **dict.fromkeys(FEED_IGNORED_PARAMETERS)
        )

    @property
    def summary(self) -> str:
        """What is requested, in one line: 양주 · 섬유."""
        return self.results.active_filters.summary or self.results.active_filters.sentence

    @property
    def regions_url(self) -> str:
        """The URL of the form with all 시·군·구 to choose from, for the same filters and words."""
        return reverse("regions") + self.url_state.query_string(near=None)

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
