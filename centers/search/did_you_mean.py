"""What the words of a query may mean if they are one typo away."""

from itertools import islice, product

from centers.models import Center, CenterQuerySet, Industry, Operator
from centers.models.data_version import per_data_version
from centers.models.region_tree import RegionTree
from centers.text.hangul import is_one_edit_apart, to_keystrokes

#: Shorter words (one syllable) are one typo away from half the language.
MIN_TYPO_KEYS = 4
MAX_CORRECTIONS = 3
#: Combinations of corrected words that are tried.
MAX_COMBINATIONS = 20


@per_data_version
def get_vocabulary(version: int, regions: RegionTree) -> dict[str, str]:
    """The words of names in the directory by their keystrokes, for one version of the data."""
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
    """Queries one typo away from these words, each of which matches a centre.

    Empty where a word without a match is short or is itself known.
    """
    known = get_vocabulary(version, regions)
    meant = {}
    for word in words:
        keys = to_keystrokes(word)
        if word in meant or centers.search([word]).exists():
            meant.setdefault(word, [word])
        elif len(keys) < MIN_TYPO_KEYS or keys in known:
            # A known word (제주) is no typo, even if no centre matches it.
            return []
        else:
            meant[word] = [
                other for other_keys, other in known.items() if is_one_edit_apart(keys, other_keys)
            ]
    choices = product(*meant.values())
    found = (list(choice) for choice in islice(choices, MAX_COMBINATIONS))
    return [" ".join(words) for words in found if centers.search(words).exists()][:MAX_CORRECTIONS]
