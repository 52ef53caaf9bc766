"""Rendered parts of pages that are cached between requests, since they follow the data alone."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from centers.models.data_version import per_data_version
from centers.models.reference_data import get_reference_data
from centers.search.listed_center import ListedCenter
from centers.text.formatting import Highlight

#: Cards that a process caches with highlighted words, and as many without, of about 4 kB each.
MAX_CACHED_CARDS = 1_000


@per_data_version
def render_region_options(version: int) -> SafeString:
    """Render all 시·군·구 as options of a drop-down list, for one version of the data."""
    children = get_reference_data(version)[0].children
    groups = [(sido, children[sido.code]) for sido in children[None]]
    return render_to_string("centers/region_options.html", {"groups": groups})


@per_data_version(maxsize=4)
def get_cached_cards(version: int, with_words: bool) -> dict[tuple[int, Highlight], SafeString]:
    """Return the cards of one version of the data, by primary key and words.

    Those with highlighted words are apart, so that many different words leave room for the others.
    """
    return {}


def find_official_name(row: ListedCenter, highlight: Highlight) -> str:
    """Return the KSIC name of the industry if only that name holds a search word, else ""."""
    industry = row.center.industry
    name = industry.inclusive_name if industry else ""
    seen = f"{row.center.display_name} {row.industry_label}"
    is_needed = any(highlight.find_spans(name)) and not any(highlight.find_spans(seen))
    return name if is_needed else ""


def render_card(row: ListedCenter, highlight: Highlight, version: int) -> SafeString:
    """Render a centre as a card of the list, with the matches of the search words highlighted.

    Without a distance a card is the same in all lists for these words, and is cached.
    """
    key = (row.center.pk, highlight)
    cached = get_cached_cards(version, bool(highlight.words)) if row.distance is None else {}
    if key in cached:
        return cached[key]
    context = {
        "row": row,
        "center": row.center,
        "words": highlight,
        "official_industry": find_official_name(row, highlight),
    }
    card = render_to_string("centers/card.html", context)
    if len(cached) < MAX_CACHED_CARDS:
        cached[key] = card
    return card
