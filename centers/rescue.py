"""What to offer a reader whose query found nothing, or less than it might."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.http import urlencode

from centers.models import Center, CenterQuerySet, Region
from centers.nearest import by_distance
from centers.results import Results
from centers.search import offers

#: How many near centres are offered.
FEW = 3


@dataclass
class Relaxed:
    """The same query without one of its conditions (quoted), and how many centres that finds."""

    label: str
    count: int
    url: str


class Rescue:
    """Ways on from an empty list or a narrow one; each leads to at least one centre."""

    def __init__(self, results: Results):
        self.results = results

    @cached_property
    def offers(self) -> list[tuple[str, str]]:
        """Queries one slip of the finger away (혹시 …?), with their addresses."""
        results = self.results
        words = results.words.words
        if not words or not results.facets.is_empty:
            return []
        others = {name: values for name, values in results.accepted.items() if name != "q"}
        within = offers(words, results.narrowed(others), results.version, results.regions)
        if within:
            return [(words, results.url(q=words)) for words in within]
        published = Center.objects.published()
        anywhere = offers(words, published, results.version, results.regions)
        return [(words, f"{results.path}?{urlencode({'q': words})}") for words in anywhere]

    @cached_property
    def relaxed(self) -> list[Relaxed]:
        """The list without each single condition, where that leaves any centre."""
        results = self.results
        found = []
        for chip in results.conditions.chips:
            if "near" in chip.without:
                continue
            accepted = results.accepted | chip.without
            if count := results.narrowed(accepted).count():
                # Words are quoted already.
                label = chip.label if "q" in chip.without else f"‘{chip.label}’"
                found.append(Relaxed(label, count, results.url(**chip.without)))
        return found

    @cached_property
    def nearby(self) -> list[Center]:
        """The centres of the trade asked for that are nearest to the place asked for.

        The place is the reader's own, else the one chosen, else one that the words name; words
        that name no place say the trade, as far as they find anything.
        """
        results = self.results
        codes = results.regions.narrowest(results.accepted.get("region", []))
        place = results.near or (results.regions.by_code[codes[0]] if codes else None)
        asked = {
            name: values
            for name, values in results.accepted.items()
            if name == "industry" or (name == "q" and place and not results.facets.is_empty)
        }
        if place is None and results.text:
            named = results.regions.find(results.text, whole=True)
            place = named[0] if len(named) == 1 else None
        return self._nearest(place, results.narrowed(asked)) if place else []

    def _nearest(self, place: Region, centers: CenterQuerySet) -> list[Center]:
        if place.lat is None:
            return []
        distances = by_distance(centers, (place.lat, place.lon), self.results.regions, FEW)
        return self.results.fetch(list(distances), distances)

    @cached_property
    def other_trades(self) -> list[Center]:
        """The centres of other trades nearest to the reader, where a trade was asked for."""
        results = self.results
        if not (results.near and "industry" in results.accepted):
            return []
        rest = {name: values for name, values in results.accepted.items() if name != "industry"}
        centers = results.narrowed(rest).exclude(pk__in=results.centers.values("pk"))
        return self._nearest(results.near, centers)
