"""What the words of a query may mean if they are one typo away."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import islice, product

from centers.models import Center, Industry, Operator
from centers.models.data_version import per_data_version
from centers.models.region_tree import RegionTree
from centers.search.knowledge import get_knowledge
from centers.text.hangul import (
    has_whole_syllables,
    is_one_edit_apart,
    split_keys,
    to_keystrokes,
)

#: Shorter words (one syllable) are one typo away from half the language.
MIN_TYPO_KEYS = 4
MAX_CORRECTIONS = 3
#: Combinations of corrected words that are tried.
MAX_COMBINATIONS = 20


class TypoIndex:
    """Words by their keystrokes, and those one typo away from others.

    One typo leaves the beginning or the end of a word as it is, so that few words are compared.
    """

    def __init__(self, words: Iterable[str]) -> None:
        keyed = {to_keystrokes(word): word for word in sorted(words)}
        self.words = {keys: word for keys, word in keyed.items() if len(keys) >= MIN_TYPO_KEYS}
        self._by_end: dict[tuple, list[str]] = defaultdict(list)
        for keys in self.words:
            for end in self._list_ends(keys):
                self._by_end[end].append(keys)

    @staticmethod
    def _list_ends(keys: str) -> list[tuple]:
        """The beginnings and ends, of one to three keys, by which a word is compared."""
        codes = split_keys(keys)
        return [
            end for size in (1, 2, 3) for end in ((size, *codes[:size]), (*codes[-size:], -size))
        ]

    def find(self, keys: str) -> list[str]:
        """The words one typo away, in the order of their letters."""
        codes = split_keys(keys)
        # A swap reaches two keys: with fewer, it could change the beginning and the end.
        size = min(3, (len(codes) - 1) // 2)
        ends = ((size, *codes[:size]), (*codes[-size:], -size)) if size else ()
        near = dict.fromkeys(other for end in ends for other in self._by_end.get(end, ()))
        return sorted(self.words[other] for other in near if is_one_edit_apart(keys, other))

    def complete(self, word: str) -> list[str]:
        """The shortest words that begin with one whose last syllable is unfinished: 염ㅅ."""
        keys = to_keystrokes(word)
        if has_whole_syllables(word) or not has_whole_syllables(word[:-1]):
            return []
        longer = [other for known, other in self.words.items() if known.startswith(keys)]
        return sorted(longer, key=lambda other: (len(other), other))[:MAX_CORRECTIONS]


@per_data_version
def get_names(version: int, regions: RegionTree) -> TypoIndex:
    """The words of names in the directory, for one version of the data."""
    texts = [name for one in regions.by_code.values() for name in (one.name, one.short_name)]
    for one in Industry.objects.all():
        texts += [one.inclusive_name, one.short_name, *one.aliases]
    texts += Operator.objects.values_list("name", flat=True)
    texts += Center.objects.published().values_list("display_name", flat=True).distinct()
    texts += Center.objects.published().values_list("specialty", flat=True).distinct()
    return TypoIndex({word.strip("()·,;") for text in texts for word in text.split()})


@per_data_version
def get_makers_words(version: int) -> TypoIndex:
    """The makers' words of industries with centres, for one version of the data."""
    knowledge = get_knowledge(version)
    words = knowledge.vocabulary.list_words()
    served = {codes: knowledge.find_class_keys(codes) for codes in {codes for _, codes in words}}
    return TypoIndex(word for word, codes in words if served[codes])


def did_you_mean(
    words: list[str],
    is_found: Callable[[list[str]], bool],
    version: int,
    regions: RegionTree,
    *,
    only_names: bool = False,
) -> list[str]:
    """Queries one typo away from these words, each of which is found.

    Empty where a word without a match is short or is itself known. Makers' words are offered where
    no name is one typo away, and with `only_names` never.
    """
    names = get_names(version, regions)
    knowledge = get_knowledge(version)
    meant: dict[str, list[str]] = {}
    for word in words:
        keys = to_keystrokes(word)
        if word in meant or is_found([word]):
            meant.setdefault(word, [word])
        elif len(keys) < MIN_TYPO_KEYS or keys in names.words:
            # A known word (제주) is no typo, even if no centre matches it.
            return []
        else:
            near = names.find(keys)
            if not near and not only_names and not knowledge.vocabulary.find_codes(word):
                makers_words = get_makers_words(version)
                # Among thousands of words some differ in the first key alone: 강아지, 장아찌.
                near = [one for one in makers_words.find(keys) if is_same_beginning(one, word)]
                near = near or makers_words.complete(word)
            if not near:
                return []
            meant[word] = near
    choices = product(*meant.values())
    found = (list(choice) for choice in islice(choices, MAX_COMBINATIONS))
    return [" ".join(words) for words in found if is_found(words)][:MAX_CORRECTIONS]


def is_same_beginning(one: str, other: str) -> bool:
    """Whether two words are typed with the same first key."""
    return to_keystrokes(one)[:1] == to_keystrokes(other)[:1]
