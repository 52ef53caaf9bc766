"""What a centre's page tells a maker: whom it helps, and which number to call."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import quote

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from centers.models import Center
from centers.models.reference_data import get_industry_label
from centers.text.formatting import choose_particle
from centers.web.contact_links import Link

#: The number of 중소기업통합콜센터, which answers where no other number is known.
CALL_CENTER = "1357"
#: KSIC divisions whose names are work and no products: printing, metalworking, repair.
WORK_DIVISIONS = ("18", "25", "34")
#: Where every centre's notices may stand.
NOTICE_SITES = (
    Link("소상공인24", "https://www.sbiz24.kr/"),
    Link("기업마당", "https://www.bizinfo.go.kr/"),
)
#: When the sources below were read.
HELP_READ_ON = date(2026, 11, 28)


@dataclass(frozen=True)
class HelpSource:
    """A public text that states what every centre's page says, as far as it was read."""

    about: str
    publisher: str
    #: A year, a month or a day.
    published_on: str
    url: str


#: Who may apply to a centre of one industry, and to a 상생 centre.
WHO_SOURCES = {
    Center.Kind.SPECIALIZED: HelpSource(
        "법이 소공인을 어떻게 정하는지 전한 보도",
        "경인일보",
        "2021-05-04",
        "https://kyeongin.com/article/1548584",
    ),
    Center.Kind.WIDE_AREA: HelpSource(
        "전북 센터를 다룬 보도",
        "익산투데이",
        "2023-07-03",
        "http://iksantoday.kr/news/view.php?idx=215368&mcode=m62xb2y",
    ),
}
PAPERS_SOURCE = HelpSource(
    "소상공인확인서를 안내한 글",
    "2dailyfit.com",
    "2025-07",
    "https://post001.2dailyfit.com/2025/07/small-business-certification.html",
)
NOTICES_SOURCE = HelpSource(
    "전주 센터가 소상공인24로 신청받는다는 보도",
    "중도일보",
    "2025-04-21",
    "https://joongdo.co.kr/web/view.php?key=20250421010007501",
)
#: Empty modules around a QR code, as readers of it need them.
QR_MARGIN = 4
#: Every mask can be read. To try all eight takes as long as the rest of a page, and for URLs of
#: centres this one is the best or within a third of it (by the penalties of the standard).
QR_MASK = 2


@dataclass(frozen=True)
class CallButton:
    """A number to call, named by who answers it."""

    label: str
    number: str


def build_help_sentence(center: Center, version: int) -> str:
    """Say in one sentence whom the centre helps: 의복을 만드는 … 제조업체를 돕습니다."""
    whom = "상시 근로자 10명 미만 제조업체를 돕습니다."
    if center.kind == Center.Kind.WIDE_AREA or not center.industry_id:
        return f"업종과 집적지를 가리지 않고 {whom}"
    label = get_industry_label(center, version).partition(" (")[0].removesuffix(" 등")
    codes = [code[:2] for code in center.classes] or [center.industry_id]
    if set(codes) & set(WORK_DIVISIONS):
        return f"{label} 일을 하는 {whom}"
    if label == "섬유":
        label = "섬유제품"
    return f"{label}{choose_particle(label, '을', '를')} 만드는 {whom}"


def choose_call_button(center: Center) -> CallButton:
    """Return the best known number: the centre's, else its operator's, else the call centre's."""
    if center.phone:
        return CallButton("센터에 전화하기", center.phone)
    if center.operator and center.operator.phone:
        return CallButton("운영기관 대표전화로 걸기", center.operator.phone)
    return CallButton("상담 전화", CALL_CENTER)


def build_number_search(center: Center) -> str:
    """Build the URL of a map search for the operator near the centre; "" if it is not needed."""
    if not center.operator or center.phone or center.operator.phone:
        return ""
    words = f"{center.region.short_name} {center.operator.name}"
    return f"https://map.kakao.com/?q={quote(words, safe='')}"


def list_notice_links(website: str, operator_website: str) -> list[Link]:
    """List where notices of the centre stand, its own site first."""
    own = [
        Link(name, url)
        for name, url in (("센터 누리집", website), ("운영기관 누리집", operator_website))
        if url
    ]
    return [*own, *NOTICE_SITES]


def choose_help_sources(center: Center) -> dict[str, HelpSource]:
    """The sources of what every centre's page says about applying."""
    who = WHO_SOURCES[Center.Kind(center.kind)]
    return {"who": who, "papers": PAPERS_SOURCE, "notices": NOTICES_SOURCE}


@dataclass(frozen=True)
class QrImage:
    """A QR code as an SVG path of horizontal strokes, one unit a module."""

    size: int
    path: str


@lru_cache(maxsize=256)
def build_qr_image(url: str) -> QrImage:
    """Build the QR code of a URL for the printed page."""
    code = QRCode(border=QR_MARGIN, error_correction=ERROR_CORRECT_M, mask_pattern=QR_MASK)
    code.add_data(url)
    rows = code.get_matrix()
    strokes = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                strokes.append(f"M{x} {y}.5h{length}")
            x += length + 1
    return QrImage(len(rows), "".join(strokes))
