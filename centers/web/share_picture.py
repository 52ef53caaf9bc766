"""The picture that other sites show of a shared centre: its name, region and industry."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from io import BytesIO

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from centers.exports.download_slots import DownloadSlots
from centers.http.decorators import require_safe
from centers.http.merged_records import redirect_merged
from centers.http.middleware.security_headers import CROSS_ORIGIN_HEADERS
from centers.models import Center, DataVersion
from centers.models.reference_data import get_reference_data
from centers.search.listed_center import ListedCenter, fetch_cached_rows
from centers.search.neighbours import get_center_points

STATIC = settings.BASE_DIR / "static"
FONT = STATIC / "fonts" / "pretendard" / "Pretendard-Bold.woff2"
#: The site's name and note without a centre (tests/browser/pictures.py).
BACKGROUND = STATIC / "icons" / "share-center.png"
#: The picture of the site itself.
SITE_PICTURE = "icons/share.png"

#: In pixels: the left edge of all texts, their width, and where the name begins and ends.
LEFT, WIDTH, TOP, BOTTOM = 80, 1040, 160, 402
LINE_HEIGHT = 1.25
#: Sizes of the name, the largest that fits first, and of what is below it.
NAME_SIZES, FACT_SIZE = (76, 60, 48), 38
FACT_GAP, FACT_STEP = 34, 54
NAME_COLOR, FACT_COLOR = "#ffffff", "#becbde"
#: Stands for a letter that the font lacks.
MISSING_LETTER = "□"
#: A name of which the font has fewer of the letters than this share is left out.
MIN_SHARE = 0.5

#: One picture at a time in a process, and one that waits for a second.
slots = DownloadSlots(max_wait=1)


@dataclass(frozen=True)
class SharePicture:
    """What the picture of one centre shows."""

    key: int
    name: str
    #: Its region, after its state unless it operates, and its industry; each may be unknown.
    facts: tuple[str, ...]

    @classmethod
    def from_row(cls, row: ListedCenter) -> "SharePicture":
        center = row.center
        state = "" if center.status == Center.Status.OPERATING else center.get_status_display()
        place = " · ".join(filter(None, (state, center.region.full_name)))
        facts = (place, row.industry_label)
        return cls(center.pk, center.display_name, tuple(filter(None, facts)))

    @property
    def url(self) -> str:
        """The path of the picture, which changes with what it shows, as other sites cache it."""
        shown = repr((self.name, self.facts)).encode()
        digest = blake2b(shown, digest_size=6).hexdigest()
        return f"{reverse('center_picture', args=[self.key])}?v={digest}"

    @property
    def alt(self) -> str:
        return ", ".join((self.name, *self.facts))

    def draw(self) -> bytes:
        """Draw the picture and return it as PNG."""
        image = Image.open(BACKGROUND).convert("RGB")
        drawing = ImageDraw.Draw(image)
        name, facts = replace_missing(self.name), [replace_missing(one) for one in self.facts]
        if not name:
            name, *facts = facts or [""]
        size, lines = fit_lines(name)
        top = TOP
        for line in lines:
            drawing.text((LEFT, top), line, NAME_COLOR, load_font(size))
            top += round(size * LINE_HEIGHT)
        top += FACT_GAP
        for fact in facts:
            [line] = cut_lines(wrap(fact, FACT_SIZE), FACT_SIZE, 1)
            drawing.text((LEFT, top), line, FACT_COLOR, load_font(FACT_SIZE))
            top += FACT_STEP
        file = BytesIO()
        # Few colours, so that a palette halves the file.
        image.quantize(64, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        return file.getvalue()


@lru_cache(maxsize=len(NAME_SIZES) + 1)
def load_font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4_000)
def has_glyph(char: str) -> bool:
    """Whether the font has a character; it draws the same box for all that it lacks."""
    return char.isspace() or draw_char(char) != draw_char("\uffff")


def draw_char(char: str) -> bytes:
    image = Image.new("L", (2 * FACT_SIZE, 2 * FACT_SIZE))
    ImageDraw.Draw(image).text((0, 0), char, 255, load_font(FACT_SIZE))
    return image.tobytes()


def replace_missing(text: str) -> str:
    """Return a text in characters that the font has; "" if it has too few of the letters.

    ㈜ becomes (주); a picture (emoji) is left out, a letter has `MISSING_LETTER` in its place.
    """
    pieces, missing = [], 0
    for char in text:
        simple = char if has_glyph(char) else unicodedata.normalize("NFKC", char)
        if all(map(has_glyph, simple)):
            pieces.append(simple)
        elif unicodedata.category(char)[0] in "LN":
            pieces.append(MISSING_LETTER)
            missing += 1
    result = " ".join("".join(pieces).split())
    letters = sum(char.isalnum() for char in result) + missing
    return result if letters and missing <= letters * MIN_SHARE else ""


def fit_lines(name: str) -> tuple[int, list[str]]:
    """Return the largest size in which a name fits, and its lines; the last may end in …."""
    for size in NAME_SIZES:
        lines, most = wrap(name, size), int((BOTTOM - TOP) / (size * LINE_HEIGHT))
        if len(lines) <= most:
            return size, lines
    smallest = NAME_SIZES[-1]
    most = int((BOTTOM - TOP) / (smallest * LINE_HEIGHT))
    return smallest, cut_lines(wrap(name, smallest), smallest, most)


def cut_lines(lines: list[str], size: int, most: int) -> list[str]:
    """Return at most so many lines; the last ends in … if others follow."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while load_font(size).getlength(f"{last}…") > WIDTH:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def wrap(text: str, size: int) -> list[str]:
    """Break a text into lines between words, and within a word that is wider than a line."""
    font = load_font(size)
    lines = [""]
    for piece in split_words(text, font):
        joined = f"{lines[-1]} {piece}" if lines[-1] else piece
        if font.getlength(joined) <= WIDTH:
            lines[-1] = joined
        else:
            lines.append(piece)
    return lines


def split_words(text: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    for word in text.split():
        while font.getlength(word) > WIDTH:
            end = next(at for at in range(len(word)) if font.getlength(word[: at + 1]) > WIDTH)
            yield word[:end]
            word = word[end:]
        yield word


@require_safe
def center_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the picture of a centre; its other URLs redirect to the one that its page names.

    While others wait for theirs, it redirects to the picture of the site.
    """
    version = DataVersion.cached()
    regions, _ = get_reference_data(version)
    if pk not in get_center_points(version, regions).by_key:
        return redirect_merged(Center, "center_picture", pk)
    row = fetch_cached_rows([pk], regions, version).get(pk)
    if row is None:
        raise Http404  # deleted within the last second
    picture = SharePicture.from_row(row)
    if request.get_full_path() != picture.url:
        return HttpResponseRedirect(picture.url, headers=CROSS_ORIGIN_HEADERS)
    release = slots.acquire()
    if release is None:
        return HttpResponseRedirect(static(SITE_PICTURE), headers=CROSS_ORIGIN_HEADERS)
    try:
        return HttpResponse(picture.draw(), "image/png", headers=CROSS_ORIGIN_HEADERS)
    finally:
        release()
