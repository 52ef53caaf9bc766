"""The characters that the site itself writes, by how soon its pages show them.

By weight of the font: 700 for headings and names, which alone are bold.
"""

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags

#: The records that lists of all centres are made of; others load the parts that they need.
LISTED = ("regions", "industries", "announcement_2024", "status_list_2026")
RECORDS = (*LISTED, "center_totals", "citations_2026")
#: What most visits begin with, the list and the page of a centre, shows the words of these.
FIRST_TEMPLATES = (
    *("base.html", "header.html", "footer.html", "centers/*.html", "maps/*.html"),
    *("announcements/source.html", "changes/*.html"),
)
#: Headings are few, so that those of more pages are among the first.
FIRST_HEADINGS = (*FIRST_TEMPLATES, "announcements/*.html", "changes/*.html", "coverage/*.html")
FIRST_CODE = (
    *("http/media_types.py", "models/center_fields.py", "models/services.py"),
    *("models/status_note.py", "provenance", "search/ordering.py", "search/results.py"),
    *("web/center_help.py", "web/contact_links.py", "web/list_page.py", "web/timeline.py"),
)
FIRST_RECORDS = ("announcement_2024", "status_list_2026")
#: Folders of the templates of the admin; all others are of public pages.
ADMIN_TEMPLATES = {"account", "admin", "mfa"}
#: Code whose sentences public pages show, without the words that readers alone write, and code of
#: which they make headings.
PAGE_CODE = (
    *("api", "exports", "http", "mcp", "models", "provenance", "search", "templatetags", "web"),
)
READERS_CODE = ("sentences.py", "terms.py", "verbs.py", "wishes.py", "word_breaks.py")
PAGE_HEADING_CODE = (
    *("exports/releases/changes_text.py", "http/problems.py", "search/active_filters.py"),
    *("search/place_and_industry.py", "search/results.py", "web/list_page.py"),
)
#: The names of all places and industries, of which sentences about lists are made.
PAGE_FIELDS = {"regions": ("name", "short_name"), "industries": ("name", "short_name")}
#: What headings have besides names: the numbers of results, quotes, brackets, and the Latin letters
#: of the page of the API, since local ones are not as wide (a late one would move what follows).
FIRST_HEADING_SIGNS = "0123456789 ()·—-,.‘’…%전체곳년상태유형API"
#: Fields of records of which the names of centres and lists are made, and those of other texts.
NAME_FIELDS = {
    "announcement_2024": ("name", "region", "industry", "title"),
    "regions": ("short_name",),
    "industries": ("short_name",),
}
TEXT_FIELDS = {"regions": ("name",), "industries": ("name",)}
#: Rooms whose sentences are headings.
HEADING_ROOMS = ("models", "provenance", "search", "web")
BOLD = re.compile(r"<(h[1-6]|legend|strong)\b.*?</\1>", re.DOTALL)
TEMPLATE_TAG = re.compile(r"{[{%#].*?[#%}]}")
#: Of error pages, which are one template with other words.
TITLE = re.compile(r'with title="([^"]*)"')
#: With the space at which no line breaks.
ASCII = {chr(code) for code in range(0x20, 0x7F)} | {"\u00a0"}


def _read_strings(paths: Iterable[Path]) -> str:
    """Join the string constants of Python files, and of all in folders."""
    files = (file for one in paths for file in ([one] if one.is_file() else one.rglob("*.py")))
    trees = (ast.parse(file.read_text()) for file in files)
    constants = (
        node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)
    )
    return "".join(value for value in constants if isinstance(value, str))


def _load_records(name: str) -> Any:
    return json.loads((settings.FIXTURES_DIR / f"{name}.json").read_text())


def _read_records(names: Iterable[str]) -> str:
    return "".join(json.dumps(_load_records(name), ensure_ascii=False) for name in names)


def _read_templates(patterns: Iterable[str]) -> list[str]:
    folder = settings.BASE_DIR / "templates"
    return [file.read_text() for pattern in patterns for file in folder.glob(pattern)]


def _read_page_templates() -> list[str]:
    folder = settings.BASE_DIR / "templates"
    files = [
        file
        for file in folder.rglob("*.html")
        if file.relative_to(folder).parts[0] not in ADMIN_TEMPLATES
    ]
    return [file.read_text() for file in files]


def _find_bold(templates: Iterable[str]) -> list[str]:
    return [found[0] for text in templates for found in BOLD.finditer(text)]


def collect_characters() -> dict[int, set[str]]:
    """Return the characters that the site itself writes, by weight of the font."""
    code, static = settings.BASE_DIR / "centers", settings.BASE_DIR / "static"
    templates, records = _read_templates(["**/*.html"]), collect_record_characters()
    scripts = [file.read_text() for file in (static / "js").glob("*.js")]
    return {
        400: records[400].union(ASCII, _read_strings([code]), *templates, *scripts),
        700: records[700].union(
            ASCII, _read_strings(code / room for room in HEADING_ROOMS), *_find_bold(templates)
        ),
    }


def collect_first_characters() -> dict[int, set[str]]:
    """Return the characters of the list and of the pages of centres, by weight of the font.

    They are few, so that their fonts arrive with the first text.
    """
    code, templates = settings.BASE_DIR / "centers", _read_templates(FIRST_TEMPLATES)
    printed = _load_records("status_list_2026")
    listed = [printed["announcement"]["title"], *(name for _, name, *_ in printed["rows"])]
    names = "".join([*_read_fields(NAME_FIELDS), *listed])
    bold = _find_bold(_read_templates(FIRST_HEADINGS))
    headings = (strip_tags(TEMPLATE_TAG.sub("", text)) for text in bold)
    return {
        400: ASCII.union(
            _read_strings(code / one for one in FIRST_CODE),
            _read_records(FIRST_RECORDS),
            names,
            *_read_fields(TEXT_FIELDS),
            *templates,
        ),
        # Few names have Latin letters.
        700: set(FIRST_HEADING_SIGNS).union(names, *headings),
    }


def collect_page_characters() -> dict[int, set[str]]:
    """Return the characters that public pages show in their own words, by weight of the font.

    What only records, their sources or the admin say is not among them.
    """
    folder, templates = settings.BASE_DIR / "centers", _read_page_templates()
    scripts = [file.read_text() for file in (settings.BASE_DIR / "static" / "js").glob("*.js")]
    code = [
        file
        for room in PAGE_CODE
        for file in (folder / room).rglob("*.py")
        if file.name not in READERS_CODE
    ]
    names = [*_read_fields(PAGE_FIELDS, has_districts=True)]
    headings = [strip_tags(TEMPLATE_TAG.sub("", text)) for text in _find_bold(templates)]
    titles = [title for text in templates for title in TITLE.findall(text)]
    sentences = _read_strings(folder / one for one in PAGE_HEADING_CODE)
    return {
        400: ASCII.union(_read_strings(code), *names, *templates, *scripts),
        # Of Latin letters those of headings: docstrings have all.
        700: set(filter(_is_not_ascii, sentences)).union(*names, *headings, *titles),
    }


def collect_record_characters() -> dict[int, set[str]]:
    """Return the characters of the bundled records and of their sources, by weight of the font."""
    return {400: set(_read_records(RECORDS)), 700: set(_read_records(LISTED))}


def _is_not_ascii(character: str) -> bool:
    return not character.isascii()


def _read_fields(
    wanted: dict[str, tuple[str, ...]], *, has_districts: bool = False
) -> Iterable[str]:
    """Fields of the bundled records, of the regions of all or of 시·도 alone."""
    for name, fields in wanted.items():
        for record in _load_records(name):
            values = record["fields"]
            if has_districts or values.get("level", "sido") == "sido":
                yield from (str(values.get(one) or "") for one in fields)
