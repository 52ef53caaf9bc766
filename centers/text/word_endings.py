"""What is attached to a word that counts: particles, copulas, what makes a shop of a product."""

from collections.abc import Sequence

#: Taken off a word that is unknown as it stands, if the rest is known; longest first.
PARTICLES = sorted(
    "에서는 에서도 에서 서 에는 에도 에게 에 의 으로는 으로 로 까지 부터 쪽에 쪽 근처에 근처 "
    "인근 주변 을 를 이 가 은 는 도 만 와 과 이랑 랑 이나 나 이요 요 용".split(),
    key=len,
    reverse=True,
)
#: With which only a place is named: 오송에서.
LOCATIVE = "에서"
#: Particles that are as often the last syllable of a word of two.
UNSURE_PARTICLES = frozenset("이 가 도 로 만 나 의 서 에 와 과 랑 요 용".split())
#: What makes a statement of a noun: 영등포인데, 옷공장입니다; longest first.
COPULAS = sorted(
    "인데 인데요 인데유 인데예 인디 인디요 인디유 이에요 이예요 이어유 이유 이여 예요 에요 입니다 "
    "입니더 임다 이고요 이라서 이라 이라고 이라예 이구만 이지라 사는 사는데 쪽인데 쪽인데요 "
    "쪽입니다".split(),
    key=len,
    reverse=True,
)
#: What people add to the name of an industry or a region; longest first.
ENDINGS = sorted(
    "업 제조업 제조 업체 업소 센터 지원센터 동 공장 집 공방 상회 회사 거리 골목 단지 공단 산단 "
    "산업단지 특별시 광역시 제작 제작소 주문제작 맞춤제작 생산 판매 도매 납품 작업 작업실 "
    "작업장 일 전문 상사 산업 시장 상가 마을 특구 타운 임가공 하청 사업 사업자 사업체 사장 "
    "사장님 쟁이 장이 기술자 기능공 업자 업주 하청업체 협력업체 제조업체 제조업자 가공업체".split(),
    key=len,
    reverse=True,
)

#: Single syllables in front of wares of any kind.
COMMON_HEADS = frozenset(
    "생손통새헌참햇찰메왕대중소신구수금은동철쇠목돌꽃흑백홍청황적물불쌀떡콩깨옷책칼면모털솜실"
)

#: Places that are called by what is made there: 인쇄골목, 가구단지.
STREETS = sorted(
    "거리 골목 단지 공단 타운 특구 테마거리 특화거리 상가 유통상가".split(), key=len, reverse=True
)

#: Behind the name of a product, what its makers do; it says nothing more.
MAKING_NOUNS = frozenset(
    "가공 제조 생산 제작 작업 납품 공장 공방 업체 회사 제조업 제조업체 제조업자 가공업 가공업체 "
    "작업장 작업실 사업장 하청 임가공 주문제작 맞춤제작 만들기".split()
)

#: Work and materials of many industries; behind a product they say nothing of the industry.
COMMON_WORK = frozenset(
    "수리 재단 원단 부품 부속 자재 재료 원자재 디자인 조립 성형 마감 샘플 조각 손잡이 "
    "수선 설계".split()
)
#: The same, unless the product is of an industry without a centre: 플라스틱 도금.
COMMON_FINISHING = frozenset("도색 도장 연마 광택 코팅 절단 타공 도금 접착".split())

#: What makes a shop, a service or a farm of the name of a product: nothing is made there.
NON_MAKER_ENDINGS = tuple(
    "가게 마트 슈퍼 편의점 백화점 매장 전문점 체인점 가맹점 프랜차이즈 쇼핑몰 식당 맛집 분식집 "
    "카페 주점 포차 호프 뷔페 레스토랑 농장 농원 농가 농사 과수원 양식장 축사 텃밭 밭 학원 학교 "
    "교실 유치원 어린이집 병원 의원 한의원 약국 미용실 헤어샵 네일샵 세탁소 부동산 은행 호텔 "
    "모텔 펜션 민박 여행사 정비소 카센터 주유소 세차장 노래방 피씨방 헬스장 체육관 수영장 "
    "박물관 미술관 축제 대여 대여점 렌탈 배달 택배 청소 이사 시공 철거 운전 막힘 매입 수거 과외 "
    "중개 재배 키우기 도매상 소매 판매점 대행 여행 관광 강습 전기공사 배관공사 연습장 경기장 "
    "캠핑장 골프장 스키장 낚시터 와인바 칵테일바 설치 교체 뚫기 대리점 커피숍 샵 숍 수산시장 "
    "청과시장 닭장 쌀집 짜장면 자장면 짬뽕 안경점 안경원 철물점 가구점 신발점 "
    "정육점 장사 장수 대절 렌트 렌터카 폐차장 폐차 운전면허 주차장 세차".split()
)
#: Behind food it makes an eating place; 떡집 and its kind are words of the vocabulary.
HOUSE = "집"


def is_non_maker(word: str) -> bool:
    """Whether a word names a shop, a service or a farm of something: 딸기농장, 옷가게."""
    stems = (word, *list_stems(word, COPULAS), *list_stems(word, PARTICLES))
    return any(stem.endswith(NON_MAKER_ENDINGS) and stem not in NON_MAKER_ENDINGS for stem in stems)


def is_house(word: str) -> bool:
    """Whether a word names a house of something, where food is eaten: 국밥집."""
    stems = (word, *list_stems(word, COPULAS), *list_stems(word, PARTICLES))
    return any(stem.endswith(HOUSE) and stem != HOUSE for stem in stems)


def list_stems(word: str, endings: Sequence[str]) -> list[str]:
    """Return the word without each of the endings that it has, the longest taken off first."""
    return [
        word.removesuffix(ending)
        for ending in endings
        if word.endswith(ending) and len(word) > len(ending)
    ]
