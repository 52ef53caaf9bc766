"""Forms of the verbs with which people ask, and say what they do, in speech and in dialects."""

#: Positions of final consonants in a syllable block.
_FINAL_N, _FINAL_L, _FINAL_B = 4, 8, 17
_FIRST_SYLLABLE, _FINALS = 0xAC00, 28


def _read_verbs(pairs: str) -> dict[str, str]:
    """Read verbs as stem/infinitive."""
    return {
        stem: infinitive for stem, _, infinitive in (one.partition("/") for one in pairs.split())
    }


#: Verbs by stem, with their infinitive: to ask, to get, to help, to do.
FILLER_VERBS = _read_verbs(
    "있/있어 없/없어 잇/잇어 하/해 허/혀 되/돼 가/가 받/받아 찾/찾아 싶/싶어 "
    "알/알아 알리/알려 알려주/알려줘 가르쳐주/가르쳐줘 갈켜주/갈켜줘 도와주/도와줘 도우/도와 "
    "지원하/지원해 지원해주/지원해줘 해주/해줘 찾아주/찾아줘 물어보/물어봐 알아보/알아봐 "
    "문의하/문의해 신청하/신청해 상담하/상담해 상담받/상담받아 지원받/지원받아 도움받/도움받아 "
    "교육받/교육받아 배우/배워 빌리/빌려 빌려주/빌려줘 쓰/써 나오/나와 주/줘 계시/계셔 "
    "부탁드리/부탁드려 부탁하/부탁해 궁금하/궁금해 필요하/필요해 운영하/운영해 창업하/창업해 "
    "시작하/시작해 종사하/종사해 일하/일해 취급하/취급해 다니/다녀 추천하/추천해 추천해주/추천해줘 "
    "가보/가봐 연락하/연락해 전화하/전화해 소개하/소개해 소개해주/소개해줘 살/살아"
)
#: Verbs of makers that stand behind what is made.
MAKING_VERBS = _read_verbs(
    "만들/만들어 맨들/맨들어 맹글/맹글어 제작하/제작해 제조하/제조해 "
    "생산하/생산해 가공하/가공해 작업하/작업해 납품하/납품해 판매하/판매해 팔/팔아 짜/짜 "
    "굽/구워 찍/찍어 깎/깎아 담그/담가 빚/빚어 볶/볶아 꿰매/꿰매 고치/고쳐 뽑/뽑아 짓/지어"
)
#: Endings on any stem.
_PLAIN = (
    "는 나 나요 나여 나유 나예 남 남유 는데 는데요 는데유 는데예 는디 는디요 는디유 는지 는지요 "
    "는지여 는가 는가요 는감 는교 는겨 는거 는건지 는거죠 는거에요 는거예요 는곳 는집 는분 는사람 "
    "냐 니 네요 고 고요 기 죠 지 지요 지유 던데 는중 는중인데 는중입니다 고자 거든요 습니까 습니다"
).split()
#: Endings behind a consonant, and behind a vowel.
_CONSONANT = (
    "은 을 을까 을까요 을까유 을까예 을까여 을지 을수 을래요 으면 으려면 으려고 으려는 음".split()
)
_VOWEL = (
    "려면 려고 려는 면 면은 세요 세여 시는 시나요 실 실까요 실수 십니까 신 셔요 셔유 러".split()
)
#: Endings behind a consonant that closes the last syllable: 간데, 갈까요, 갑니까.
_CLOSING = (
    (_FINAL_N, ["", *"데 데요 디 디요 지 지요 가 가요 교 겨".split()]),
    (_FINAL_L, ["", *"까 까요 까유 까예 까여 지 수 래요 려고 려면 라고 라는데".split()]),
    (_FINAL_B, "니까 니다 니더 니꺼 니껴 시다 쇼".split()),
)
#: Endings on an infinitive: 해요, 가야, 있어유.
_INFINITIVE = (
    "",
    *"요 여 유 예 야 야지 야돼 야해 야하나 야할 야될 도 서 서요 주 줄 주는 주세요 주시는".split(),
)


def inflect(stem: str, infinitive: str) -> set[str]:
    """Return the usual forms of a verb: 가, 가요, 가야, 가는데, 갈까요, 갑니까."""
    forms = {stem + ending for ending in _PLAIN}
    forms |= {infinitive + ending for ending in _INFINITIVE}
    last = stem[-1]
    final = (ord(last) - _FIRST_SYLLABLE) % _FINALS
    if final == _FINAL_L:
        # The consonant falls away in front of ㄴ and ㅂ: 만드는, 만듭니다.
        open_stem = stem[:-1] + chr(ord(last) - final)
        forms |= {open_stem + ending for ending in _PLAIN if "나" <= ending[0] <= "닣"}
        forms |= {stem + "면", stem + "려고"}
    elif final:
        return forms | {stem + ending for ending in _CONSONANT}
    else:
        open_stem = stem
    for closing, endings in _CLOSING:
        closed = open_stem[:-1] + chr(ord(open_stem[-1]) + closing)
        # Of two syllables, some are nouns: 판지, 짠지, 판교.
        is_noun = len(stem) == 1 and closing == _FINAL_N
        forms |= {closed + ending for ending in endings if not is_noun}
    return forms | {open_stem + ending for ending in _VOWEL}


#: All forms, of two syllables at least, as one is a part of half the language.
VERB_FORMS = frozenset(
    form
    for pair in (FILLER_VERBS | MAKING_VERBS).items()
    for form in inflect(*pair)
    if len(form) > 1
)
