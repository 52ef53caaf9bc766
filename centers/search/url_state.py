"""The URLs of a list and of lists beside it, which differ in some parameters."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.http import urlencode

#: Values of the parameter `view`, with their labels.
VIEWS = {"cards": "카드 보기", "table": "표 보기"}
DEFAULT_VIEW = "cards"


@lru_cache(maxsize=1_000)
def encode_parameter(name: str, value: str | tuple[str, ...]) -> str:
    """Encode one parameter of a query string; a page repeats the same ones in dozens of URLs."""
    return urlencode({name: value}, doseq=True)


@dataclass
class UrlState:
    """The path and the valid parameters of a list, from which its links are built."""

    path: str
    #: Shared with `QueryParams`, so that a later correction of a value reaches the links.
    values: dict[str, list[str]]
    default_sort: str

    def url(self, **changes: list[str] | str | None) -> str:
        """The URL of the first page with some parameters changed, or left out if None.

        Parameters that say what holds without them are left out too.
        """
        params = {name: value for name, value in self.values.items() if name != "page"} | changes
        for name, default in (("sort", self.default_sort), ("view", DEFAULT_VIEW)):
            if params.get(name) in (default, [default]):
                del params[name]
        query = "&".join(
            encode_parameter(name, tuple(value) if isinstance(value, list) else value)
            for name, value in params.items()
            if value
        )
        return f"{self.path}?{query}" if query else self.path

    def query_string(self, **changes: list[str] | str | None) -> str:
        """The same without the path: "?q=…", or "" without any parameter."""
        return self.url(**changes).removeprefix(self.path)

    def page_url(self, number: int, **changes: str | None) -> str:
        """The URL of one page of the list; the first has no number."""
        return self.url(**changes, page=str(number) if number > 1 else None)

    def canonical(self, number: int) -> str:
        """The URL that stands for all of one page: neither order nor view makes another list."""
        return self.page_url(number, sort=None, view=None)
