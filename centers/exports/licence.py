"""Licences of data, code and fonts, and the sources of the data with their terms, in one place.

Pages, files, API, catalog and structured data take names, URLs and words from here. A source has
a licence here only where the source itself states one; the others are only named.
"""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from centers.text.formatting import SITE_NAME


@dataclass(frozen=True)
class Licence:
    """A licence by its name and the URL of its text."""

    name: str
    url: str
    #: Its SPDX identifier; "" where the list has none.
    spdx: str = ""


MIT = Licence("MIT License", "https://opensource.org/license/mit", "MIT")
OFL = Licence("SIL Open Font License 1.1", "https://openfontlicense.org/", "OFL-1.1")
#: 공공누리 (Korea Open Government License) type 1.
KOGL_1 = Licence("공공누리 제1유형(출처 표시)", "https://www.kogl.or.kr/info/licenseType1.do")
#: The portal's own words for data that may be used without restriction.
UNRESTRICTED = Licence("이용허락범위 제한 없음(공공데이터포털)", "https://www.data.go.kr/")

#: The terms of the data as a whole: facts, whose sources are to be named.
ATTRIBUTION = "출처 표시"
TERMS_OF_USE = (
    "사실 자체에는 저작권이 없지만, 옮겨 쓸 때는 원래 문서를 출처로 밝혀 주세요. "
    "원래 문서와 다르면 원래 문서가 맞습니다."
)
#: What may be done with the data, and on which conditions.
PERMISSIONS = (
    "이 누리집은 조건을 더하지 않습니다. 내려받고 고치고 합치고 다시 내는 데 허락이 필요하지 않고, "
    "영리 목적도 같습니다.",
    "옮겨 쓸 때는 원래 문서의 제목, 발표 기관, 날짜를 출처로 적습니다.",
    "지역의 위치를 옮겨 쓸 때는 통계청 SGIS를 출처로 적습니다.",
    "고쳐 썼으면 고쳤다고 적고, 정부나 이 누리집이 보증하는 것처럼 적지 않습니다.",
    "여기에는 사실과 수치만 옮겼습니다. 원래 문서의 글과 그림은 그 문서에 적힌 조건을 따릅니다.",
)


@dataclass(frozen=True)
class Source:
    """A source of the data other than announcements, with the licence that it states."""

    subject: str
    title: str
    licence: Licence | None = None

    @property
    def terms(self) -> str:
        return self.licence.name if self.licence else ATTRIBUTION

    def __str__(self) -> str:
        return f"{self.subject}: {self.title}, {self.terms}"


#: Sources of regions, their points, and industries.
REFERENCE_SOURCES = (
    Source("지역 이름과 코드", "행정안전부 법정동 코드, 2026년 10월 기준"),
    Source("지역 위치", "통계청 SGIS 행정구역 경계", KOGL_1),
    Source("읍·면·동 위치", "국토지리정보원 경계, 2023년 9월 기준", UNRESTRICTED),
    Source("업종", "통계청 고시 제2024-2호 한국표준산업분류 제조업 중분류"),
)


def get_terms_url() -> str:
    """Return the URL of the section of the site that states the terms of the data."""
    return f"{settings.SITE_URL}{reverse('data')}#terms"


def build_citation(day: object = "") -> str:
    """Return how to cite the directory as a whole, with the day on which it was read."""
    read = f", {day}에 확인" if day else ""
    return f"{SITE_NAME}, {settings.SITE_URL}{read}."


def build_license_link() -> str:
    """Return the value of the header Link that names the licence (RFC 8288, relation `license`)."""
    return f'<{get_terms_url()}>; rel="license"'
