"""Links out of the site: maps, a centre's website, and reporting a mistake by mail."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings

from centers.models import Center

#: A postal address up to its building number: 대전광역시 동구 선화로 214번길 46.
BUILDING_ADDRESS = re.compile(r".*?\w(?:로|길)\s*\d+(?:번?길\s*\d+)?(?:-\d+)?(?!\s*번?길)")


@dataclass(frozen=True)
class Link:
    """The label and URL of a link out of the site."""

    name: str
    url: str


def shorten_address(address: str) -> str:
    """Cut a postal address after its building number; maps do not find floors or rooms."""
    if found := BUILDING_ADDRESS.match(address):
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


def get_safe_website(center: Center) -> str:
    """Return the website if it is an http(s) URL, else "": a link must not carry a script."""
    return center.website if re.match(r"https?://", center.website) else ""


def build_report_link(subject: str, url: str) -> str:
    """Build a mailto: link with subject and body about one page; empty without `CONTACT_EMAIL`."""
    if not settings.CONTACT_EMAIL:
        return ""
    body = f"{subject}\n{url}\n\n무엇이 잘못되었는지, 가능하면 근거와 함께 적어 주세요.\n"
    query = f"subject={quote(f'[잘못된 정보] {subject}')}&body={quote(body, safe='')}"
    return f"mailto:{settings.CONTACT_EMAIL}?{query}"
