"""JSON schemas of what the tools return beside their text."""

from typing import Any

Schema = dict[str, Any]


def text(description: str, *, is_nullable: bool = False) -> Schema:
    return {
        "type": ["string", "null"] if is_nullable else "string",
        "description": description,
    }


def number(description: str, *, is_nullable: bool = False) -> Schema:
    return {
        "type": ["integer", "null"] if is_nullable else "integer",
        "description": description,
    }


def flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def items(description: str, schema: Schema) -> Schema:
    return {"type": "array", "items": schema, "description": description}


def members(**properties: Schema) -> Schema:
    """Build the schema of an object that has all of these members."""
    return {"type": "object", "properties": properties, "required": [*properties]}


STATEMENT = members(
    value=text("다르게 적힌 값"),
    source=text("그렇게 적은 자료"),
    source_url=text("그 자료의 주소", is_nullable=True),
)
VALUE = members(
    field=text("값의 이름"),
    label=text("값을 부르는 말"),
    value=text("값"),
    source=text("값의 출처. 모르면 null", is_nullable=True),
    source_note=text("출처의 어디에서 읽었는지. 별도 항목이면 null", is_nullable=True),
    source_url=text("출처의 주소. 없으면 null", is_nullable=True),
    others=items("다르게 적은 자료", STATEMENT),
)
CENTER = members(
    id=number("센터 번호. get_center에 씁니다."),
    name=text("센터 이름"),
    name_is_provisional=flag("문서에 이름이 없어 지역과 업종으로 지어 부른 이름(가칭)인지"),
    status=text("operating 운영 중, unconfirmed 확인 필요, closed 운영 종료"),
    page=text("센터 화면의 주소"),
    distance=text("말한 곳에서 잰 직선거리. 재지 않았으면 null", is_nullable=True),
    values=items("알려진 값", VALUE),
)
COUNT = members(
    code=text("지역이나 업종의 코드. 업종이 없는 센터는 none"),
    name=text("이름"),
    count=number("센터 수. 0이면 없습니다."),
    page=text("그 센터를 보여 주는 화면의 주소", is_nullable=True),
)
DOCUMENT = members(
    title=text("제목"),
    publisher=text("발표 기관"),
    published_on=text("발표일"),
    page=text("이 누리집에서 그 문서를 옮겨 적은 화면의 주소"),
)
CENTERS = members(
    sentence=text("무엇을 찾았는지 한 줄로"),
    count=number("찾은 센터 수"),
    page=text("같은 목록을 보여 주는 화면의 주소"),
    notices=items("찾는 말을 어떻게 읽었고 무엇을 뺐는지", {"type": "string"}),
    missing=text("말한 곳에 그런 센터가 없으면 그 사실", is_nullable=True),
    centers=items("찾은 센터. 화면과 같은 차례", CENTER),
    next_page=number("이어지는 쪽의 번호. 마지막이면 null", is_nullable=True),
    offered=items(
        "찾은 것은 아니지만 대신 권하는 센터. 권하는 이유와 함께",
        members(why=text("권하는 이유"), centers=items("권하는 센터", CENTER)),
    ),
    other_queries=items(
        "조건을 바꾸면 찾는 센터 수",
        members(
            label=text("바꾼 조건"),
            count=number("센터 수", is_nullable=True),
            page=text("그 목록의 주소"),
        ),
    ),
)
CENTER_DETAIL = members(
    center=CENTER,
    notices=items("알아 둘 것", {"type": "string"}),
    unknown=items("아직 모르는 것", {"type": "string"}),
)
COVERAGE = members(
    title=text("무엇을 세었는지"),
    total=number("센터 수"),
    page=text("같은 수를 보여 주는 화면의 주소"),
    regions=items("지역마다의 센터 수. 0도 적습니다.", COUNT),
    industries=items("업종마다의 센터 수. 0도 적습니다.", COUNT),
    sources=items("센터를 실은 문서. 새것이 먼저", DOCUMENT),
)
CHANGES = members(
    sentence=text("어느 센터의 바뀐 내용인지"),
    page=text("바뀐 내용을 보여 주는 화면의 주소"),
    notices=items("알아 둘 것", {"type": "string"}),
    has_more=flag("더 있는지"),
    changes=items(
        "바뀐 내용. 새것이 먼저",
        members(
            on=text("바뀐 날"),
            center_id=number("센터 번호"),
            center=text("센터 이름"),
            page=text("센터 화면의 주소"),
            summary=text("무엇이 바뀌었는지 한마디로"),
            values=items(
                "바뀐 값",
                members(
                    label=text("값을 부르는 말"),
                    old=text("앞의 값. 몰랐으면 null", is_nullable=True),
                    new=text("뒤의 값. 이제 모르면 null", is_nullable=True),
                ),
            ),
            source=text("따른 자료"),
            source_url=text("그 자료의 주소", is_nullable=True),
        ),
    ),
)
