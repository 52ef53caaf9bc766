"""Latin letters read aloud in Korean: 에프알피 is FRP, 엘이디조명 is LED조명."""

import re

_NAMES = {
    "에이": "a", "비": "b", "삐": "b", "씨": "c", "시": "c", "디": "d", "이": "e", "에프": "f",
    "지": "g", "쥐": "g", "에이치": "h", "에치": "h", "아이": "i", "제이": "j", "케이": "k",
    "엘": "l", "엠": "m", "엔": "n", "오": "o", "피": "p", "큐": "q", "알": "r", "아르": "r",
    "에스": "s", "티": "t", "유": "u", "브이": "v", "부이": "v", "더블유": "w", "더블류": "w",
    "떠블유": "w", "엑스": "x", "와이": "y", "제트": "z", "젯": "z", "쓰리": "3", "투": "2",
}  # fmt: skip
_NAME = "|".join(sorted(_NAMES, key=len, reverse=True))
_LETTERS = re.compile(f"(?:{_NAME}){{2,}}")
_ONE = re.compile(_NAME)
#: Shorter words are none of letters: 피이, 비오.
_MIN_LENGTH = 3


def read_letters(word: str) -> list[str]:
    """Return what a word means whose letters at its beginning are read aloud, the most first.

    Lower case. A name that is also the beginning of a Korean word may be none of a letter.
    """
    found = _LETTERS.match(word)
    if not found or found.end() < _MIN_LENGTH:
        return []
    names = _ONE.findall(found[0])
    readings = []
    for number in range(len(names), 1, -1):
        spelt = "".join(names[:number])
        letters = "".join(_NAMES[name] for name in names[:number])
        readings.append(letters + word.removeprefix(spelt))
    return readings
