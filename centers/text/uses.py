"""Words of materials and uses, which say of what or for whom wares are made."""

#: What wares are made of, or how. In front of a ware of an industry of its own (고무 신발, 나무
#: 가구) such a word names no other industry.
MATERIALS = frozenset(
    "플라스틱 폐플라스틱 재생플라스틱 고무 천연고무 합성고무 실리콘 우레탄 아크릴 비닐 "
    "레진 에폭시 라텍스 pvc pe pp abs eva frp pet 스티로폼 스펀지 나무 목재 원목 우드 "
    "합판 mdf 대나무 편백 편백나무 오동나무 자작나무 왕골 라탄 짚 종이 한지 골판지 유리 "
    "돌 석재 대리석 화강석 시멘트 콘크리트 세라믹 금속 쇠 철 철판 강철 무쇠 스틸 "
    "스테인리스 알루미늄 구리 동 황동 청동 신주 주석 티타늄 마그네슘 아연 합금 비철 가죽 "
    "천 원단 직물 면 실크 린넨 니트 레이스 led 핸드메이드 수제 수공예 공예 전통공예 "
    "업사이클링 친환경".split()
)
#: Other words of a use, as compounds with it are spelt: 자동차시트.
USES = dict.fromkeys(
    "차량용 차량 자동차용 승용차 승용차용 화물차 화물차용 트럭 트럭용 버스 버스용 상용차 승합차 차 "
    "차량부품 차량용부품 자동차부품".split(),
    "자동차",
) | {"치과용": "치과", "치과기공": "치과", "의료": "의료용"}
#: Work for makers of any wares, which is an industry of its own: printing, machines, finishing.
SERVICES = ("18", "29", "2592")
#: Machining of any wares.
MACHINING = ("25", "29")
#: Names of a use that are nobody's ware by themselves.
BARE_USES = frozenset({"치과"})
