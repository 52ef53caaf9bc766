"""Korean text: normalisation, keystroke codes for searching, matching and typo detection.

The rules come from

* KS X 5002, the 두벌식 (two-set) keyboard: which key types which letter;
* The Unicode Standard 15.0, section 3.12: how jamo compose into syllables;
* UAX #15: the normalisation forms NFC, NFD and NFKC.

Four kinds of code are made, all of them upper-case ASCII letters and digits. Upper case alone,
because LIKE on SQLite and trigrams on PostgreSQL do not tell the cases apart.

    a Hangul key         its letter, Shift ignored       봉제 -> QHDWP
    a Latin letter       "9" and the letter              KS -> 9K9S
    a digit              "1" and a consonant's letter    10 -> 1S1R
    an initial (초성)    "0" and its letter              봉제 -> 0Q0W

The code of a character does not depend on its neighbours. So the codes of a substring are always a
substring of the codes of the text, and a search is a plain substring match.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache

# The order of each list is Unicode's, so that a position is the number used in composition.
# The keys that type each letter are in the list below it; a capital is a key with Shift.
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_INITIAL_KEYS: Sequence[str] = "r R s e E f a q Q t T d w W c z x v g".split()
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_VOWEL_KEYS: Sequence[str] = "k o i O j p u P h hk ho hl y n nj np nl b m ml l".split()
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FINAL_KEYS: Sequence[str] = (
    "r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g".split()
)

_FIRST_SYLLABLE, _FIRST_INITIAL, _FIRST_FINAL = 0xAC00, 0x1100, 0x11A8

# NFKC turns the jamo of the keyboard (ㄱ) into conjoining ones (ᄀ), which cannot be matched in
# half-typed text. This maps them back, as well as half-width (ﾡ) and circled (㉠) jamo.
_TO_COMPATIBILITY = str.maketrans(
    {unicodedata.normalize("NFKC", jamo): jamo for jamo in map(chr, range(0x3131, 0x318F))}
)

# Every jamo with a key, in each of its forms, and the keys that type it. Archaic jamo have no key;
# neither has ㆍ (U+318D), the archaic vowel that people type as a middle dot.
_TYPED: dict[str, str] = {
    **dict(zip(_INITIALS, _INITIAL_KEYS, strict=True)),
    **dict(zip(_VOWELS, _VOWEL_KEYS, strict=True)),
    **dict(zip(_FINALS, _FINAL_KEYS, strict=True)),
}
_TYPED |= {unicodedata.normalize("NFKC", jamo): keys for jamo, keys in _TYPED.items()}
_TYPED |= {chr(_FIRST_FINAL + i): keys for i, keys in enumerate(_FINAL_KEYS)}

# Jamo that count as an initial. A conjoining final does not: it closes the syllable before it.
_CONSONANTS = set(_INITIALS) | set(_FINALS)
_CONSONANTS |= {chr(_FIRST_INITIAL + i) for i in range(len(_INITIALS))}

_CONSONANT_CODES = "RSEFAQTDWCZXVG"
# Digits may not stay digits: a query "0" would match every initial and "9" every Latin letter.
# With a mark for each class, a digit is found by the same digit and by nothing else.
_DIGIT_CODES = ["1" + letter for letter in _CONSONANT_CODES[:10]]

# Letters (Lo) in Unicode, but invisible: ᅟ, ᅠ, ㅤ and ﾠ.
_FILLERS = dict.fromkeys([0x115F, 0x1160, 0x3164, 0xFFA0])
#: Modern syllables, small letters and digits always have keys.
_SURE_CHAR = re.compile("[가-힣A-Za-z0-9]")
_UNSURE_CHAR = re.compile("[^가-힣a-z0-9]", re.DOTALL)
_FILLER = re.compile("[\u115f\u1160\u3164\uffa0]")
#: Of NFKC, and yet folded, as it is a key's jamo.
_CONJOINING = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]")
_SPACING_CONTROLS = "\t\n\r\v\f\x85"


def normalise(text: str, *, keep_lines: bool = False) -> str:
    """Return text as it is stored: NFC, without invisible characters.

    Removed: controls, format characters, surrogates, private and unassigned characters (general
    categories Cc, Cf, Cs, Co, Cn) and the Hangul fillers. Any separator or spacing control becomes
    one space; with `keep_lines`, line breaks become a newline instead. Runs of spaces inside stay
    as they are, those at the ends are removed. Which characters are unassigned depends on
    Python's Unicode data.
    """
    if text.isprintable() and not _FILLER.search(text):
        # Nearly all text: nothing to remove, and mostly composed.
        return unicodedata.normalize("NFC", text).strip(" ")
    text = text.replace("\r\n", "\n").translate(_FILLERS)
    if not text.isprintable():
        text = "".join(
            [c if c.isprintable() else _replace_unprintable(c, keep_lines) for c in text]
        )
    # Composed last, since a character between two jamo may have been removed.
    return unicodedata.normalize("NFC", text).strip(" \n")


def _replace_unprintable(char: str, keep_lines: bool) -> str:
    """Return what is stored in place of a character of category C or Z (other than a space)."""
    if keep_lines and char in "\r\n":
        return "\n"
    # Spacing controls are not removed, as that would join the words on either side.
    if char in _SPACING_CONTROLS or unicodedata.category(char).startswith("Z"):
        return " "
    return ""


def clean(text: str) -> str:
    """Return a query in one spelling: NFKC for all but jamo, and single spaces.

    Full-width letters become ASCII, ㈜ becomes (주), half-width jamo become those of the keyboard.
    """
    if (
        text.isprintable()
        and unicodedata.is_normalized("NFKC", text)
        and not _FILLER.search(text)
        and not _CONJOINING.search(text)
    ):
        return " ".join(text.split())
    folded = "".join(map(_to_compatibility_form, normalise(text)))
    return " ".join(normalise(folded).split())


@lru_cache(maxsize=16_384)
def _to_compatibility_form(char: str) -> str:
    """Return the NFKC of one character, with lone jamo in their compatibility form."""
    folded = unicodedata.normalize("NFKC", char)
    return char if folded == char else folded.translate(_TO_COMPATIBILITY)


@lru_cache(maxsize=16_384)
def _encode_char(char: str) -> tuple[str, str]:
    """Return the key codes and the initial codes of one character, both "" if it has none."""
    keys = initials = ""
    for part in _to_compatibility_form(char):
        # Compatibility jamo are looked up as they are, all else by its parts: 봉 is ᄇ, ᅩ, ᆼ and
        # é is e with an accent. An accent has no code, and so falls away.
        parts = part if part in _TYPED else unicodedata.normalize("NFKD", part.casefold())
        for piece in parts:
            if piece in _TYPED:
                keys += _TYPED[piece].upper()
                if piece in _CONSONANTS:
                    initials += "".join("0" + key for key in _TYPED[piece].upper())
            elif "a" <= piece <= "z":
                keys += "9" + piece.upper()
            elif (digit := unicodedata.digit(piece, None)) is not None:
                keys += _DIGIT_CODES[digit]
    return keys, initials


def to_keystrokes(text: str) -> str:
    """Return the keys that type the text on a 두벌식 keyboard: 봉제 -> QHDWP.

    Only Hangul, Latin letters (without case and accents) and digits have keys; everything else,
    such as spaces and punctuation, is skipped. Shift is ignored (ㄲ as ㄱ, ㅖ as ㅔ), compound
    vowels and double finals are split (ㅘ as ㅗㅏ, ㄳ as ㄱㅅ). Any normalisation form gives the
    same keys.

    If NFC(a) is a substring of NFC(b), to_keystrokes(a) is one of to_keystrokes(b), without
    exception. Marks of legal form are therefore left alone here; see strip_legal_form().
    """
    return "".join([_encode_char(char)[0] for char in text])


def to_initials(text: str) -> str:
    """Return the initial (초성) of each syllable: 조선대 -> 0W0T0E.

    A lone consonant is its own initial, so that a name spelt with one (ㄱ공방) is found by it.
    """
    return "".join([_encode_char(char)[1] for char in text])


_LONG_FORMS = "재단법인|사단법인|주식회사|유한회사|합자회사|합명회사"
_ANY_FORM = rf"(?:재|사|주|유|합|{_LONG_FORMS})"
# The opening parenthesis is often missing at the beginning: 주)가나.
_LEADING_FORMS = re.compile(rf"(?:(?:\(? ?{_ANY_FORM} ?\)|{_LONG_FORMS}) ?)+")
_TRAILING_FORMS = re.compile(rf"(?: ?(?:\( ?{_ANY_FORM} ?\)|{_LONG_FORMS}))+\Z")


def strip_legal_form(text: str) -> str:
    """Return the cleaned text without the marks of legal form at its ends: ㈜가나 -> 가나.

    Known are (재), (사), (주), (유), (합), in front also without "(", and 재단법인, 사단법인,
    주식회사, 유한회사, 합자회사, 합명회사. A text that is nothing but such marks becomes "".

    Only the ends are cut, so that the rest is a substring of the text: applied to a query it may
    match more but never less. Any form of a name thus finds all, and stored names stay unchanged.
    """
    text = clean(text)
    if leading := _LEADING_FORMS.match(text):
        text = text[leading.end() :]
    return _TRAILING_FORMS.sub("", text).strip()


def to_query_keys(word: str) -> str:
    """Return what build_search_text() of a field must contain to be found by a query word.

    A word of consonants alone (ㅈㅅㄷ) matches initials, any other word keystrokes. Marks of legal
    form are ignored. "" means that the word has no keys and must be ignored.

    Where a match starts: a word that begins with a Latin letter or digit, at that character; with
    a whole syllable, at a syllable's initial; with a lone jamo, wherever its key is, inside a
    syllable (ㅏ in 가) or the code of a Latin letter too (ㅏ in K). A text with a lone vowel in it
    is the exception: it matches with the key before it as a syllable (Rㅏ is found by 가).
    """
    keys = to_keystrokes(strip_legal_form(word))
    # Decided on keys, not letters, as some input methods join ㄱㅅ typed in a row into ㄳ. Keys
    # without a vowel are of lone consonants only, since every syllable has one.
    is_consonants = not keys.strip(_CONSONANT_CODES)
    return "".join("0" + key for key in keys) if is_consonants else keys


def build_search_text(fields: Iterable[str]) -> str:
    """Return the search column: keystrokes of each field, then initials of each, space between.

    No to_query_keys() holds a space, so that no match runs from one field into the next.
    """
    fields = list(fields)
    return " ".join(
        [*drop_contained(map(to_keystrokes, fields)), *drop_contained(map(to_initials, fields))]
    )


def drop_contained(texts: Iterable[str]) -> list[str]:
    """Return the texts without those that are substrings of others, longest first."""
    longest: list[str] = []
    for text in sorted(texts, key=len, reverse=True):
        if text and not any(text in other for other in longest):
            longest.append(text)
    return longest


def to_plain_text(text: str) -> str:
    """Return the characters of a text that have keys, in one case: (재)영월 KS -> 재영월ks."""
    return _UNSURE_CHAR.sub(_drop_without_keys, clean(text).casefold())


def has_letters(text: str) -> bool:
    """Whether a text has any character with keys: a letter or a digit."""
    return _SURE_CHAR.search(text) is not None or to_plain_text(text) != ""


def _drop_without_keys(match: re.Match[str]) -> str:
    """Return a matched character if it has keys, else ""."""
    return match[0] if _encode_char(match[0])[0] else ""


def to_runs(text: str) -> list[str]:
    """Return the runs of letters and digits of a text: (재)영월 KS-1 -> 재, 영월, KS, 1.

    Characters without keys, such as punctuation, part the runs.
    """
    return "".join([char if _encode_char(char)[0] else " " for char in clean(text)]).split()


def find_whole_match(word: str) -> str:
    """Return what a text of runs, each between spaces, must contain to hold a word whole.

    `word` is one run. A single syllable must begin a run, a single letter or digit must be one.
    """
    if len(word) > 1:
        return word
    return f" {word}" if "가" <= word <= "힣" else f" {word} "


def find_whole_spans(text: str, word: str) -> list[tuple[int, int]]:
    """Return where a word stands in a text as whole syllables, as `find_spans` does."""
    spaced = "".join([char if _encode_char(char)[0] else " " for char in text.casefold()])
    wanted = find_whole_match(word)
    # A text that changes its length in one case cannot be marked; Korean never does.
    if not wanted or len(spaced) != len(text):
        return []
    spaced = f" {spaced} "
    lead = len(wanted) - len(wanted.lstrip())
    found: list[tuple[int, int]] = []
    start = spaced.find(wanted)
    while start != -1:
        found.append((start - 1 + lead, start - 1 + lead + len(word)))
        start = spaced.find(wanted, start + len(word))
    return found


def build_unfinished_pattern(word: str) -> str:
    """Return a regular expression for texts that begin with a word whose end is unfinished.

    The last syllable may lack its final consonant (영워 for 영월), or have the initial of the next
    one as its final (갓 for 가시).
    """
    head, last = word[:-1], word[-1]
    number = ord(last) - _FIRST_SYLLABLE
    finals = len(_FINALS) + 1
    if not 0 <= number < len(_INITIALS) * len(_VOWELS) * finals:
        return re.escape(word)
    final = number % finals
    if not final:
        return f"{re.escape(head)}[{last}-{chr(ord(last) + finals - 1)}]"
    if _FINALS[final - 1] not in _INITIALS:
        return re.escape(word)
    block = len(_VOWELS) * finals
    first = _FIRST_SYLLABLE + _INITIALS.index(_FINALS[final - 1]) * block
    open_ = f"{chr(ord(last) - final)}[{chr(first)}-{chr(first + block - 1)}]"
    return f"{re.escape(head)}(?:{last}|{open_})"


_ROMAN_INITIALS = [*"g kk n d tt r m b pp s ss".split(), "", *"j jj ch k t p h".split()]
_ROMAN_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_ROMAN_FINALS = ["", *"k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()]


def romanise(text: str) -> str:
    """Return Hangul in the Revised Romanization, syllable by syllable: 부산 -> busan."""
    letters = []
    for char in text:
        number = ord(char) - _FIRST_SYLLABLE
        if not 0 <= number < len(_INITIALS) * len(_VOWELS) * (len(_FINALS) + 1):
            letters.append(char)
            continue
        rest, final = divmod(number, len(_FINALS) + 1)
        initial, vowel = divmod(rest, len(_VOWELS))
        letters += _ROMAN_INITIALS[initial], _ROMAN_VOWELS[vowel], _ROMAN_FINALS[final]
    return "".join(letters)


def has_whole_syllables(word: str) -> bool:
    """Return whether a word has keys and no lone jamo, that is, whether it is not half-typed."""
    return bool(to_keystrokes(word)) and not any(char in _TYPED for char in clean(word))


def find_spans(text: str, word: str) -> list[tuple[int, int]]:
    """Return where a query word matched in a text, for marking it on the page.

    Ranges are half-open, in characters of `text` (which should be NFC, as stored text is), sorted
    and apart. They cover whole characters, so that a half-typed syllable marks the whole one, and
    characters without a key inside a match. There are none exactly when to_query_keys()
    of the word is "" or is not in build_search_text() of the text.
    """
    wanted = to_query_keys(word)
    if not wanted:
        return []
    keys_or_initials = 1 if wanted.startswith("0") else 0
    parts = [_encode_char(char)[keys_or_initials] for char in text]
    codes = "".join(parts)
    owners = [index for index, part in enumerate(parts) for _ in part]  # code position -> character
    found: list[tuple[int, int]] = []
    start = codes.find(wanted)
    while start != -1:
        end = owners[start + len(wanted) - 1] + 1
        found.append((owners[start], end))
        # The last character is marked whole, so the next match may only begin behind it.
        start = codes.find(wanted, bisect_left(owners, end))
    return found


# A consonant before a vowel is the initial of the next syllable, hence the look ahead: ㄱㅏㅂㅅㅏ
# is 갑사, since neither ㅄ nor ㅅ may stay behind. Longer keys go first, as on a real keyboard.
_TYPED_SYLLABLE = re.compile(
    "(?:(?P<initial>{initial})(?P<vowel>{vowel})(?:(?P<final>{final})(?![{single_vowels}]))?)"
    "|(?P<lone>{vowel}|{initial})".format(
        initial="|".join(_INITIAL_KEYS),
        vowel="|".join(sorted(_VOWEL_KEYS, key=len, reverse=True)),
        final="|".join(sorted(_FINAL_KEYS, key=len, reverse=True)),
        single_vowels="".join(key for key in _VOWEL_KEYS if len(key) == 1),
    )
)
_LONE_JAMO: dict[str, str] = dict(
    zip(_INITIAL_KEYS + _VOWEL_KEYS, _INITIALS + _VOWELS, strict=True)
)
# Shift changes seven keys; with any other it types the same letter as without.
_NO_SHIFT = str.maketrans({key: key.lower() for key in "ABCDFGHIJKLMNSUVXYZ"})


def retype(word: str) -> str | None:
    """Return the word as typed with 한/영 in its other state: qhdwp -> 봉제, ㅣㅗ -> lh.

    Other characters stay. None if the word has neither Latin letters nor Hangul, or has both.
    Retyping a word of whole syllables twice gives that word.
    """
    word = clean(word)
    has_latin = re.search("[A-Za-z]", word) is not None
    latin = "".join(map(_to_latin, word))
    if latin != word:
        return None if has_latin else latin
    return _TYPED_SYLLABLE.sub(_compose, word.translate(_NO_SHIFT)) if has_latin else None


def _to_latin(char: str) -> str:
    """Return the Latin letters on the keys of a Hangul character, any other character as it is."""
    parts = char if char in _TYPED else unicodedata.normalize("NFD", char)
    return "".join(_TYPED[part] for part in parts) if parts[0] in _TYPED else char


def _compose(typed: re.Match[str]) -> str:
    """Return the syllable or lone jamo that the matched keys type (Unicode, section 3.12)."""
    if lone := typed["lone"]:
        return _LONE_JAMO[lone]
    initial = _INITIAL_KEYS.index(typed["initial"])
    vowel = _VOWEL_KEYS.index(typed["vowel"])
    final = _FINAL_KEYS.index(typed["final"]) + 1 if typed["final"] else 0
    syllable = (initial * len(_VOWELS) + vowel) * (len(_FINALS) + 1) + final
    return chr(_FIRST_SYLLABLE + syllable)


_CODE = re.compile(r"[019]?[A-Z]|.", re.DOTALL)


def split_keys(keys: str) -> Sequence[str]:
    """Return the keys of a keystroke string one by one: QHD as it is, 9K9S as 9K, 9S."""
    return keys if keys.isalpha() else _CODE.findall(keys)


def is_one_edit_apart(keys_a: str, keys_b: str) -> bool:
    """Return whether two keystroke strings have a Damerau-Levenshtein distance of exactly 1.

    That is one key wrong, missing or added, or two adjacent keys swapped. A key is one code, so a
    missing Latin letter is one edit although its code has two characters.
    """
    if keys_a == keys_b or abs(len(keys_a) - len(keys_b)) > 2:
        return False
    shorter: Sequence[str] = keys_a
    longer: Sequence[str] = keys_b
    if not (keys_a.isalpha() and keys_b.isalpha()):
        shorter, longer = _CODE.findall(keys_a), _CODE.findall(keys_b)
    if len(shorter) > len(longer):
        shorter, longer = longer, shorter
    at = 0
    while at < len(shorter) and shorter[at] == longer[at]:
        at += 1
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    if shorter[at : at + 2] == longer[at : at + 2][::-1]:
        at += 1
    return shorter[at + 1 :] == longer[at + 1 :]
