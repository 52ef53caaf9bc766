"""Terms of use of the data, and the sources of the reference data, for pages and files."""

TERMS_OF_USE = (
    "사실 자체에는 저작권이 없지만, 옮겨 쓸 때는 원래 문서를 출처로 밝혀 주세요. "
    "원래 문서와 다르면 원래 문서가 맞습니다."
)
#: Sources of the regions, their points and the industries.
REFERENCE_SOURCES = (
    "지역 이름과 코드: 행정안전부 법정동 코드, 2026년 10월 기준",
    "지역 위치: 통계청 SGIS 행정구역 경계, 공공누리 제1유형(출처 표시)",
    "업종: 통계청 고시 제2024-2호 한국표준산업분류 제조업 중분류",
)
