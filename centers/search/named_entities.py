"""Regions and industries that the words of a query name."""

from centers.models import Industry, Region
from centers.models.data_version import per_data_version
from centers.models.place_parser import PlaceParser
from centers.text.hangul import to_keystrokes

#: A region is written in at most so many words: 대전, 서울 종로구.
MAX_REGION_WORDS = 2


def find_named_regions(words: list[str], places: PlaceParser) -> list[tuple[Region, list[str]]]:
    """Find the regions that adjacent words may name, each with the remaining words.

    Empty if no words remain, since the query then is the region alone.
    """
    for length in range(MAX_REGION_WORDS, 0, -1):
        for start in range(len(words) - length + 1):
            rest = words[:start] + words[start + length :]
            name = " ".join(words[start : start + length])
            if rest and (found := places.find_regions(name, whole=True)):
                return [(region, rest) for region in found]
    return []


def find_named_industries(words: list[str], version: int) -> list[str]:
    """Find the codes of industries that the words name together (식품 제조), else one by one."""
    known = get_industry_names(version)
    keys = [to_keystrokes("".join(words))]
    if keys[0] not in known:
        keys = [to_keystrokes(word) for word in words]
    return sorted({code for key in keys for code in known.get(key, ())})


@per_data_version
def get_industry_names(version: int) -> dict[str, list[str]]:
    """The codes of industries by the keystrokes of each of their names."""
    known: dict[str, list[str]] = {}
    for one in Industry.objects.all():
        names = {one.short_name, *one.short_name.split("·"), one.inclusive_name, *one.aliases}
        for keys in {to_keystrokes(name) for name in names} - {""}:
            known.setdefault(keys, []).append(one.code)
    return known
