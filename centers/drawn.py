"""Parts of a page that stand on it dozens of times, drawn without the template engine."""

from functools import lru_cache

from django.template.loader import get_template, render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from centers.facets import Choice
from centers.models import Center
from centers.reference import reference

#: Of each centre, for as many different words and for none.
MOST_CARDS = 3


def choice_box(choice: Choice, name: str) -> SafeString:
    """One choice of a facet with its count, as a box to tick."""
    disabled = " disabled" if choice.disabled else ""
    return format_html(
        '<label{}><input type="checkbox" name="{}" value="{}"{}{}>'
        ' <span class="choice-label">{}</span>'
        ' <span class="choice-count"><span class="visually-hidden">센터 </span>{}'
        '<span class="visually-hidden">곳</span></span></label>',
        SafeString(' class="disabled"' if choice.disabled else ""),
        name,
        choice.value,
        SafeString(" checked" if choice.selected else ""),
        SafeString(disabled),
        choice.label,
        choice.count,
    )


@lru_cache(maxsize=2)
def place_options(version: int) -> SafeString:
    """All 시·군·구 to choose one's own from, for one version of the data."""
    children = reference(version)[0].children
    places = [(sido, children[sido.code]) for sido in children[None]]
    return render_to_string("centers/place_options.html", {"places": places})


def card(center: Center, words: list[str]) -> SafeString:
    """A centre as a card, with the words that found it marked.

    Without a distance it is the same in all lists that those words find, and stays with the centre.
    """
    cards = vars(center).setdefault("cards", {}) if center.distance is None else {}
    asked = tuple(words)
    if asked in cards:
        return cards[asked]
    drawn = get_template("centers/result.html").render({"center": center, "words": words})
    if len(cards) < MOST_CARDS or not asked:
        cards[asked] = drawn
    return drawn
