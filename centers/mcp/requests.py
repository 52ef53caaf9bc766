"""From the arguments of a tool to the results that the page has for the same query string."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from centers.api.problems import InvalidParameters, ParameterError
from centers.api.results import ApiResults, NearestResults
from centers.mcp.arguments import Argument, ChoiceArgument, TextArgument
from centers.models import DataVersion, Service
from centers.models.data_version import per_reference_version
from centers.models.reference_data import get_industries, get_reference_data
from centers.models.word_index import make_word_key
from centers.search.filters import NONE_VALUE

#: Arguments that select centres, with the query parameters that they stand for.
PARAMETERS = {
    "words": "q",
    "place": "region",
    "industry": "industry",
    "service": "service",
}


class ToolResults(ApiResults):
    """Results of which a long question is read as on pages: from its beginning."""

    accepts_long_questions = True


class NearestToolResults(NearestResults):
    """The same in order of distance."""

    accepts_long_questions = True


class ToolError(Exception):
    """A call that an assistant can mend by itself; the text says in Korean how."""

    @classmethod
    def from_parameters(cls, errors: list[ParameterError]) -> "ToolError":
        """Build the error for query parameters that cannot be used."""
        lines = []
        for one in errors:
            places = ", ".join(f"{place.full_name}({place.code})" for place in one.candidates)
            lines.append(
                f"{one.detail} 이 가운데 하나를 적어 주세요: {places}" if places else one.detail
            )
        return cls("\n".join(lines))


def build_filter_arguments() -> list[Argument]:
    """Build the arguments by which several tools select centres."""
    services = ", ".join(f"{key} {label}" for key, label in Service.choices)
    return [
        TextArgument(
            "words",
            "찾는 말. 사람이 한 말을 그대로 적어도 지역과 업종을 알아듣습니다. "
            "예: 양주에서 염색하는데 어느 센터로 가요. 묻는 말을 빼고 앞의 8낱말을 봅니다.",
        ),
        TextArgument(
            "place",
            "이 지역 안의 센터만. 시·도, 시·군·구, 읍·면·동의 이름이나 법정동 코드. "
            "예: 부산, 경기도 양주시, 성수동, 26",
        ),
        TextArgument(
            "industry",
            "이 업종의 센터만. 한국표준산업분류 중분류의 두 자리나 이름, 또는 만드는 것. "
            f"예: 13, 섬유, 도자기. 업종을 가리지 않는 센터는 {NONE_VALUE}. "
            f"{describe_industries(DataVersion.cached())}",
        ),
        ChoiceArgument(
            "service",
            f"이것을 지원한다고 확인된 센터만: {services}. 모르는 센터는 {NONE_VALUE}",
            choices=[*Service.values, NONE_VALUE],
        ),
    ]


@per_reference_version
def describe_industries(version: int) -> str:
    """List the industries with their codes: 10 식료품, 11 음료 …"""
    _, industries = get_reference_data(version)
    names = ", ".join(f"{code} {name}" for code, name in sorted(industries.items()))
    return f"코드: {names}" if names else ""


def find_industry(text: str, version: int) -> str:
    """Return the code of an industry by its code or one of its own names; "" for another word."""
    key = make_word_key(text)
    for code, industry in get_industries(version).items():
        if key in (code, make_word_key(industry.short_name), make_word_key(industry.name)):
            return code
    return ""


def build_params(values: Mapping[str, Any], **more: Any) -> QueryDict:
    """Build the query string of a call.

    Raises ToolError if all of its texts are blank, as the list of all centres is not meant then.
    """
    given = {name: values[name] for name in PARAMETERS if name in values}
    if given and not any(str(value).strip() for value in given.values()):
        raise ToolError("찾는 말이 비어 있습니다. 찾는 말이나 지역, 업종을 적어 주세요.")
    params = {PARAMETERS[name]: str(value) for name, value in given.items()}
    if industry := params.pop("industry", "").strip():
        code = find_industry(industry, DataVersion.cached())
        if code or industry.isdigit() or industry == NONE_VALUE:
            params["industry"] = code or industry
        else:
            # Makers' words are understood there.
            params["q"] = f"{params.get('q', '')} {industry}".strip()
    query = QueryDict(mutable=True)
    given_params = {name: str(value) for name, value in (params | more).items()}
    query.update({name: value for name, value in given_params.items() if value.strip()})
    return query


def find_results(
    values: Mapping[str, Any], results_class: type[ApiResults] = ToolResults, **more: Any
) -> ApiResults:
    """Return the results of a call; raises ToolError for what the directory does not know.

    `more` are further query parameters.
    """
    try:
        results = results_class(build_params(values, **more), reverse("centers"))
    except InvalidParameters as error:
        raise ToolError.from_parameters(error.errors) from None
    # It belongs to the API alone, and so to no URL of a page.
    results.values.pop("page_size", None)
    return results
