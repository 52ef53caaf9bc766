"""CHANGES.md: what changed since the release before, in Korean that can be quoted."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from centers.exports.feeds import format_values
from centers.exports.releases.comparison import CenterEntry, Comparison, ValueChange
from centers.exports.releases.store import Row, Version
from centers.models import Center
from centers.text.formatting import SITE_NAME, choose_particle, format_count_by_state

_MARKDOWN = re.compile(r"([\\`*_\[\]<>])")


def escape_markdown(text: str) -> str:
    """Return a text on one line in which nothing is markup."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def format_day(day: date) -> str:
    return f"{day.year}년 {day.month}월 {day.day}일"


def describe_counts(comparison: Comparison) -> str:
    """Say how many centres there are by state, and how the number of operating ones changed.

    The number of all centres grows when one opens and another closes, so its change is left out.
    """
    label = str(Center.Status.OPERATING.label)
    old, new = comparison.old_states[label], comparison.new_states[label]
    counts = f"실린 센터: {format_count_by_state(comparison.new_states)}."
    if old == new:
        return f"{counts} {label}인 센터의 수는 그대로입니다."
    verb = "늘었습니다" if new > old else "줄었습니다"
    change = f"{old:,}곳에서 {new:,}곳으로 {abs(new - old):,}곳 {verb}"
    return f"{counts} {label}인 센터는 {change}."


def summarize(comparison: Comparison) -> str:
    """Return in one sentence how many centres were added, closed, changed and removed."""
    parts = [
        f"{len(entries):,}곳{what}"
        for entries, what in (
            (comparison.added, "이 새로 실렸"),
            (comparison.closed, "의 운영이 끝났"),
            (comparison.changed, "의 내용이 바뀌었"),
            (comparison.removed, "이 빠졌"),
            (comparison.confirmed, "은 내용 그대로 다시 확인했"),
        )
        if entries
    ]
    if parts:
        return f"센터 {'고, '.join(parts)}습니다."
    if comparison.source_changes:
        return "센터의 내용은 그대로이고 출처가 바뀌었습니다."
    if comparison.new_columns or comparison.old_columns:
        return "센터의 내용은 그대로이고 표의 항목이 바뀌었습니다."
    if comparison.is_of_equal_files:
        return "센터의 내용은 그대로입니다."
    return "센터의 내용은 그대로이고 설명이나 주소만 바뀌었습니다."


def write_first_changes(
    version: Version, day: date, counts: dict[str, int], states: dict[str, int]
) -> str:
    """Return the text of the first release, which follows no other."""
    return "\n".join(
        [
            f"# 배포본 {version}",
            "",
            f"{SITE_NAME}의 첫 배포본입니다({format_day(day)}). "
            f"센터 {format_count_by_state(states)}, "
            f"공고 {counts['announcements']:,}건, 공고 기재 내용 {counts['listings']:,}건, "
            f"공고 밖의 출처로 확인한 값 {counts['citations']:,}건이 실려 있습니다.",
            "",
            "앞선 배포본이 없어 비교할 것이 없습니다.",
            "",
        ]
    )


def write_changes(
    version: Version, day: date, before: tuple[Version, date], comparison: Comparison
) -> str:
    """Return the text of a release after the one of `before`."""
    last, last_day = before
    lines = [
        f"# 배포본 {version}에서 바뀐 내용",
        "",
        f"{SITE_NAME}의 배포본 {version}({format_day(day)})"
        f"{choose_particle(str(version), '을', '를')} 앞선 배포본 {last}({format_day(last_day)})"
        f"{choose_particle(str(last), '과', '와')} 비교했습니다.",
        "",
        f"{describe_counts(comparison)} {summarize(comparison)}",
        *write_sections(comparison),
        "",
    ]
    return "\n".join(lines)


def write_sections(comparison: Comparison) -> Iterator[str]:
    for section in comparison.sections:
        yield from ("", f"## {section.title} {len(section.entries):,}곳", "")
        if section.note:
            yield from (section.note, "")
        for entry in section.entries:
            yield format_entry(entry)
            yield from (f"  - {format_change(change)}" for change in entry.values)
    yield from write_list("새로 옮긴 공고", map(format_document, comparison.new_documents))
    yield from write_list("출처의 변화", map(str, comparison.source_changes))
    yield from write_list(
        "센터 표의 항목",
        [
            *(f"새 항목: {heading}" for heading in comparison.new_columns),
            *(f"없어진 항목: {heading}" for heading in comparison.old_columns),
        ],
    )


def write_list(title: str, items: Iterable[str]) -> Iterator[str]:
    """Yield a section with a list, or nothing if it has no items."""
    lines = [f"- {item}" for item in items]
    if lines:
        yield from ("", f"## {title}", "", *lines)


def format_entry(entry: CenterEntry) -> str:
    """Format the name of a centre with its page, place and key."""
    name = escape_markdown(entry.name)
    if entry.path:
        name = f"[{name}]({settings.SITE_URL}{entry.path})"
    remark = f": {escape_markdown(entry.remark)}" if entry.remark else ""
    return f"- {name} ({escape_markdown(entry.about)}){remark}"


def format_change(change: ValueChange) -> str:
    """Format a value before and after, when it changed and by which source."""
    text = f"{change.label}: {escape_markdown(format_values(change.old, change.new))}"
    if not change.day:
        return text
    source = escape_markdown(change.source)
    if change.url:
        source = f"[{source}](<{urljoin(settings.SITE_URL, change.url)}>)"
    return f"{text} ({change.day}, 출처: {source})"


def format_document(row: Row) -> str:
    about = ", ".join(filter(None, (row.get("publisher", ""), row.get("published_on", ""))))
    url = f"{settings.SITE_URL}{reverse('announcement', args=[row['slug']])}"
    return f"[{escape_markdown(row.get('title', ''))}]({url}) ({escape_markdown(about)})"
