"""Stylesheets and fonts: complete, equal in both themes, and without other hosts."""

import json
import re
from io import BytesIO, StringIO

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.management import call_command
from fontTools.ttLib import TTFont

from centers.management.commands.fit_fonts import (
    FIRST,
    MORE,
    PARTS,
    RECORDS,
    REST,
    get_path,
    read_first_characters,
)
from centers.management.site_characters import (
    collect_characters,
    collect_first_characters,
    collect_page_characters,
)
from centers.models import Center

STATIC = settings.BASE_DIR / "static"
#: Of the public pages; the admin has Django's own values.
SHEETS = sorted(path for path in STATIC.rglob("*.css") if not path.name.startswith("admin"))
FONT = STATIC / "fonts" / "pretendard"
#: What is below the first screen or folded, and so may wait for the other files.
UNSEEN = ".deferred, .field-source, .other-statements, .timeline, details, option"
#: Bytes of the fonts that a first visit waits for, by weight, and of those for other pages' words.
MOST_BYTES = {400: 36_000, 700: 18_000}
MOST_BYTES_OF_MORE = {400: 18_000, 700: 15_000}


def values(block):
    return dict(re.findall(r"(--[\w-]+): ([^;]+);", block))


def test_dark_theme_is_the_same_by_media_query_and_by_choice():
    css = (STATIC / "css" / "tokens.css").read_text()
    by_device = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', css, re.DOTALL)
    by_choice = re.search(r'\n:root\[data-theme="dark"\] \{(.*?)\}', css, re.DOTALL)

    assert len(values(by_device[1])) > 20
    assert values(by_device[1]) == values(by_choice[1])


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_stylesheet_uses_known_variables_and_no_other_host(sheet):
    css = sheet.read_text()
    known = {name for path in SHEETS for name in values(path.read_text())}

    assert set(re.findall(r"var\((--[\w-]+)", css)) <= known
    assert "http" not in css


def test_only_the_sheets_of_pages_import_and_all_is_imported():
    imports = {
        path.name: re.findall(r'@import "([^"]+)"', path.read_text())
        for path in STATIC.glob("css/*")
        if path.is_file()
    }
    importing = {name for name, parts in imports.items() if parts}
    parts = {path.relative_to(STATIC / "css") for path in STATIC.glob("css/components/*.css")}

    assert importing == {"admin.css", "embed.css", "site.css"}
    assert {str(path) for path in parts} <= set(imports["site.css"])


def test_collected_sheet_is_one_file_with_its_paper_styles(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "centers.http.static_storage.HashedStaticFilesStorage"}
    }
    ignored = ["admin", "js", "*.png", "rest_framework", "[Pp]retendard[.-]*"]
    call_command(
        collectstatic.Command(), interactive=False, ignore_patterns=ignored, stdout=StringIO()
    )

    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    for name in ("site", "embed"):
        css = (tmp_path / names[f"css/{name}.css"]).read_text()
        assert "@import" not in css
        # Error pages use the names without a hash.
        assert "@import" not in (tmp_path / f"css/{name}.css").read_text()
        assert "--primary-60: #" in css
    site = (tmp_path / names["css/site.css"]).read_text()
    paper = site.partition("@media print {\n/* A centre on one A4 page")[2]
    assert "@page { size: A4" in paper
    assert paper.count("{") + 1 == paper.count("}")


def test_every_font_file_is_used_and_every_used_file_exists():
    more, css = ((FONT / f"{name}.css").read_text() for name in ("more", "pretendard"))
    fonts = (STATIC / "css" / "fonts.css").read_text()
    of_more, used = (re.findall(r'url\("([^"]+)"\)', sheet) for sheet in (more, css))
    cut = re.findall(r'url\("\.\./fonts/pretendard/([^"]+)"\)', fonts)
    unused = {f"woff2/{path.name}" for path in FONT.glob("woff2/*")} - {*used, *of_more, *cut}

    assert len(used) == len(set(used)) == css.count("font-display:swap") > 180
    assert cut == [f"woff2/{path.name}" for path in list_first_files()]
    ends = re.findall(r"site-400-\w.*unicode-range: U\+(\w+)-(\w+);", fonts)
    assert [(int(start, 16), int(end, 16)) for start, end in ends] == [*FIRST[400].values()]
    assert of_more == ["woff2/site-400-more.woff2", "woff2/site-700-more.woff2"]
    assert more.count("font-display:swap") == len(of_more)
    rest = [name for name in used if "/site-" in name]
    parts = ("records", "rest")
    assert rest == [f"woff2/site-{weight}-{part}.woff2" for part in parts for weight in PARTS]
    assert fonts.count("font-display: optional") == len(cut)
    assert set(re.findall(r"font-weight:(\d+)", css)) == {"400", "700"}
    assert "SIL OPEN FONT LICENSE" in (FONT / "LICENSE").read_text()
    for name in unused:
        assert read_characters(FONT / name) <= read_cut(700 if "Bold" in name else 400)


def read_characters(path):
    return set(map(chr, TTFont(BytesIO(path.read_bytes())).getBestCmap()))


def read_cut(weight):
    """The characters of all cut fonts of a weight."""
    further = (read_characters(get_path(weight, part)) for part in (RECORDS, REST))
    return read_of_pages(weight).union(*further)


def read_of_pages(weight):
    """The characters of the cut fonts of a weight that every page has."""
    return read_first(weight) | read_characters(get_path(weight, MORE))


def read_first(weight):
    return set(map(chr, read_first_characters(weight)))


def list_first_files():
    return [get_path(weight, part) for weight, parts in FIRST.items() for part in parts]


def list_part_characters(weight):
    """The characters for which parts of Pretendard load, with the file of each."""
    css = (FONT / "pretendard.css").read_text()
    faces = re.findall(
        rf'"Pretendard";font-weight:{weight};.*?url\("([^"]+)".*?unicode-range:([^}}]+)}}', css
    )
    for file, ranges in faces:
        for ends in (part.removeprefix("U+").split("-") for part in ranges.split(",")):
            for code in range(int(ends[0], 16), int(ends[-1], 16) + 1):
                yield chr(code), FONT / file


@pytest.mark.parametrize("weight", PARTS)
def test_cut_fonts_cover_the_words_of_the_site(weight):
    characters = collect_characters()[weight] - read_cut(weight)
    files = {one: file for one, file in list_part_characters(weight) if one in characters}
    missing = {one for one, file in files.items() if one in read_characters(file)}

    assert not missing, f"run manage.py fit_fonts: {weight} lacks {''.join(sorted(missing))}"


@pytest.mark.parametrize("weight", PARTS)
def test_fonts_of_every_page_cover_the_words_of_public_pages(weight):
    wanted = collect_page_characters()[weight] & read_cut(weight)
    missing = wanted - read_of_pages(weight)

    assert not missing, f"run manage.py fit_fonts: {weight} lacks {''.join(sorted(missing))}"
    assert get_path(weight, MORE).stat().st_size <= MOST_BYTES_OF_MORE[weight]


@pytest.mark.parametrize("weight", PARTS)
def test_no_part_loads_for_characters_of_the_cut_font(weight):
    """Where the cut font comes too late, the local font stands in, not dozens of parts."""
    of_parts = {one for one, _ in list_part_characters(weight)}

    assert len(of_parts) > 10_000
    assert of_parts & read_cut(weight) == set()


@pytest.mark.parametrize("weight", PARTS)
def test_fonts_of_the_first_pages_are_small_and_cover_them(weight):
    own = read_first(weight)
    missing = collect_first_characters()[weight] - own
    files = {one: file for one, file in list_part_characters(weight) if one in missing}

    assert not {one for one, file in files.items() if one in read_characters(file)}
    sizes = [get_path(weight, part).stat().st_size for part in FIRST[weight]]
    assert sum(sizes) <= MOST_BYTES[weight]
    assert not own & read_characters(get_path(weight, MORE))


def test_fonts_of_the_first_pages_have_what_they_show(client, status_list_2026):
    """The list and each centre, without what only its sources and its history say."""
    keys = Center.objects.published().values_list("pk", flat=True)
    lacking = {400: set(), 700: set()}
    for path in ("/", *(f"/centers/{key}/" for key in keys)):
        soup = BeautifulSoup(client.get(path).content, "lxml")
        for one in soup.select(UNSEEN):
            one.decompose()
        bold = "".join(
            one.extract().get_text() for one in soup.select("h1, h2, h3, strong, .site-name")
        )
        for weight, text in ((700, bold), (400, soup.body.get_text())):
            lacking[weight] |= set(text) - read_first(weight) - set(" \n\t")
    known = {weight: read_cut(weight) - read_first(weight) for weight in PARTS}

    # A single 시·군·구 may be spelt with a syllable of its own.
    assert len(lacking[400] & known[400]) <= 3
    assert not lacking[700] & known[700]


@pytest.mark.parametrize("weight", PARTS)
def test_cut_fonts_have_the_metrics_not_the_name_of_the_whole(weight):
    font = TTFont(get_path(weight, next(iter(FIRST[weight]))))
    part = TTFont(next(FONT.glob(f"woff2/{PARTS[weight]}")))

    assert font["hhea"].ascent == part["hhea"].ascent
    assert font["hhea"].descent == part["hhea"].descent
    assert font["OS/2"].usWeightClass == weight
    assert "Pretendard" not in {str(record) for record in font["name"].names}
    assert "Kil Hyung-jin" in str(font["name"].getName(0, 3, 1, 0x409))
    assert {one.FeatureTag for one in font["GSUB"].table.FeatureList.FeatureRecord} == {"tnum"}
