"""The tools of the MCP endpoint: what each is for, what it takes and what it returns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from centers.http.json_rpc import INVALID_PARAMS
from centers.mcp import output_schemas
from centers.mcp.arguments import (
    Argument,
    DateArgument,
    IntegerArgument,
    TextArgument,
    build_input_schema,
    read_arguments,
)
from centers.mcp.center_tools import Answer, find_centers, find_nearest_centers, get_center
from centers.mcp.messages import ProtocolError
from centers.mcp.overview_tools import count_centers, list_changes
from centers.mcp.requests import ToolError, build_filter_arguments
from centers.search.results import MAX_PAGE_NUMBER
from centers.text.formatting import quote

#: All tools read, repeat without effect, and know nothing beyond the directory.
ANNOTATIONS = {
    "readOnlyHint": True,
    "destructiveHint": False,
    "idempotentHint": True,
    "openWorldHint": False,
}
#: Centres and changes in one answer.
MAX_CENTERS, MAX_CHANGES = 20, 50


@dataclass(frozen=True)
class Tool:
    """One tool."""

    name: str
    title: str
    description: str
    arguments: list[Argument]
    output_schema: dict[str, Any]
    run: Callable[[Mapping[str, Any]], Answer]

    def build_definition(self, *, is_structured: bool) -> dict[str, Any]:
        """Build its entry of `tools/list`, for a version with or without structured results."""
        annotations = {"title": self.title, **ANNOTATIONS}
        more = {"title": self.title, "outputSchema": self.output_schema} if is_structured else {}
        return {
            "name": self.name,
            "description": self.description,
            "inputSchema": build_input_schema(self.arguments),
            "annotations": annotations,
            **more,
        }


def build_limit(most: int, default: int) -> IntegerArgument:
    return IntegerArgument("limit", "한 번에 받을 수", most=most, default=default)


def build_tools() -> dict[str, Tool]:
    """Build the tools by name; the descriptions of some arguments list what the database has."""
    filters = build_filter_arguments()
    words, _, industry, service = filters
    page = IntegerArgument("page", "몇 번째 쪽", most=MAX_PAGE_NUMBER, default=1)
    tools = [
        Tool(
            "find_centers",
            "센터 찾기",
            "소공인특화지원센터를 찾습니다. 사람이 한 말을 words에 그대로 적으면 지역과 업종을 "
            "알아듣고, 누리집의 찾기 화면과 같은 센터를 같은 차례로 돌려줍니다. 말한 곳에 그런 "
            "센터가 없으면 없다고 하고 가까운 센터와 상생 센터를 권합니다. 값마다 출처와 화면의 "
            "주소가 있으니 답에 함께 적어 주세요.",
            [
                *filters,
                page,
                build_limit(MAX_CENTERS, 10),
            ],
            output_schemas.CENTERS,
            find_centers,
        ),
        Tool(
            "get_center",
            "센터 하나 보기",
            "센터 하나에 대해 알려진 모든 값을 출처, 다르게 적은 자료, 아직 모르는 것과 함께 "
            "돌려줍니다.",
            [IntegerArgument("id", "find_centers의 결과에 있는 센터 번호", is_required=True)],
            output_schemas.CENTER_DETAIL,
            get_center,
        ),
        Tool(
            "nearest",
            "가까운 센터 찾기",
            "말한 곳에서 가까운 센터를 가까운 차례로, 직선거리와 함께 돌려줍니다.",
            [
                TextArgument(
                    "near",
                    "거리를 잴 곳. 시·군·구, 읍·면·동, 널리 알려진 집적지의 이름이나 주소. "
                    "예: 영월, 성수동, 대전 대덕구 오정동",
                    is_required=True,
                ),
                *(words, industry, service),
                page,
                build_limit(MAX_CENTERS, 5),
            ],
            output_schemas.CENTERS,
            find_nearest_centers,
        ),
        Tool(
            "coverage",
            "지역·업종별 현황",
            "지역과 업종마다 센터가 몇 곳인지 셉니다. 없는 곳도 0으로 적습니다. place를 적으면 그 "
            "시·도 안의 시·군·구를, industry를 적으면 그 업종만 셉니다.",
            [
                TextArgument("place", "시·도 하나의 이름이나 두 자리 코드. 예: 경기, 41"),
                TextArgument("industry", "업종 하나의 이름이나 두 자리 코드. 예: 섬유, 13"),
            ],
            output_schemas.COVERAGE,
            count_centers,
        ),
        Tool(
            "list_changes",
            "바뀐 내용 보기",
            "센터의 정보가 언제 무엇에서 무엇으로, 어느 자료에 따라 바뀌었는지 새것부터 "
            "돌려줍니다. 새로 실린 센터와 운영 종료도 있습니다.",
            [
                *filters,
                IntegerArgument("id", "이 센터의 바뀐 내용만"),
                DateArgument("since", "이날부터 바뀐 것만. 예: 2026-07-01"),
                build_limit(MAX_CHANGES, 10),
            ],
            output_schemas.CHANGES,
            list_changes,
        ),
    ]
    return {tool.name: tool for tool in tools}


def call_tool(params: Mapping[str, Any], *, is_structured: bool) -> dict[str, Any]:
    """Run the tool of a `tools/call`, and build its result.

    What an assistant can mend by itself, such as the name of a place, is a result with `isError`.
    Raises ProtocolError for an unknown tool and for arguments that do not fit its schema.
    """
    tools, name = build_tools(), params.get("name")
    if not isinstance(name, str):
        raise ProtocolError(INVALID_PARAMS, "name에 도구의 이름을 적습니다.")
    if name not in tools:
        raise ProtocolError(
            INVALID_PARAMS, f"{quote(name)} 없는 도구입니다. 쓸 수 있는 도구: {', '.join(tools)}"
        )
    tool = tools[name]
    values = read_arguments(tool.arguments, params.get("arguments", {}))
    try:
        answer = tool.run(values)
    except ToolError as error:
        return {"content": [{"type": "text", "text": str(error)}], "isError": True}
    content = [{"type": "text", "text": answer.text}]
    structured = {"structuredContent": answer.data} if is_structured else {}
    return {"content": content, **structured, "isError": False}
