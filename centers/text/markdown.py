"""Rendering of the part of Markdown that our own documents use, as HTML.

Headings, paragraphs, lists in lists, tables, pictures, links, strong text and code. Everything else
is text; HTML in it is escaped.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

Lines = deque[str]
#: The `src` of a picture by its path in the document.
BuildUrl = Callable[[str], str]

_HEADING = re.compile(r"(#{1,6}) +(.+)")
_ITEM = re.compile(r"(?:-|(\d+)\.) +")
_RULE = re.compile(r"\|[\s|:-]+\|?")
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|!\[(?P<alt>[^]]*)\]\((?P<src>[^)\s]+)\)"
    r"|\[(?P<label>[^]]+)\]\((?P<href>(?:https?:/|#|/)[^)\s]+)\)"
    r"|\*\*(?P<strong>.+?)\*\*"
)


def render_markdown(text: str, build_url: BuildUrl) -> SafeString:
    """Render a document; `build_url` gives the URL of a picture by its path."""
    return _join(_render_blocks(deque(text.splitlines()), build_url))


def _join(parts: Iterator[SafeString]) -> SafeString:
    return format_html_join("\n", "{}", ((part,) for part in parts))


def _render_blocks(lines: Lines, build_url: BuildUrl) -> Iterator[SafeString]:
    while lines:
        if not lines[0].strip():
            lines.popleft()
        elif heading := _HEADING.fullmatch(lines[0]):
            lines.popleft()
            name = SafeString(f"h{len(heading[1])}")
            yield format_html("<{}>{}</{}>", name, _render_inline(heading[2], build_url), name)
        elif item := _ITEM.match(lines[0]):
            name = SafeString("ol" if item[1] else "ul")
            items = _join(_render_items(lines, bool(item[1]), build_url))
            yield format_html("<{}>{}</{}>", name, items, name)
        elif lines[0].startswith("|"):
            yield _render_table(lines, build_url)
        else:
            text = _render_inline(" ".join(_take_paragraph(lines)), build_url)
            yield format_html("<p>{}</p>", text)


def _take_paragraph(lines: Lines) -> Iterator[str]:
    yield lines.popleft().strip()
    while lines and lines[0].strip() and not _begins_block(lines[0]):
        yield lines.popleft().strip()


def _begins_block(line: str) -> bool:
    return bool(line.startswith("|") or _HEADING.fullmatch(line) or _ITEM.match(line))


def _render_items(lines: Lines, is_numbered: bool, build_url: BuildUrl) -> Iterator[SafeString]:
    while lines and (item := _ITEM.match(lines[0])) and bool(item[1]) == is_numbered:
        width = item.end()
        own = deque([lines.popleft()[width:]])
        while lines and (not lines[0].strip() or lines[0].startswith("  ")):
            line = lines.popleft()
            own.append(line.removeprefix(" " * width) if line.strip() else "")
        [first, *more] = _render_blocks(own, build_url)
        # A first paragraph is the text of the item.
        text = SafeString(first.removeprefix("<p>").removesuffix("</p>"))
        yield format_html("<li>{}{}</li>", text, _join(iter(more)))


def _render_table(lines: Lines, build_url: BuildUrl) -> SafeString:
    rows = []
    while lines and lines[0].startswith("|"):
        line = lines.popleft()
        if not _RULE.fullmatch(line):
            cells = line.strip().strip("|").split("|")
            rows.append([_render_inline(cell.strip(), build_url) for cell in cells])
    [head, *body] = rows
    return format_html(
        '<div class="wide-table"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        format_html_join("", '<th scope="col">{}</th>', ((cell,) for cell in head)),
        _join(
            format_html(
                '<tr><th scope="row">{}</th>{}</tr>',
                first,
                format_html_join("", "<td>{}</td>", ((cell,) for cell in others)),
            )
            for first, *others in body
        ),
    )


def _render_inline(text: str, build_url: BuildUrl) -> SafeString:
    parts, end = [], 0
    for found in _INLINE.finditer(text):
        parts += [escape(text[end : found.start()]), _render_match(found, build_url)]
        end = found.end()
    return format_html_join("", "{}", ((part,) for part in [*parts, escape(text[end:])]))


def _render_match(found: re.Match, build_url: BuildUrl) -> SafeString:
    match found.lastgroup:
        case "code":
            return format_html("<code>{}</code>", found["code"])
        case "src":
            return format_html(
                '<img src="{}" alt="{}" loading="lazy">', build_url(found["src"]), found["alt"]
            )
        case "href":
            return format_html(
                '<a href="{}">{}</a>', found["href"], _render_inline(found["label"], build_url)
            )
    return format_html("<strong>{}</strong>", _render_inline(found["strong"], build_url))
