"""Industry names, as printed in documents, resolved to industries."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from centers.models import DataVersion, Industry
from centers.models.word_index import Codes, Vocabulary, get_vocabulary, make_word_key
from centers.text.hangul import clean, to_plain_text, to_runs

#: The ending that all names of centres share.
_COMMON_ENDING = re.compile(r" ?(?:도시형 ?)?소공인 ?(?:특화 ?)?(?:지원 ?)?센터\Z")
#: Between several industries in one cell.
_BETWEEN = re.compile(r"\s*[·ㆍ∙・/,、&+;]\s*|\s+(?:및|와|과)\s+")
_WIDE_AREA = re.compile(r" ?상생\Z")
_IN_BRACKETS = re.compile(r"([^()]+?) ?\(([^()]+(?:\([^()]*\)[^()]*)*)\)")
#: A KSIC code of any depth, of which the first two digits are the division.
_CODE = re.compile(r"\[?C? ?(\d\d)\d{0,3}(?=\D|\Z)[\s.):\]]*", re.IGNORECASE | re.ASCII)
#: Several codes of divisions: 10, 18; C25·C29; 10~12.
_CODES = re.compile(r"C?\d\d(?:\s*[·ㆍ∙・/,、&+;~∼～-]\s*C?\d\d)+", re.IGNORECASE | re.ASCII)
#: Brackets behind several words: 의복(14), 가죽(15).
_BRACKETED = re.compile(r"\([^()]*\)")
_RANGE = re.compile(r"C?(\d\d)\s*[~∼～-]\s*C?(\d\d)", re.IGNORECASE | re.ASCII)
#: Shorter words occur by chance in others: 옷 in 옷골.
_MIN_WORD_LENGTH = 2


class IndustryParser:
    """Resolves printed words and names of centres to industries; one query, then none."""

    def __init__(self) -> None:
        self.by_code: dict[str, Industry] = {}
        self._words: dict[str, set[str]] = defaultdict(set)
        for industry in Industry.objects.order_by("code"):
            self.by_code[industry.code] = industry
            short = industry.name.partition(";")[0]
            for word in (industry.name, short, industry.short_name, *industry.aliases):
                self._words[to_plain_text(word)].add(industry.code)
        self._words.pop("", None)
        self._by_length = sorted(self._words, key=lambda word: (-len(word), word))
        # Few industries fill the cells of many rows.
        self._parse_cell_cached = lru_cache(maxsize=500)(self._parse_cell)

    def find_exact(self, text: str) -> tuple[Industry, ...]:
        """The industries that the whole text names."""
        return self._get_industries(self._words.get(to_plain_text(text), ()))

    def find_within(self, text: str) -> tuple[Industry, ...]:
        """The industries of the longest known word in the text; of all, if several are longest."""
        plain = to_plain_text(text)
        codes: set[str] = set()
        longest = 0
        for word in self._by_length:
            if len(word) < max(longest, _MIN_WORD_LENGTH):
                break
            if word in plain:
                codes |= self._words[word]
                longest = len(word)
        return self._get_industries(codes)

    def parse_cell(self, text: str) -> tuple[tuple[Industry, ...], str]:
        """The industries that a printed cell may mean, and the narrower word in its brackets."""
        return self._parse_cell_cached(text)

    def _parse_cell(self, text: str) -> tuple[tuple[Industry, ...], str]:
        text = clean(text)
        match = _IN_BRACKETS.fullmatch(text)
        outer, inner = (
            (match[1], match[2].strip()) if match else (_BRACKETED.sub("", text).strip(), "")
        )
        # A code says the industry, and nothing narrower: C33, 18(인쇄), 식료품제조업(10).
        inner_code = _CODE.fullmatch(inner)
        if codes := _CODES.fullmatch(outer):
            several = set(re.findall(r"\d\d", codes[0]))
            for first, last in _RANGE.findall(codes[0]):
                several |= {f"{number:02}" for number in range(int(first), int(last) + 1)}
            return self._get_industries(several & self.by_code.keys()), (
                "" if inner_code else inner
            )
        if code := _CODE.match(outer):
            coded = self._get_industries({code[1]} & self.by_code.keys())
            named = self._find_any(outer[code.end() :])
            if len(named) > 1:
                return self._get_industries({one.code for one in (*coded, *named)}), ""
            if coded and (not named or set(coded) & set(named)):
                is_narrower = not inner_code and to_plain_text(inner) not in {
                    to_plain_text(name)
                    for industry in coded
                    for name in (industry.name, industry.short_name)
                }
                return coded, inner if is_narrower else ""
        found = self._find_any(outer)
        if inner_code:
            return found or self._get_industries({inner_code[1]} & self.by_code.keys()), ""
        return found or self._find_any(inner), inner

    def find_by_makers_words(self, text: str) -> tuple[Industry, ...]:
        """The industries that the makers' words in a text mean, as the search understands them.

        A word may be known by its end or its beginning only (도토리묵), so that an editor confirms
        what is found.
        """
        vocabulary = get_vocabulary(DataVersion.cached())
        codes = find_codes(make_word_key(text), vocabulary)
        if not codes:
            parts = (
                find_codes(make_word_key(run), vocabulary, parts=True) for run in to_runs(text)
            )
            codes = tuple(code for some in parts for code in some)
        return self._get_industries({code[:2] for code in codes} & self.by_code.keys())

    def _find_any(self, text: str) -> tuple[Industry, ...]:
        return self.find_exact(text) or self._find_several(text) or self.find_within(text)

    def _find_at_end(self, text: str) -> tuple[Industry, ...]:
        """The industries of the longest known word that a text ends with: 파주인쇄."""
        plain = to_plain_text(text)
        for word in self._by_length:
            if len(word) < _MIN_WORD_LENGTH:
                break
            if plain.endswith((word, f"{word}제조")) and plain != word:
                return self._get_industries(self._words[word])
        return ()

    def _find_several(self, text: str) -> tuple[Industry, ...]:
        """The industries of a text that lists several, as 식료품, 인쇄; else none."""
        parts = [part for part in _BETWEEN.split(text) if part]
        found = [self.find_exact(part) or self.find_within(part) for part in parts]
        # A part that may mean several industries alone is narrowed by none of the others.
        codes = {industry.code for some in found if len(some) == 1 for industry in some}
        return self._get_industries(codes) if len(codes) > 1 else ()

    def parse_center_name(self, name: str) -> tuple[tuple[Industry, ...], bool]:
        """The industries that the name of a centre may mean, and whether it is a 상생 centre."""
        rest = _COMMON_ENDING.sub("", clean(name))
        is_wide_area = _WIDE_AREA.search(rest) is not None
        words = _WIDE_AREA.sub("", rest).split()
        for start in range(len(words)):
            if found := self.find_exact("".join(words[start:])):
                return found, False
        # The first word is a region, which may contain the name of an industry.
        if is_wide_area or not words:
            found = ()
        elif len(words) == 1:
            found = self._find_at_end(words[0])
        else:
            found = self.find_within(words[-1])
        return found, is_wide_area and not found

    def find_by_center_name(self, name: str) -> tuple[Industry, ...]:
        """The industries that makers' words in the name of a centre mean, the region left out."""
        words = _COMMON_ENDING.sub("", clean(name)).split()
        return self.find_by_makers_words(" ".join(words[1:]))

    def _get_industries(self, codes: Iterable[str]) -> tuple[Industry, ...]:
        return tuple(self.by_code[code] for code in sorted(codes))


def find_codes(key: str, vocabulary: Vocabulary, *, parts: bool = False) -> Codes:
    """The KSIC codes of a word, its usual spelling or, with `parts`, its longest known part."""
    codes = vocabulary.find_codes(key) or vocabulary.find_codes(
        make_word_key(vocabulary.find_standard(key))
    )
    if codes or not parts:
        return codes
    return vocabulary.find_compound(key)[1]
