"""The words of column headings, by parts: what goes before and behind 전화, 소재지, 기관, 수."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from centers.text.hangul import clean

#: The narrower part of a region printed in two columns: 강원 | 영월군.
INNER_REGION = "inner_region"
#: Row numbers, which are ignored.
NUMBERING = "numbering"
#: A heading of either regions or addresses; the cells decide.
REGION_OR_ADDRESS = "place"
#: An address in the old style (지번), ignored beside a street address.
OLD_STYLE_ADDRESS = "second_address"
#: The end of an address, behind one in another column: 3층 301호.
ADDRESS_DETAIL = "address_detail"
#: Whether, or when, a centre closed.
CLOSING = "closing"
#: What became of an application: 선정결과, 지정여부.
RESULT = "result"
#: When the term of a centre ends.
TERM = "term"

_CENTER = "(?:소공인|특화|지원|도시형|센터의?|현황|정보)*"
_NAMED = "(?:명칭?|이름|별|구분)*"
#: By column, the better patterns first: of two columns with one meaning, the better one counts.
_PATTERNS: dict[str, tuple[str, ...]] = {
    NUMBERING: ("관리번호|연번|번호|순번|일련번호|구분번호|순|no|번",),
    CLOSING: (
        "(?:센터)?(?:폐업|폐쇄|폐소|폐관|운영종료|휴업|휴관|지정취소|지정해제)(?:여부|유무|일|일자|날짜|연월|연도)?",
    ),
    RESULT: (
        "(?:최종|선정|지정|평가|심사|선발|승인|확정|재지정|재선정|공모)+(?:결과|여부|유무)|결과|합격여부|당락",
    ),
    TERM: (
        "(?:협약|지정|사업|운영|위탁|수탁|계약)*(?:종료|만료|만기)(?:예정)?(?:일자?|날짜|연월일?|년월일?|시기)"
        "|(?:협약|지정|운영|위탁|수탁|계약)(?:기간|기한)",
    ),
    "status": (
        "(?:센터|현재|사업)*(?:운영|영업|가동|존속|활동|개소|개관)(?:상태|여부|유무|구분)|(?:센터|현재?|진행|추진|관리)*상태(?:구분|값)?",
        "(?:센터|현재)*운영(?:현황|상황)?|영업|(?:진행|추진)(?:상황|현황|여부|단계)",
    ),
    "confirmed_on": ("확인일자?",),
    "classes": ("업종분류코드",),
    "name": (
        "(?:소공인|특화|지원|도시형)*센터명(?:및)?(?:운영|수행|위탁)기관명?",
        "(?:소공인|특화|지원|도시형|상생|복합)*센터의?(?:명칭?|이름)",
        "명칭|(?:소공인|특화|지원|도시형)*센터|센터구분명",
    ),
    "operator": (
        "(?:센터|현|사업)*운영(?:위탁|수행|주관|전담)*(?:기관|주체|법인|단체|사업자|사업단|조직|자|사|처)(?:명칭?|이름)?",
        "(?:센터|사업|운영)*(?:수탁|위탁)(?:운영)?(?:기관|주체|법인|단체|사업자|자|사|처)(?:명칭?|이름)?",
        "(?:센터|사업|지원)*(?:수행|시행)(?:기관|주체|법인|단체|사업자|처)(?:명칭?|이름)?",
        "(?:센터|사업)*(?:주관|전담)(?:기관|주체|법인|단체|사업자|처|수행기관|운영기관)(?:명칭?|이름)?",
        "(?:센터|사업)*(?:선정|지정|추진|관리|담당|신청|협약|보조사업|대표)(?:기관|법인|단체|사업자)(?:명칭?|이름)?",
        "(?:기관|법인|단체|조직)(?:명칭?|이름)?",
    ),
    "industry": (
        "(?:센터|소공인|집적지?|지원|특화|지정|주력|주요|주|대상|핵심|전문|해당|대표|제조|사업)*"
        "업종(?:명|별|구분|분류|분야)*",
        "(?:센터|소공인|집적지?|지원|특화|지정|주력|주요|대상|핵심|전문|해당|대표|제조|사업|산업)*분야(?:명|별|구분)*",
        "(?:(?:센터|소공인|집적지?|지원|특화|지정|주력|주요|대상|한국|표준)*(?:산업|업종)"
        "(?:명|별|분류|코드|번호|대분류|중분류|소분류|ksic)*)|ksic(?:코드)?|(?:주)?업태",
    ),
    "cluster_size": (
        "(?:집적지?|집적지구|집적구역|지역|관내|센터|구역|내|의|현황|총|전체)*소공인(?:업체|사업체|사업자)?"
        "(?:의)?(?:집적)?(?:수|규모|현황|개수|숫자|수량)*(?:개사?|개소|명|업체|단위)*",
        "(?:집적지?|집적지구|지역|관내|내|현황|총|전체|제조|소상공인|관련|해당|업종|밀집)*"
        "(?:업체|사업체|기업|공장|제조업체|소상공인|업소)(?:의)?(?:수|규모|현황|개수|숫자)+(?:개사?|개소|명|업체)*"
        "|(?:업체|사업체|기업)(?:개사?|개소)",
        "(?:집적지?|집적지구|집적구역|클러스터|밀집|구역)*규모(?:개사?|개소|업체)*",
    ),
    ADDRESS_DETAIL: ("(?:상세|세부|나머지)(?:주소|위치|소재지)",),
    OLD_STYLE_ADDRESS: (
        "(?:센터|사업장|사무실|사무소)*(?:소재지|위치|주소)*(?:지번|구)(?:주소|소재지|위치)*",
    ),
    "address": (
        "(?:센터|사업장|사무실|사무소|사무국|시설|소재지|위치|현)*도로명(?:주소|소재지|위치)*",
        "(?:센터|사업장|사무실|사무소|사무국|시설|본소|현|상세|전체|소재지?|위치)*주소지?(?:전체|상세|신주소)*",
        "(?:센터|사업장|사무실|사무소|사무국|시설)+(?:의)?(?:소재지|위치|소재)",
    ),
    REGION_OR_ADDRESS: ("(?:현)?소재지|위치|소재",),
    INNER_REGION: (
        f"(?:소재지?|관할|지역|행정구역)*(?:시군구|시군|구군|군구|기초지자체|기초자치단체|기초단체|세부지역|기초){_NAMED}",
    ),
    "region": (
        "(?:센터|소재지?|관할|담당|지역|사업|지정|해당|행정구역)*(?:시도|광역시도|광역시|광역|광역자치단체|광역지자체|광역단체)"
        "(?:지자체|시도|시군구|구분|명|별)*",
        "(?:센터|소재지?|관할|담당|사업|지정|해당|행정)*(?:지역|지자체|자치단체|행정구역)"
        "(?:시도|시군구|구분|명|별)*|소재지(?:시도|지역)",
        "(?:센터|사업)*(?:권역|관할구역|관할)(?:구분|명|별)*",
    ),
    "phone": (
        "(?:센터|사무실|사무국|사무소)+(?:대표)?(?:전화|연락처|tel|telephone|phone|유선)(?:번호)?",
        "(?:대표|유선|직통|문의|일반|안내)*(?:전화|전화번호|연락처|연락번호|tel|telephone|phone|telno|phonenumber|phoneno)"
        "(?:번호|tel|팩스|fax)?|대표번호|유선번호|유선",
        "(?:대표|문의|안내)(?:전화번호|연락처)(?:및)?(?:팩스|fax)?",
    ),
    "website": (
        "(?:센터|공식|대표)*(?:누리집|홈페이지|웹사이트|웹페이지|web|website|homepage)(?:주소|url|링크|site)*|url|사이트주소"
        "|인터넷주소",
    ),
    "designated_year": (
        "(?:센터|최초|신규)*지정(?:선정)?(?:연도|년도|년|연월일?|년월일?|일자?|시기|날짜)+(?:최초)?",
        "(?:센터|최초|신규)*선정(?:지정)?(?:연도|년도|년|연월일?|년월일?|일자?|시기|날짜)+(?:최초)?",
    ),
}
_COMPILED = [
    (meaning, rank, re.compile(pattern))
    for meaning, patterns in _PATTERNS.items()
    for rank, pattern in enumerate(patterns)
]
#: Words before or above a heading that make it one of somebody else, or of something else.
_OF_OTHERS = re.compile(
    r"담당자?|책임자|센터장|대표자|직원|실무자|운영기관|주관기관|수행기관|위탁기관|수탁기관|전담기관|운영주체"
    r"|기관(?=전화|연락처|주소|소재지|홈페이지|누리집|위치|대표)|협약기관|지자체담당"
)
_NAME_WITH_OPERATOR = re.compile(r"[^()\[\]]*센터\s?[(\[/]\s?(?:운영|수행|위탁)기관명?\s?[)\]]?")
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")
_NOT_A_WORD = re.compile(r"[\W_]+")
_FOOTNOTE = re.compile(r"[¹²³⁴-⁹]|(?<=\D)\d\)\Z|[*※†]+")
_UNIT = re.compile(
    r"[(\[]\s*(?:단위\s*[:：]?\s*)?(?:개사?|개소|개|명|년도?|연도|社|업체|사업체)\s*[)\]]"
)
#: Units by which a column of sizes counts no makers.
_OTHER_UNIT = re.compile(
    r"[(\[]?\s*(?:㎡|m2|m²)\s*[)\]]?|[(\[][^)\]]*(?:[백천만억]?원|평|%|톤|건|회|시간)\s*[)\]]"
    r"|[(\[][^)\]]*[십백천만]\s?(?:개사?|개소|명|인|업체|사업체|社|곳)\s*[)\]]",
    re.IGNORECASE,
)
#: A unit above a table by which its sizes count more than one each: (단위: 천 개).
_SCALE_UNIT = re.compile(
    r"단위\s*[:：]?[^)\]]*?([십백천만]\s?(?:개사?|개소|명|인|업체|사업체|社|곳))(?![가-힣])"
)
#: Words in brackets that make a column another one: 소공인 수(지원), 전화(담당자), 주소(이전 예정).
_QUALIFIER = re.compile(
    r"지원|수혜|참여|입주|교육|누계|누적|회원|목표|계획|종사|근로|직원|졸업|수료|방문|이용|등록|담당|책임|대표자"
    r"|센터장|운영기관|예정|종전|이전|변경|폐|[구전舊前]\s*[)\]]|팩스만"
)
_YEAR_BELOW = re.compile(
    r"[(\[]?\s*(?:19|20)\d\d\s*(?:년도?)?\s*(?:말|기준|현재)?\s*[)\]]?", re.ASCII
)
MAX_HEADING_LENGTH = 60
#: Of a title that names the unit of a table.
MAX_UNIT_LENGTH = 100


@lru_cache(maxsize=4096)
def rank_heading(heading: str) -> tuple[str, int] | None:
    """The meaning of a heading by its parts, and its rank among those of that meaning, from 0."""
    if len(heading) > MAX_HEADING_LENGTH:
        return None
    text = clean(_FOOTNOTE.sub("", heading)).casefold()
    if _NAME_WITH_OPERATOR.fullmatch(text):
        return "name", 0
    # First with the words in brackets: 소재지(도로명주소) is more specific than 소재지.
    spellings = [_UNIT.sub("", text), text]
    if not any(map(_QUALIFIER.search, _BRACKETED.findall(text))):
        spellings.append(_BRACKETED.sub("", text))
    for spelling in spellings:
        word = _NOT_A_WORD.sub("", spelling)
        for meaning, rank, pattern in _COMPILED:
            if word and pattern.fullmatch(word):
                is_other = meaning == "cluster_size" and _OTHER_UNIT.search(text)
                return None if is_other else (meaning, rank)
    return None


def is_unit_cell(text: str) -> bool:
    """Whether a cell below a heading only names its unit: (개사), (년)."""
    plain = clean(text)
    is_other = _OTHER_UNIT.fullmatch(plain) or plain in ("개사", "개소", "개", "명")
    return bool(is_other) or _UNIT.fullmatch(plain) is not None


def is_year_cell(text: str) -> bool:
    """Whether a cell below a heading only names its year: 2025년, 2025년 기준."""
    return _YEAR_BELOW.fullmatch(clean(text)) is not None


def find_scale_unit(above: Iterable[tuple[int, Sequence[str]]]) -> str:
    """The unit, in brackets, by which the rows above a table say that it counts in hundreds or
    thousands; "" if none does.
    """
    texts = (
        clean(cell[:MAX_UNIT_LENGTH])
        for _, cells in above
        for cell in cells
        if "단위" in cell[:MAX_UNIT_LENGTH]
    )
    return next((f"({match[1]})" for text in texts if (match := _SCALE_UNIT.search(text))), "")


def join_headings(upper: str, lower: str) -> str:
    """One heading out of two, one above the other; the lower counts, if it can by itself."""
    if not upper or not lower or upper == lower:
        return upper or lower
    if is_year_cell(lower):
        return f"{upper}({lower})"
    if is_unit_cell(lower):
        return f"{upper} {lower}" if _OTHER_UNIT.search(clean(lower)) else upper
    joined = f"{upper} {lower}"
    means = (rank_heading(lower) or ("", 0))[0]
    if _OF_OTHERS.search(_NOT_A_WORD.sub("", clean(upper))):
        return lower if means in ("operator", "name") else joined
    if rank_heading(joined):
        return joined
    # 집적지 | 위치 is where the cluster is, and no address of the centre.
    if "집적지" in upper and means in ("address", REGION_OR_ADDRESS):
        return joined
    return lower if means else joined
