"""Cut Pretendard to the characters of the site's own words and records, in a few files."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from centers.management.site_characters import (
    collect_characters,
    collect_first_characters,
    collect_page_characters,
    collect_record_characters,
)

WOFF2 = settings.BASE_DIR / "static" / "fonts" / "pretendard" / "woff2"
PARTS = {400: "Pretendard-Regular.subset.*.woff2", 700: "Pretendard-Bold.subset.*.woff2"}
#: The stylesheets of what the fonts of the first pages lack: other words of public pages, and the
#: rest, which has what readers type.
MORE_SHEET, STYLESHEET = WOFF2.parent / "more.css", WOFF2.parent / "pretendard.css"
LICENCE_NOTE = (
    "/* Pretendard 1.3.9, SIL Open Font License 1.1: see LICENSE. "
    "Written by manage.py fit_fonts (docs/fonts.md). */"
)
FACE = (
    '@font-face{{font-family:"Pretendard";font-weight:{};font-display:swap;'
    'src:url("woff2/{}") format("woff2");unicode-range:{}}}'
)
CUT_FACE = (
    '@font-face{{font-family:"Site Sans";font-weight:{};font-display:swap;'
    'src:url("woff2/{}") format("woff2");unicode-range:{}}}'
)
#: The files of what the first pages show, with their first and last code point (css/fonts.css). Two
#: of half the size come sooner than one, as a new connection begins with 15 kB at a time.
FIRST = {400: {"a": (0, 0xC0AB), "b": (0xC0AC, 0x10FFFF)}, 700: {"": (0, 0x10FFFF)}}
#: In the names of the files with what they do not show: other words of public pages, those of
#: records and their sources, and what the admin alone says.
MORE, RECORDS, REST = "more", "records", "rest"
#: "Pretendard" is a reserved name, not for changed versions (SIL Open Font License, 3).
FAMILY = "Site Sans"


def get_path(weight: int, part: str = "") -> Path:
    """Return the path of a cut font: of the first pages, or one of those with more."""
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


def build_stylesheets() -> dict[Path, str]:
    """Build the stylesheets of what the fonts of the first pages lack, by their paths.

    The last has the parts for what the site never writes. So no part loads for a character of a
    cut font, even where that font comes too late.
    """
    lines: dict[Path, list[str]] = {}
    covered = {weight: read_first_characters(weight) for weight in PARTS}
    for sheet, part in ((MORE_SHEET, MORE), (STYLESHEET, RECORDS), (STYLESHEET, REST)):
        lines.setdefault(sheet, [LICENCE_NOTE])
        for weight in PARTS:
            path = get_path(weight, part)
            characters = read_characters(path)
            lines[sheet].append(CUT_FACE.format(weight, path.name, format_ranges(characters)))
            covered[weight] |= characters
    count = len(list(WOFF2.glob(PARTS[400])))
    # Both weights of a part together, so that the same ranges compress well.
    for number in range(count):
        for weight, pattern in PARTS.items():
            name = pattern.replace("*", str(number))
            lacking = read_characters(WOFF2 / name) - covered[weight]
            if lacking:
                lines[STYLESHEET].append(FACE.format(weight, name, format_ranges(lacking)))
    return {sheet: "\n".join(text) + "\n" for sheet, text in lines.items()}


class Command(BaseCommand):
    help = (
        "Write the fonts and the stylesheet of static/fonts/pretendard for the words of the site."
    )
    requires_system_checks = ()

    def handle(self, **options):
        first = collect_first_characters()
        further = {
            MORE: collect_page_characters(),
            RECORDS: collect_record_characters(),
            REST: collect_characters(),
        }
        for weight in PARTS:
            parts = {
                part: {char for char in first[weight] if start <= ord(char) <= end}
                for part, (start, end) in FIRST[weight].items()
            }
            for part, characters in further.items():
                parts[part] = characters[weight].difference(*parts.values())
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
        for sheet, text in build_stylesheets().items():
            sheet.write_text(text)
