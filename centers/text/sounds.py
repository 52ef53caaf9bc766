"""What a Korean word sounds like, as loan words are spelt by ear: 드레쓰, 레이져, 쏘파."""

import re
import unicodedata

#: Spellings of one sound: doubled consonants, ㅑㅕㅛㅠ behind ㅅㅈㅊ (which sound without the ㅣ).
_CONSONANTS = str.maketrans("\u1101\u1104\u1108\u110a\u110d", "\u1100\u1103\u1107\u1109\u110c")
_GLIDES = {"\u1163": "\u1161", "\u1167": "\u1165", "\u116d": "\u1169", "\u1172": "\u116e"}
_GLIDE = re.compile("([\u1109\u110c\u110e])([\u1163\u1167\u116d\u1172])")
#: In longer words also ㅐㅔ, ㅙㅚㅞ, the finals that sound alike, and ㅏㅓ at the end (모타).
_VOWELS = str.maketrans(
    "\u1162\u1164\u1168\u116a\u116b\u116c\u1174", "\u1166\u1166\u1166\u116a\u1170\u1170\u1175"
)
_FINALS = str.maketrans(
    "\u11a9\u11bf\u11ba\u11bb\u11bd\u11be\u11c0\u11c1",
    "\u11a8\u11a8\u11ae\u11ae\u11ae\u11ae\u11ae\u11b8",
)
#: In words of four syllables also ㅊㅌ and ㅈㄷ in front of ㅣ (스치로폼), and ㅅ in front of ㅌ
#: (파렛트), which add nothing to the sound.
_SOFTENED = re.compile("[\u110e\u1110](?=\u1175)"), re.compile("[\u110c\u1103](?=\u1175)")
_MIN_LENGTH_FOR_SOFTENED = 4
#: Shorter words with another vowel are other words: 개장, 게장.
_MIN_LENGTH_FOR_VOWELS = 3


def to_sound(word: str) -> str:
    """Return a key that words of one sound share: 레이져 and 레이저, 보일라 and 보일러."""
    letters = unicodedata.normalize("NFD", word).translate(_CONSONANTS)
    letters = _GLIDE.sub(lambda pair: pair[1] + _GLIDES[pair[2]], letters)
    if len(word) >= _MIN_LENGTH_FOR_VOWELS:
        # 블라 and 브라, as l and r are one sound to many.
        letters = letters.replace("\u11af\u1105", "\u1105")
        letters = letters.translate(_VOWELS).translate(_FINALS)
        letters = letters.removesuffix("\u1161") + "\u1165" * letters.endswith("\u1161")
        letters = letters.replace("\u11ae\u1110", "\u1110")
    if len(word) >= _MIN_LENGTH_FOR_SOFTENED:
        letters = _SOFTENED[1].sub("\u1103", _SOFTENED[0].sub("\u1110", letters))
    return unicodedata.normalize("NFC", letters)
