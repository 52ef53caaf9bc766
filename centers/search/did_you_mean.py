"""From words to centres: what was meant, what comes first, and what else it may have been."""

from dataclasses import dataclass, field
from functools import reduce
from itertools import islice, product
from operator import add

from django.db.models import F, Func, IntegerField

from centers.models import Center, CenterQuerySet, Industry, Operator
from centers.models.centers import GROUP_ENDS
from centers.models.data_version import per_data_version
from centers.models.region_tree import RegionTree
from centers.text.hangul import (
    has_whole_syllables,
    is_one_edit_apart,
    retype,
    to_keystrokes,
    to_plain_text,
    to_query_keys,
)

#: Shorter keys (one syllable) are one slip away from half the language.
MIN_TYPO_KEYS = 4
MAX_CORRECTIONS = 3
#: Combinations of words that are tried for them.
MAX_COMBINATIONS = 20


@dataclass
class Interpretation:
    """What a query is taken to mean."""

    words: list[str] = field(default_factory=list)
    #: Whether words were read as typed with the 한/영 key in the other state.
    retyped: bool = False


def interpret(words: list[str], centers: CenterQuerySet) -> Interpretation:
    """Take the words as they stand if any centre holds them all; else retype those found nowhere.

    Only what then finds something is used, so a mere typing error is never turned into nonsense.
    """
    if not words or centers.search(words).exists():
        return Interpretation(words)
    # Capitals come from the shift lock more often than from doubled consonants.
    other = [
        word
        # A single key types no word, and its letter would be found nearly everywhere.
        if len(word) < 2 or centers.search([word]).exists()
        else retype(word.lower()) or word
        for word in words
    ]
    if other != words and centers.search(other).exists():
        return Interpretation(other, retyped=True)
    return Interpretation(words)


def build_relevance_ordering(words: list[str]) -> list:
    """The order that puts the best match first, all words taken together.

    A match in the name or trade goes before one in the place, the operator or the address, and
    among equals whole syllables go before half-typed ones (가 finds 가 before 각).
    """
    weights = [MatchRank("search_text", to_query_keys(word)) for word in words]
    whole = [
        MatchRank("plain_text", to_plain_text(word)) for word in words if has_whole_syllables(word)
    ]
    return [reduce(add, parts).asc() for parts in (weights, whole) if parts]


class MatchRank(Func):
    """Which group of a column a part first stands in, from 0; past all groups where nowhere.

    LIKE is several times as fast as any function that tells a position, and one expression of our
    own is put together several times as fast as Case, When and lookups.
    """

    output_field = IntegerField()

    def __init__(self, column: str, part: str, **extra):
        super().__init__(F(column), **extra)
        self.part = part

    def as_sql(self, compiler, connection):
        column, _ = compiler.compile(self.source_expressions[0])
        cases = [f"WHEN {column} LIKE %s THEN {number}" for number in range(len(GROUP_ENDS))]
        patterns = [f"%{self.part}%{end}%" for end in GROUP_ENDS]
        return f"CASE {' '.join(cases)} ELSE {len(GROUP_ENDS)} END", patterns


@per_data_version
def get_vocabulary(version: int, regions: RegionTree) -> dict[str, str]:
    """The directory's own words by the keys that type them, for one version of the data."""
    texts = [name for one in regions.by_code.values() for name in (one.name, one.short_name)]
    for one in Industry.objects.all():
        texts += [one.inclusive_name, one.short_name, *one.aliases]
    texts += Operator.objects.values_list("name", flat=True)
    texts += Center.objects.published().values_list("display_name", flat=True).distinct()
    texts += Center.objects.published().values_list("specialty", flat=True).distinct()
    words = {word.strip("()·,;") for text in texts for word in text.split()}
    keyed = {to_keystrokes(word): word for word in sorted(words)}
    return {keys: word for keys, word in keyed.items() if len(keys) >= MIN_TYPO_KEYS}


def did_you_mean(
    words: list[str], centers: CenterQuerySet, version: int, regions: RegionTree
) -> list[str]:
    """Queries that one slip of the finger may have spoilt, each of which finds a centre."""
    known = get_vocabulary(version, regions)
    meant = {}
    for word in words:
        keys = to_keystrokes(word)
        if word in meant or centers.search([word]).exists():
            meant.setdefault(word, [word])
        elif len(keys) < MIN_TYPO_KEYS or keys in known:
            # A word the directory knows (제주) is no slip, even if no centre holds it.
            return []
        else:
            meant[word] = [
                other for other_keys, other in known.items() if is_one_edit_apart(keys, other_keys)
            ]
    choices = product(*meant.values())
    found = (list(choice) for choice in islice(choices, MAX_COMBINATIONS))
    return [" ".join(words) for words in found if centers.search(words).exists()][:MAX_CORRECTIONS]
