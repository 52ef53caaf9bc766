"""The fields of a centre, each described once: where it is shown, sourced, imported and exported.

The lists of fields elsewhere derive from `CENTER_FIELDS`: public history, sources, import, printed
columns, export columns, API and admin form. A new field needs its columns in `Center` and, where
documents print it, in `Listing`, its entry here, and its line in the template of the centre's page.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from enum import Enum, auto
from functools import cached_property
from typing import cast

from django.db import models

from centers.models.centers import Center
from centers.models.fields import get_model_field
from centers.models.services import Service
from centers.text.formatting import format_makers


class ValueType(Enum):
    """What a value is, which decides how it is parsed, compared, formatted and exported."""

    #: One line or more of text.
    TEXT = auto()
    #: Text in which spaces, punctuation and case make no difference.
    NAME = auto()
    ADDRESS = auto()
    PHONE = auto()
    URL = auto()
    #: A key of the field's choices.
    CHOICE = auto()
    #: Keys of other records.
    REGION = auto()
    INDUSTRY = auto()
    OPERATOR = auto()
    #: KSIC codes of any depth.
    CLASSES = auto()
    CENTER = auto()
    #: Keys of `Service`.
    SERVICES = auto()
    #: Codes of regions.
    REGIONS = auto()
    #: Texts, each on a line of its own.
    TEXTS = auto()
    #: A number of makers (개사).
    MAKERS = auto()
    YEAR = auto()
    DATE = auto()
    #: Latitude or longitude, WGS84.
    DEGREES = auto()
    FLAG = auto()


#: The members of the object, or of each object of a list, by which JSON shows a value of a type.
#: CSV, XLSX and GeoJSON have no objects and join key and member: region.code is region_code.
MEMBERS: dict[ValueType, tuple[str, ...]] = {
    ValueType.REGION: ("code", "name", "sido", "sigungu"),
    ValueType.INDUSTRY: ("code", "name", "short_name"),
    ValueType.OPERATOR: ("id", "name", "phone", "website"),
    ValueType.CLASSES: ("code", "name"),
    ValueType.SERVICES: ("code", "name"),
    ValueType.REGIONS: ("code", "name"),
}
#: Those of them whose values are lists of objects.
LISTS_OF_OBJECTS = (ValueType.CLASSES, ValueType.SERVICES, ValueType.REGIONS)


class Section(Enum):
    """The sections of the admin form, in their order; the values are their titles."""

    IDENTITY = None
    SUBJECT = "어디의 무슨 센터"
    SIZE = "규모와 지정"
    SUPPORT = "무엇을 누구에게"
    CONTACT = "연락과 위치"
    CONFIRMATION = "확인"
    CLOSURE = "운영이 끝났으면"


@dataclass(frozen=True)
class PrintedColumn:
    """The column of `Listing` with what documents print of a field."""

    #: Sort key among the printed columns.
    position: int
    #: Headings, without spaces, by which an import recognises the column.
    headings: str


@dataclass(frozen=True)
class FileColumn:
    """A column of the CSV and XLSX files.

    Headings are those of the open data standard (공공데이터 표준) where it has one.
    """

    #: Sort key among the columns of fields.
    position: int
    heading: str
    about: str
    #: In a spreadsheet, in characters.
    width: int = 12
    #: The member of the value that the column holds (`MEMBERS`), `label` for the label of a choice;
    #: "" for the value itself.
    member: str = ""
    #: Whether the import of our own file reads it back although documents do not print it.
    is_read_back: bool = False


def join_key(key: str, member: str) -> str:
    """Return the name of a member of a value where there are no objects."""
    return f"{key}_{member}" if member else key


@dataclass(frozen=True)
class CenterField:
    """One field of `Center` and the places where it appears."""

    name: str
    type: ValueType
    section: Section
    _: KW_ONLY
    #: Whether the admin form shows it beside the field before it.
    is_beside: bool = False
    #: Whether changes of it belong to the public history.
    is_public: bool = True
    #: Whether the centre's page names the source of its value.
    is_sourced: bool = True
    #: Whether an import may set it.
    is_importable: bool = True
    #: Whether a person may let an import replace a protected value of it.
    is_takeable: bool = True
    #: Whether readers expect it of every centre, so that the page says when it is unknown.
    is_expected: bool = False
    printed: PrintedColumn | None = None
    column: FileColumn | None = None
    #: Columns of further members of its value.
    member_columns: tuple[FileColumn, ...] = ()
    #: Its description in JSON and API; "" where they do not show it.
    api_help: str = ""
    #: Its key in JSON and API, if another than its name.
    api_key: str = ""

    @cached_property
    def model_field(self) -> models.Field:
        return get_model_field(Center, self.name)

    @cached_property
    def attname(self) -> str:
        """The attribute that holds the stored value: region_id for region."""
        return self.model_field.attname

    @property
    def label(self) -> str:
        return str(self.model_field.verbose_name)

    @property
    def key(self) -> str:
        """Its key in JSON and API, and the first part of the names of its columns."""
        return self.api_key or self.name

    @property
    def columns(self) -> tuple[FileColumn, ...]:
        """Its columns in files."""
        return ((self.column,) if self.column else ()) + self.member_columns

    @property
    def flat_names(self) -> list[str]:
        """The names of its values where there are no objects: region_code, region_name, …"""
        members = MEMBERS.get(self.type, ("", "label") if self.type is ValueType.CHOICE else ("",))
        return [join_key(self.key, member) for member in members]

    def has_value(self, center: Center) -> bool:
        return getattr(center, self.attname) not in (None, "", [])


#: In the order of the API, the import plan and the sources.
CENTER_FIELDS = (
    CenterField(
        "name",
        ValueType.NAME,
        Section.IDENTITY,
        printed=PrintedColumn(
            10,
            "센터명 센터이름 센터명칭 센터 명칭 소공인특화지원센터 소공인특화지원센터명"
            " 특화지원센터 특화지원센터명 지원센터명",
        ),
        column=FileColumn(
            10, "센터명", "문서나 편집자가 적은 이름. 아무 데도 없으면 비어 있습니다.", 36
        ),
        # `name` is the name on screen, which every centre has.
        api_key="stated_name",
        api_help="문서나 편집자가 적은 이름. 아무 데도 없으면 null",
    ),
    CenterField(
        "kind",
        ValueType.CHOICE,
        Section.IDENTITY,
        column=FileColumn(20, "유형", "특화 또는 상생", 8, member="label"),
        api_help="유형",
    ),
    CenterField(
        "status",
        ValueType.CHOICE,
        Section.IDENTITY,
        is_beside=True,
        column=FileColumn(
            30,
            "상태",
            "운영 중, 확인 필요, 운영 종료",
            10,
            member="label",
            is_read_back=True,
        ),
        api_help="상태",
    ),
    CenterField(
        "published",
        ValueType.FLAG,
        Section.IDENTITY,
        is_beside=True,
        is_public=False,
        is_sourced=False,
        is_importable=False,
    ),
    CenterField(
        "region",
        ValueType.REGION,
        Section.SUBJECT,
        printed=PrintedColumn(
            20,
            "지역 지역명 지역구분 시도 시도명 광역시도 광역시도명 광역지자체 시도구분"
            " 시도시군구 지역시도 지역시군구",
        ),
        member_columns=(
            FileColumn(42, "시도명", "지금의 시·도 이름", 18, member="sido", is_read_back=True),
            FileColumn(
                44,
                "시군구명",
                "지금의 시·군·구(일반구) 이름. 시·도까지만 알면 비어 있습니다.",
                16,
                member="sigungu",
                is_read_back=True,
            ),
            FileColumn(
                46,
                "지역코드",
                "행정안전부 법정동 코드의 앞 2자리 또는 5자리",
                10,
                member="code",
            ),
        ),
        api_help="지역",
    ),
    CenterField(
        "industry",
        ValueType.INDUSTRY,
        Section.SUBJECT,
        printed=PrintedColumn(
            40, "업종 업종명 지원업종 지원업종명 대상업종 특화업종 주력업종 주업종"
        ),
        column=FileColumn(
            110,
            "업종명",
            "한국표준산업분류 제조업 중분류. 상생 센터에는 없을 수 있습니다.",
            30,
            member="name",
        ),
        member_columns=(
            FileColumn(115, "업종코드", "한국표준산업분류 중분류의 2자리", 10, member="code"),
        ),
        api_help="업종. 상생 센터에는 없을 수 있습니다.",
    ),
    CenterField(
        "specialty",
        ValueType.NAME,
        Section.SUBJECT,
        is_beside=True,
        column=FileColumn(120, "세부업종", "업종보다 좁은 말", 14),
        api_help="업종보다 좁은 말. 예: 주얼리",
    ),
    CenterField(
        "classes",
        ValueType.CLASSES,
        Section.SUBJECT,
        # It classifies what the documents print of industry, specialty and name.
        is_sourced=False,
        column=FileColumn(
            117,
            "업종분류코드",
            "맡은 일의 한국표준산업분류 코드 2~5자리. 비어 있으면 업종 전체를 맡습니다.",
            16,
            member="code",
            is_read_back=True,
        ),
        api_help="맡은 일의 한국표준산업분류. 비어 있으면 업종 전체를 맡습니다.",
    ),
    CenterField(
        "operator",
        ValueType.OPERATOR,
        Section.SUBJECT,
        is_expected=True,
        printed=PrintedColumn(
            30,
            "운영기관 운영기관명 주관기관 주관기관명 수행기관 수행기관명 운영주체"
            " 운영주관기관 운영법인 기관명",
        ),
        column=FileColumn(100, "운영기관명", "센터를 운영하는 곳", 30, member="name"),
        member_columns=(
            FileColumn(
                102,
                "운영기관대표전화",
                "운영기관의 대표전화. 센터의 전화가 아닙니다.",
                16,
                member="phone",
            ),
            FileColumn(
                104,
                "운영기관누리집",
                "운영기관의 누리집. 센터의 누리집이 아닙니다.",
                28,
                member="website",
            ),
        ),
        api_help="운영기관",
    ),
    CenterField(
        "former_operators",
        ValueType.TEXTS,
        Section.SUBJECT,
        is_sourced=False,
        is_importable=False,
        column=FileColumn(101, "옛운영기관명", "센터를 앞서 운영하던 곳", 24),
        api_help="센터를 앞서 운영하던 곳",
    ),
    CenterField(
        "cluster_size",
        ValueType.MAKERS,
        Section.SIZE,
        is_expected=True,
        printed=PrintedColumn(
            50,
            "집적지소공인규모 집적지규모 집적지소공인수 집적지소공인 소공인규모 소공인수"
            " 집적규모 집적지내소공인수 집적지업체수",
        ),
        column=FileColumn(130, "집적지소공인규모", "집적지의 소공인 수(개사)"),
        api_help="집적지 소공인 규모(개사)",
    ),
    CenterField(
        "cluster_size_as_of",
        ValueType.DATE,
        Section.SIZE,
        is_beside=True,
        is_sourced=False,
        is_takeable=False,
        column=FileColumn(140, "규모기준일자", "규모를 밝힌 문서가 나온 날"),
        api_help="규모를 밝힌 문서가 나온 날",
    ),
    CenterField(
        "designated_year",
        ValueType.YEAR,
        Section.SIZE,
        is_expected=True,
        printed=PrintedColumn(80, "지정연도 지정년도 선정연도 선정년도 지정년 선정년"),
        column=FileColumn(150, "지정연도", "센터로 지정된 해", 10),
        api_help="지정연도",
    ),
    CenterField(
        "services",
        ValueType.SERVICES,
        Section.SUPPORT,
        is_expected=True,
        is_importable=False,
        column=FileColumn(
            152,
            "지원내용",
            "문서나 보도에서 읽은 지원의 종류. 비어 있으면 모릅니다.",
            24,
            member="name",
        ),
        api_help="지원의 종류. 비어 있으면 모릅니다.",
    ),
    CenterField(
        "service_area",
        ValueType.REGIONS,
        Section.SUPPORT,
        is_expected=True,
        is_importable=False,
        column=FileColumn(
            154,
            "담당지역",
            "센터가 돕는다고 밝힌 지역. 비어 있으면 모릅니다.",
            20,
            member="name",
        ),
        api_help="센터가 돕는다고 밝힌 지역. 비어 있으면 모릅니다.",
    ),
    CenterField(
        "former_names",
        ValueType.TEXTS,
        Section.IDENTITY,
        is_sourced=False,
        is_importable=False,
        column=FileColumn(17, "옛이름", "센터가 앞서 쓰던 이름", 20),
        api_help="센터가 앞서 쓰던 이름",
    ),
    CenterField(
        "address",
        ValueType.ADDRESS,
        Section.CONTACT,
        is_expected=True,
        printed=PrintedColumn(
            60,
            "주소 센터주소 도로명주소 소재지도로명주소 소재지주소 상세주소 사무실주소",
        ),
        column=FileColumn(
            50, "소재지도로명주소", "문서에 적힌 주소. 지번으로 적힌 것도 있습니다.", 48
        ),
        api_help="주소",
    ),
    CenterField(
        "former_addresses",
        ValueType.TEXTS,
        Section.CONTACT,
        is_sourced=False,
        is_importable=False,
        column=FileColumn(55, "옛주소", "센터가 앞서 있던 곳", 24),
        api_help="센터가 앞서 있던 곳의 주소",
    ),
    CenterField(
        "phone",
        ValueType.PHONE,
        Section.CONTACT,
        is_expected=True,
        printed=PrintedColumn(
            70,
            "전화 전화번호 연락처 대표전화 대표전화번호 대표번호 센터전화번호 센터연락처",
        ),
        column=FileColumn(80, "전화번호", "센터의 전화", 16),
        api_help="전화번호",
    ),
    CenterField(
        "website",
        ValueType.URL,
        Section.CONTACT,
        is_expected=True,
        printed=PrintedColumn(
            90, "누리집 누리집주소 홈페이지 홈페이지주소 웹사이트 웹사이트주소 url"
        ),
        column=FileColumn(90, "홈페이지주소", "센터의 누리집", 28),
        api_help="누리집",
    ),
    CenterField(
        "lat",
        ValueType.DEGREES,
        Section.CONTACT,
        is_importable=False,
        column=FileColumn(60, "위도", "WGS84, 도 단위. 센터의 위치를 알 때에만"),
        api_help="위도",
    ),
    CenterField(
        "lon",
        ValueType.DEGREES,
        Section.CONTACT,
        is_beside=True,
        # The source of `lat` is that of both.
        is_sourced=False,
        is_importable=False,
        column=FileColumn(70, "경도", "WGS84, 도 단위"),
        api_help="경도",
    ),
    CenterField(
        "confirmed_on",
        ValueType.DATE,
        Section.CONFIRMATION,
        is_expected=True,
        is_takeable=False,
        column=FileColumn(
            160,
            "확인일",
            "문서나 사람이 마지막으로 맞다고 확인한 날. 고친 날과 다를 수 있습니다.",
            is_read_back=True,
        ),
        api_help="문서나 사람이 마지막으로 맞다고 확인한 날",
    ),
    CenterField(
        "closed_on",
        ValueType.DATE,
        Section.CLOSURE,
        is_takeable=False,
        column=FileColumn(40, "운영종료일", "알 때에만"),
        api_help="운영 종료일",
    ),
    CenterField(
        "successor",
        ValueType.CENTER,
        Section.CLOSURE,
        is_beside=True,
        is_sourced=False,
        is_takeable=False,
    ),
    CenterField(
        "note",
        ValueType.TEXT,
        Section.CONFIRMATION,
        is_importable=False,
        column=FileColumn(170, "비고", "센터 화면의 비고", 30),
        api_help="비고",
    ),
)

CENTER_FIELDS_BY_NAME = {field.name: field for field in CENTER_FIELDS}

#: What ended a centre is shown with its status.
_FIRST_IN_HISTORY = ("name", "status", "closed_on", "successor")
HISTORY_FIELDS = (
    *_FIRST_IN_HISTORY,
    *(
        field.name
        for field in CENTER_FIELDS
        if field.is_public and field.name not in _FIRST_IN_HISTORY
    ),
)
EXPECTED_FIELDS = tuple(field for field in CENTER_FIELDS if field.is_expected)
SOURCED_FIELDS = tuple(field.name for field in CENTER_FIELDS if field.is_sourced)
IMPORTED_FIELDS = tuple(field.name for field in CENTER_FIELDS if field.is_importable)
TAKEABLE_FIELDS = tuple(
    field.name for field in CENTER_FIELDS if field.is_importable and field.is_takeable
)
PRINTED_FIELDS = tuple(
    field.name
    for field in sorted(
        (field for field in CENTER_FIELDS if field.printed),
        key=lambda field: cast(PrintedColumn, field.printed).position,
    )
)
#: As tables show them: how to reach the centre comes last.
PRINTED_FIELDS_IN_TABLES = tuple(
    sorted(
        PRINTED_FIELDS,
        key=lambda name: CENTER_FIELDS_BY_NAME[name].section is Section.CONTACT,
    )
)


def format_field_value(
    name: str, value: object, references: Mapping[ValueType, Callable[[object], str]]
) -> str:
    """A stored value in the words of the screen; "" if it is unknown.

    `references` names the records that relations refer to, by the type of the relation.
    """
    if value in (None, "", []):
        return ""
    field = CENTER_FIELDS_BY_NAME[name]
    if field.type in references:
        return references[field.type](value)
    match field.type:
        case ValueType.CHOICE:
            return str(dict(field.model_field.flatchoices)[value])
        case ValueType.MAKERS:
            return format_makers(cast(int, value))
        case ValueType.YEAR:
            return f"{value}년"
        case ValueType.CLASSES | ValueType.REGIONS | ValueType.TEXTS:
            return ", ".join(cast(list[str], value))
        case ValueType.SERVICES:
            labels = dict(Service.choices)
            return ", ".join(str(labels.get(key, key)) for key in cast(list[str], value))
    return str(value)
