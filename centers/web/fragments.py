"""Rendered parts of pages that are kept between requests, since they change only with the data."""

from functools import lru_cache

from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString

from centers.models import Center
from centers.models.reference_data import get_reference_data

#: Cards kept of each centre: for as many different words, and for none.
MAX_CACHED_CARDS = 3


@lru_cache(maxsize=2)
def render_region_options(version: int) -> SafeString:
    """Render all 시·군·구 as options of a drop-down list, for one version of the data."""
    children = get_reference_data(version)[0].children
    groups = [(sido, children[sido.code]) for sido in children[None]]
    return render_to_string("centers/region_options.html", {"groups": groups})


def render_card(center: Center, words: list[str]) -> SafeString:
    """Render a centre as a card of the list, with the matches of the search words highlighted.

    Without a distance a card is the same in all lists for these words, and is kept with the centre.
    """
    cards = vars(center).setdefault("cards", {}) if center.distance is None else {}
    key = tuple(words)
    if key in cards:
        return cards[key]
    card = get_template("centers/card.html").render({"center": center, "words": words})
    if len(cards) < MAX_CACHED_CARDS or not key:
        cards[key] = card
    return card
