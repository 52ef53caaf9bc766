"""What to offer a reader whose query found nothing, or less than it might."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.http import urlencode

from centers.models import Center, Region
from centers.nearest import by_distance
from centers.results import Results
from centers.search import offers

#: How many near centres are offered.
FEW = 3


@dataclass
class Relaxed:
    """The same query without one of its conditions, and how many centres that finds."""

    label: str
    count: int
    url: str


class Rescue:
    """Ways on from an empty list; each leads to at least one centre."""

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
        within = offers(words, results.filter(others).qs, results.version, results.regions)
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
            if chip.name == "near":
                continue
            accepted = results.accepted | {chip.name: chip.rest}
            if count := results.filter(accepted).qs.count():
                found.append(Relaxed(chip.label, count, results.url(**{chip.name: chip.rest})))
        return found

    @cached_property
    def place(self) -> Region | None:
        """The reader's place: the one to be near to, else the one chosen, else the one typed."""
        results = self.results
        codes = results.regions.narrowest(results.accepted.get("region", []))
        chosen = [results.regions.by_code[code] for code in codes]
        typed = results.regions.find(results.text, whole=True) if results.text else []
        if results.near or chosen:
            return results.near or chosen[0]
        return typed[0] if len(typed) == 1 else None

    @cached_property
    def nearby(self) -> list[Center]:
        """The centres of the same trade nearest to the place that was asked for."""
        results = self.results
        origin = self.place
        trades = {name: results.accepted[name] for name in ["industry"] if name in results.accepted}
        if origin is None or origin.lat is None:
            return []
        point = (origin.lat, origin.lon)
        distances = by_distance(results.filter(trades).qs, point, results.regions)
        return results.fetch(list(distances)[:FEW], distances)

    @cached_property
    def other_trades(self) -> list[Center]:
        """The centres of other trades nearest to the reader, where a trade was asked for."""
        results = self.results
        if not (results.near and "industry" in results.accepted):
            return []
        rest = {name: values for name, values in results.accepted.items() if name != "industry"}
        centers = results.filter(rest).qs.exclude(pk__in=results.centers.values("pk"))
        point = (results.near.lat, results.near.lon)
        distances = by_distance(centers, point, results.regions)
        return results.fetch(list(distances)[:FEW], distances)
