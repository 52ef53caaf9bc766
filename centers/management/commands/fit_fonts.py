"""Cut Pretendard to the characters of the site's own words and records, in a few files."""

import ast
import json
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.html import strip_tags

WOFF2 = settings.BASE_DIR / "static" / "fonts" / "pretendard" / "woff2"
PARTS = {400: "Pretendard-Regular.subset.*.woff2", 700: "Pretendard-Bold.subset.*.woff2"}
STYLESHEET = WOFF2.parent / "pretendard.css"
LICENCE_NOTE = (
    "/* Pretendard 1.3.9, SIL Open Font License 1.1: see LICENSE. "
    "Written by manage.py fit_fonts (docs/fonts.md). */"
)
FACE = (
    '@font-face{{font-family:"Pretendard";font-weight:{};font-display:swap;'
    'src:url("woff2/{}") format("woff2");unicode-range:{}}}'
)
MORE_FACE = (
    '@font-face{{font-family:"Site Sans";font-weight:{};font-display:swap;'
    'src:url("woff2/{}") format("woff2");unicode-range:{}}}'
)
#: The files of what the first pages show, with their first and last code point (css/fonts.css). Two
#: of half the size come sooner than one, as a new connection begins with 15 kB at a time.
FIRST = {400: {"a": (0, 0xC0AB), "b": (0xC0AC, 0x10FFFF)}, 700: {"": (0, 0x10FFFF)}}
#: In the name of the file with what they do not show.
MORE = "more"
#: "Pretendard" is a reserved name, not for changed versions (SIL Open Font License, 3).
FAMILY = "Site Sans"

#: Records whose words are on first pages; others load the parts that they need.
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
    *("models/status_note.py", "provenance", "search/results.py", "web/center_help.py"),
    *("web/contact_links.py", "web/list_page.py", "web/timeline.py"),
)
FIRST_RECORDS = ("announcement_2024", "status_list_2026")
#: What headings of these pages have besides names: the numbers of results, quotes, brackets.
FIRST_HEADING_SIGNS = "0123456789 ()·—-,.‘’…%전체곳년상태유형"
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
ASCII = {chr(code) for code in range(0x20, 0x7F)}


def _read_strings(paths: Iterable[Path]) -> str:
    """Join the string constants of Python files, and of all in folders."""
    files = (file for one in paths for file in ([one] if one.is_file() else one.rglob("*.py")))
    trees = (ast.parse(file.read_text()) for file in files)
    constants = (
        node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)
    )
    return "".join(value for value in constants if isinstance(value, str))


def _read_records(names: Iterable[str]) -> str:
    files = (settings.FIXTURES_DIR / f"{name}.json" for name in names)
    return "".join(json.dumps(json.loads(file.read_text()), ensure_ascii=False) for file in files)


def _read_templates(patterns: Iterable[str]) -> list[str]:
    folder = settings.BASE_DIR / "templates"
    return [file.read_text() for pattern in patterns for file in folder.glob(pattern)]


def _find_bold(templates: Iterable[str]) -> list[str]:
    return [found[0] for text in templates for found in BOLD.finditer(text)]


def collect_characters() -> dict[int, set[str]]:
    """Return the characters that the site itself writes, by weight of the font."""
    code, static = settings.BASE_DIR / "centers", settings.BASE_DIR / "static"
    templates = _read_templates(["**/*.html"])
    scripts = [file.read_text() for file in (static / "js").glob("*.js")]
    return {
        400: ASCII.union(_read_strings([code]), _read_records(RECORDS), *templates, *scripts),
        700: ASCII.union(
            _read_strings(code / room for room in HEADING_ROOMS),
            _read_records(LISTED),
            *_find_bold(templates),
        ),
    }


def collect_first_characters() -> dict[int, set[str]]:
    """Return the characters of the list and of the pages of centres, by weight of the font.

    They are few, so that their fonts arrive with the first text.
    """
    code, templates = settings.BASE_DIR / "centers", _read_templates(FIRST_TEMPLATES)
    printed = json.loads((settings.FIXTURES_DIR / "status_list_2026.json").read_text())
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


def _read_fields(wanted: dict[str, tuple[str, ...]]) -> Iterable[str]:
    """The texts of some fields of the bundled records; of regions those of 시·도 alone."""
    for name, fields in wanted.items():
        for record in json.loads((settings.FIXTURES_DIR / f"{name}.json").read_text()):
            values = record["fields"]
            if values.get("level", "sido") == "sido":
                yield from (str(values.get(one) or "") for one in fields)


def get_path(weight: int, part: str = "") -> Path:
    """Return the path of a cut font: a part of the first pages' characters, or all "more"."""
    return WOFF2 / f"site-{weight}{part and '-'}{part}.woff2"


def read_first_characters(weight: int) -> set[int]:
    """Read the code points that the fonts of the first pages have."""
    return set().union(*(read_characters(get_path(weight, part)) for part in FIRST[weight]))


def build_font(parts: Iterable[Path], characters: set[str], target: Path) -> set[str]:
    """Merge the glyphs of these characters from parts of a font, and write them.

    Returns the characters found, fewer where the parts lack some. Raises ImportError without
    fontTools.
    """
    from fontTools.merge import Merger
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(
        layout_features=["tnum"], hinting=False, notdef_outline=True, drop_tables=["GDEF", "GPOS"]
    )
    written: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for part in sorted(parts):
            font: Any = TTFont(part, recalcTimestamp=False)
            wanted = (font.getBestCmap().keys() & set(map(ord, characters))) - written
            if not wanted:
                continue
            created = font["head"].created
            subsetter = Subsetter(options)
            subsetter.populate(unicodes=wanted)
            subsetter.subset(font)
            font.flavor = None
            files.append(f"{folder}/{len(files)}.ttf")
            font.save(files[-1])
            written |= wanted
        font = Merger().merge(files)
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6, 16):
                record.string = FAMILY.replace(" ", "") if record.nameID == 6 else FAMILY
        # The same glyphs make the same file.
        font["head"].created = font["head"].modified = created
        font.recalcTimestamp = False
        font.flavor = "woff2"
        font.save(target)
    return set(map(chr, written))


def format_ranges(codes: Iterable[int]) -> str:
    """Format code points as a `unicode-range`: U+ac00-ac02,U+ac04."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{a:x}" if a == b else f"U+{a:x}-{b:x}" for a, b in runs)


def read_characters(path: Path) -> set[int]:
    """Read the code points that a font file has."""
    from fontTools.ttLib import TTFont

    return set(TTFont(path).getBestCmap() or ())


def build_stylesheet() -> str:
    """Build the stylesheet of what the fonts of the first pages lack.

    First the rest of the site's own characters, then the parts for those that it never writes. So
    no part loads for a character of a cut font, even where that font comes too late.
    """
    lines = [LICENCE_NOTE]
    covered = {weight: read_first_characters(weight) for weight in PARTS}
    for weight in PARTS:
        path = get_path(weight, MORE)
        more = read_characters(path) - covered[weight]
        lines.append(MORE_FACE.format(weight, path.name, format_ranges(more)))
        covered[weight] |= more
    count = len(list(WOFF2.glob(PARTS[400])))
    # Both weights of a part together, so that the same ranges compress well.
    for number in range(count):
        for weight, pattern in PARTS.items():
            name = pattern.replace("*", str(number))
            lacking = read_characters(WOFF2 / name) - covered[weight]
            if lacking:
                lines.append(FACE.format(weight, name, format_ranges(lacking)))
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = (
        "Write the fonts and the stylesheet of static/fonts/pretendard for the words of the site."
    )
    requires_system_checks = ()

    def handle(self, **options):
        first = collect_first_characters()
        for weight, characters in collect_characters().items():
            parts = {
                part: {char for char in first[weight] if start <= ord(char) <= end}
                for part, (start, end) in FIRST[weight].items()
            }
            parts[MORE] = characters - first[weight]
            for part, wanted in parts.items():
                target = get_path(weight, part)
                try:
                    written = build_font(WOFF2.glob(PARTS[weight]), wanted, target)
                except ImportError as error:
                    raise CommandError(
                        f"Needs the packages of requirements-dev.txt: {error}."
                    ) from None
                size = target.stat().st_size / 1000
                self.stdout.write(f"{target.name}: {len(written)} characters, {size:.0f} kB")
        STYLESHEET.write_text(build_stylesheet())
