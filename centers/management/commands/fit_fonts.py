"""Cut Pretendard to the characters of the site's own words and records, one file a weight."""

import ast
import json
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

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
#: "Pretendard" is a reserved name, not for changed versions (SIL Open Font License, 3).
FAMILY = "Site Sans"

#: Records whose words are on first pages; others load the parts that they need.
LISTED = ("regions", "industries", "announcement_2024", "status_list_2026")
RECORDS = (*LISTED, "center_totals", "citations_2026")
#: Rooms whose sentences are headings.
HEADING_ROOMS = ("models", "provenance", "search", "web")
BOLD = re.compile(r"<(h[1-6]|legend|strong)\b.*?</\1>", re.DOTALL)
ASCII = {chr(code) for code in range(0x20, 0x7F)}


def _read_strings(folders: Iterable[Path]) -> str:
    """Join the string constants of all Python files in these folders."""
    trees = (ast.parse(file.read_text()) for folder in folders for file in folder.rglob("*.py"))
    constants = (
        node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)
    )
    return "".join(value for value in constants if isinstance(value, str))


def _read_records(names: Iterable[str]) -> str:
    files = (settings.FIXTURES_DIR / f"{name}.json" for name in names)
    return "".join(json.dumps(json.loads(file.read_text()), ensure_ascii=False) for file in files)


def collect_characters() -> dict[int, set[str]]:
    """Return the characters that the site itself writes, by weight of the font."""
    code, static = settings.BASE_DIR / "centers", settings.BASE_DIR / "static"
    templates = [file.read_text() for file in (settings.BASE_DIR / "templates").rglob("*.html")]
    scripts = [file.read_text() for file in (static / "js").glob("*.js")]
    bold = [found[0] for text in templates for found in BOLD.finditer(text)]
    return {
        400: ASCII.union(_read_strings([code]), _read_records(RECORDS), *templates, *scripts),
        700: ASCII.union(
            _read_strings(code / room for room in HEADING_ROOMS), _read_records(LISTED), *bold
        ),
    }


def get_path(weight: int) -> Path:
    """Return the path of the font of one weight."""
    return WOFF2 / f"site-{weight}.woff2"


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
    """Build the stylesheet of the parts, each for the characters that the cut font lacks.

    So no part loads for a character of the cut font, even where that font comes too late.
    """
    lines = [LICENCE_NOTE]
    covered = {weight: read_characters(get_path(weight)) for weight in PARTS}
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
        for weight, characters in collect_characters().items():
            target = get_path(weight)
            try:
                written = build_font(WOFF2.glob(PARTS[weight]), characters, target)
            except ImportError as error:
                raise CommandError(
                    f"Needs the packages of requirements-dev.txt: {error}."
                ) from None
            size = target.stat().st_size / 1000
            self.stdout.write(f"{target.name}: {len(written)} characters, {size:.0f} kB")
        STYLESHEET.write_text(build_stylesheet())
