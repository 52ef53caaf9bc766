"""Korean formatting of numbers, dates, distances and unknown values, and of quoted words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone
from django.utils.html import escape, format_html_join
from django.utils.safestring import mark_safe

from centers.text.hangul import clean, find_spans, find_whole_spans

SITE_NAME = "소공인특화지원센터 찾기"
MAX_QUOTE_LENGTH = 40
#: Digits and letters whose Korean names (영, 일, 삼 …; 엘, 엠, 엔, 알) end in a consonant.
CONSONANT_ENDINGS = set("013678lmnrLMNR")
#: Those of them that end in ㄹ (일, 칠, 팔; 엘, 알), and the index of ㄹ among final consonants.
RIEUL_ENDINGS, FINAL_RIEUL = set("178lrLR"), 8
MARK_START, MARK_END = mark_safe("<mark>"), mark_safe("</mark>")
#: A date with the brackets around it, or a telephone number.
HYPHENATED = re.compile(
    r"\(?(?<![\d-])(?:\d{4}-\d{2}(?:-\d{2})?|0\d{1,3}-\d{3,4}-\d{4}|1\d{3}-\d{4})(?![\d-])\)?"
)
UNKNOWN_HTML = mark_safe('<span class="unknown">미확인</span>')


def format_or_unknown(value):
    """Return the value itself, or 미확인 as HTML for None and ""; 0 is a value."""
    if value is None or value == "":
        return UNKNOWN_HTML
    return value


def format_makers(number: int | None) -> str:
    """Format a number of makers with its unit (개사); "" for None."""
    return "" if number is None else f"{number:,}개사"


def format_won(amount: int | None) -> str:
    """Format an amount in won by 억 and 만: 185000000 is 1억 8,500만 원; "" for None."""
    if amount is None:
        return ""
    parts = []
    for unit, name in ((100_000_000, "억"), (10_000, "만"), (1, "")):
        count, amount = divmod(amount, unit)
        if count:
            parts.append(f"{count:,}{name}")
    return f"{' '.join(parts) or '0'} 원"


def choose_particle(word: str, closed: str, open_: str) -> str:
    """Return the particle of a word: `closed` after a final consonant, else `open_`.

    After ㄹ, 으로 becomes 로 as after a vowel: 영월로.
    """
    # A bracket or a full stop is not read: 규모(이상).
    last = next((char for char in reversed(word) if char.isalnum()), "")
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        ends_in_l, ends_closed = final == FINAL_RIEUL, final != 0
    else:
        ends_in_l, ends_closed = last in RIEUL_ENDINGS, last in CONSONANT_ENDINGS
    if ends_in_l and closed == "으로":
        return open_
    return closed if ends_closed else open_


def quote(value: str, closed: str = "은", open_: str = "는") -> str:
    """Quote a user's text with its particle, cut to `MAX_QUOTE_LENGTH` characters."""
    value = clean(value) or "(보이지 않는 글자)"
    if len(value) > MAX_QUOTE_LENGTH:
        value = f"{value[:MAX_QUOTE_LENGTH]}…"
    return f"‘{value}’{choose_particle(value.rstrip('…)'), closed, open_)}"


@dataclass(frozen=True)
class Highlight:
    """The words to mark in texts: as whole syllables, or by keys where they are half-typed."""

    words: tuple[str, ...] = ()
    by_keys: bool = False

    def find_spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The ranges of characters to mark."""
        for word in self.words:
            spans = find_whole_spans(text, word)
            yield from spans or (find_spans(text, word) if self.by_keys else ())


def highlight_matches(text: str, highlight: Highlight) -> str:
    """Return the text as HTML, with the matches of the search words in <mark>."""
    if not highlight or not highlight.words:
        return escape(text)
    found = [False] * len(text)
    for start, end in highlight.find_spans(text):
        if end <= len(text):
            found[start:end] = [True] * (end - start)
    parts = []
    start = 0
    for is_found, run in groupby(found):
        end = start + len(list(run))
        before, after = (MARK_START, MARK_END) if is_found else ("", "")
        parts.append((before, text[start:end], after))
        start = end
    return format_html_join("", "{}{}{}", parts)


def format_count_by_state(counts: Mapping[str, int]) -> str:
    """Format numbers of centres by the label of their state: 43곳(운영 중 42곳, 운영 종료 1곳)."""
    parts = ", ".join(f"{label} {count:,}곳" for label, count in counts.items() if count)
    return f"{sum(counts.values()):,}곳({parts})" if parts else "0곳"


def keep_numbers(text: str) -> str:
    """Return a text as HTML in which no line ends within a date or a telephone number."""
    return mark_safe(  # noqa: S308 (escaped)
        HYPHENATED.sub(r'<span class="date">\g<0></span>', escape(text))
    )


def format_ago(day: date) -> str:
    """Format how long ago a day was: in days, from one month on in months, from 24 in years."""
    today = timezone.localdate()
    days = (today - day).days
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    if days <= 0:
        return "오늘"
    if months < 1:
        return f"{days}일 전"
    return f"{months}개월 전" if months < 24 else f"{months // 12}년 전"


def format_distance(km: float) -> str:
    """Format a distance in km: one decimal below 10 km, whole above; infinite is 거리 미확인."""
    if km == float("inf"):
        return "거리 미확인"
    return f"{km:.1f} km" if km < 10 else f"{km:,.0f} km"
