"""Links out of the site: maps, a centre's website, and reporting a mistake by mail."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings

from centers.models import Center, Operator
from centers.text.hangul import clean

#: What stands in front of an address and is no part of it: (우46302), 우)46302, [46302], 대한민국.
_FRONT = re.compile(
    r"(?:(?:우편번호|우|〒)?[\s:.)]*[(\[]?\s*(?:우편번호|우|〒)?[\s:.)]*(?:\d{5}|\d{3}-\d{3})(?![\d-])[\s)\],]*"
    r"|대한민국[\s,]*|(?:도로명|지번|새|구)?\s*주소\s*[:)]\s*)+"
)
_BRACKETS = re.compile(r"\([^()]*\)")
#: A road, of which another may branch off by number: 퇴계로73가길, 선화로 214번길, 흥덕2로.
_ROAD = r"\w(?:로|길)(?:\s*\d+\s*[가-힣]{0,3}길(?=\s*(?:지하\s*)?\d))?"
#: A number of a building or a lot: 30, 3-1, 지하 84; neither a number in a name (종로5가) nor a
#: floor or room.
_NUMBER = r"\d++(?:\s?-\s?\d++)?+(?!\s*[가동층호](?![가-힣])|\s?[가-힣]{0,3}길(?![가-힣]))"
#: A postal address up to its building number: 대전광역시 동구 선화로 214번길 46.
_BUILDING_ADDRESS = re.compile(rf".*?{_ROAD}\s*(?:지하\s*)?{_NUMBER}")
#: A postal address up to the number of its lot: 성남시 중원구 상대원동 190-1.
_LOT_ADDRESS = re.compile(rf".*?[가-힣]\d*(?:동|리|읍|면|\d가)\s*(?:산\s*)?{_NUMBER}(?:\s?번지)?")


@dataclass(frozen=True)
class Link:
    """The label and URL of a link out of the site."""

    name: str
    url: str


def shorten_address(address: str) -> str:
    """Cut a postal address to what maps find: from the region to the number of building or lot.

    A road's whole name stays (퇴계로73가길 30); post codes, floors and rooms go.
    """
    address = _FRONT.sub("", clean(address), count=1)
    # The name of a 동 may stand between road and number: 퇴계로73가길(신당동) 30.
    for text in (address, " ".join(_BRACKETS.sub(" ", address).split())):
        for pattern in (_BUILDING_ADDRESS, _LOT_ADDRESS):
            if found := pattern.match(text):
                return found[0]
    return re.split(r"[(,]", address)[0].strip()


def build_map_links(center: Center) -> list[Link]:
    """Link the centre on three maps, by its coordinates if known, else by its address."""
    address = quote(shorten_address(center.address), safe="")
    if center.lat is None:
        if not address:
            return []
        return [
            Link("카카오맵", f"https://map.kakao.com/?q={address}"),
            Link("네이버 지도", f"https://map.naver.com/p/search/{address}"),
            Link("오픈스트리트맵", f"https://www.openstreetmap.org/search?query={address}"),
        ]
    point = f"{center.lat},{center.lon}"
    name = quote(center.display_name.replace(",", " "), safe="")
    marker = f"mlat={center.lat}&mlon={center.lon}#map=16/{center.lat}/{center.lon}"
    return [
        Link("카카오맵", f"https://map.kakao.com/link/map/{name},{point}"),
        Link("네이버 지도", f"https://map.naver.com/p/search/{address or quote(point, safe='')}"),
        Link("오픈스트리트맵", f"https://www.openstreetmap.org/?{marker}"),
    ]


def get_safe_website(record: Center | Operator) -> str:
    """Return the website if it is an http(s) URL, else "": a link must not carry a script."""
    return record.website if re.match(r"https?://", record.website) else ""


def build_report_link(subject: str, url: str) -> str:
    """Build a mailto: link with subject and body about one page; empty without `CONTACT_EMAIL`."""
    if not settings.CONTACT_EMAIL:
        return ""
    body = f"{subject}\n{url}\n\n무엇이 잘못되었는지, 가능하면 근거와 함께 적어 주세요.\n"
    query = f"subject={quote(f'[잘못된 정보] {subject}')}&body={quote(body, safe='')}"
    return f"mailto:{settings.CONTACT_EMAIL}?{query}"
