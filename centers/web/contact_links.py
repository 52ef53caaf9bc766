"""Ways to reach a centre, and whoever keeps its record: links that templates only show."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings

from centers.models import Center

#: An address up to its building number: 대전광역시 동구 선화로 214번길 46.
BUILDING_ADDRESS = re.compile(r".*?\w(?:로|길)\s*\d+(?:번?길\s*\d+)?(?:-\d+)?(?!\s*번?길)")


@dataclass(frozen=True)
class Link:
    """A link out of the site: what it is called, and where it leads."""

    name: str
    url: str


def shorten_address(address: str) -> str:
    """The part of an address that maps know: no floors, rooms or buildings behind the number."""
    if found := BUILDING_ADDRESS.match(address):
        return found[0]
    return re.split(r"[(,]", address)[0].strip()


def build_map_links(center: Center) -> list[Link]:
    """The centre on three maps, by its point where it is known, else by its address."""
    place = quote(shorten_address(center.address), safe="")
    if center.lat is None:
        if not place:
            return []
        return [
            Link("카카오맵", f"https://map.kakao.com/?q={place}"),
            Link("네이버 지도", f"https://map.naver.com/p/search/{place}"),
            Link("오픈스트리트맵", f"https://www.openstreetmap.org/search?query={place}"),
        ]
    point = f"{center.lat},{center.lon}"
    name = quote(center.display_name.replace(",", " "), safe="")
    marked = f"mlat={center.lat}&mlon={center.lon}#map=16/{center.lat}/{center.lon}"
    return [
        Link("카카오맵", f"https://map.kakao.com/link/map/{name},{point}"),
        Link("네이버 지도", f"https://map.naver.com/p/search/{place or quote(point, safe='')}"),
        Link("오픈스트리트맵", f"https://www.openstreetmap.org/?{marked}"),
    ]


def get_safe_website(center: Center) -> str:
    """The centre's own site; empty unless it is a web address, whatever may have been stored."""
    return center.website if re.match(r"https?://", center.website) else ""


def build_report_link(subject: str, address: str) -> str:
    """A letter about one page, begun; empty where nobody has said that they read such letters."""
    if not settings.CONTACT_EMAIL:
        return ""
    body = f"{subject}\n{address}\n\n무엇이 잘못되었는지, 가능하면 근거와 함께 적어 주세요.\n"
    query = f"subject={quote(f'[잘못된 정보] {subject}')}&body={quote(body, safe='')}"
    return f"mailto:{settings.CONTACT_EMAIL}?{query}"
