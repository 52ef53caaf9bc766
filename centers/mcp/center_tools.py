"""The tools that find centres, and describe one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from centers.api.results import ApiResults
from centers.mcp.center_values import (
    BRIEF_FIELDS,
    DescribedCenter,
    Value,
    describe_centers,
    list_statements,
)
from centers.mcp.requests import NearestToolResults, ToolError, find_results
from centers.mcp.writing import CALL_CENTER_NOTE, Writer
from centers.models import Center, DataVersion
from centers.models.center_fields import EXPECTED_FIELDS, SOURCED_FIELDS
from centers.models.change_sets import find_merged_into
from centers.models.reference_data import get_reference_data
from centers.provenance.cited_values import get_center_citations, list_further_statements
from centers.search.alternatives import MAX_ALTERNATIVES, AlternativeQuery, Alternatives
from centers.search.listed_center import ListedCenter, fetch_cached_rows
from centers.search.nearest import Distance, find_nearest, get_points
from centers.search.wish_notices import find_sido
from centers.search.wishes import OtherPage
from centers.text.formatting import choose_particle, quote


@dataclass(frozen=True)
class Answer:
    """What a tool returns: text, and the same as JSON."""

    text: str
    data: dict[str, Any]


@dataclass
class Offer:
    """Centres that are offered beside or instead of those found."""

    why: str
    rows: list[ListedCenter]
    #: Whether they are described by few of their values.
    is_brief: bool = False


# --- find_centers and nearest --------------------------------------------------------------------


def find_centers(values: Mapping[str, Any]) -> Answer:
    """Find what the list page shows for the same words and filters."""
    page, limit = values["page"], values["limit"]
    return describe_results(find_results(values, page=page, page_size=limit))


def find_nearest_centers(values: Mapping[str, Any]) -> Answer:
    """Find the centres nearest to a place, in their order; raises ToolError without a place."""
    near = values["near"].strip()
    if not near:
        raise ToolError("어디에서 가까운지 near에 지역을 적어 주세요.")
    page, limit = values["page"], values["limit"]
    return describe_results(
        find_results(values, NearestToolResults, near=near, page=page, page_size=limit)
    )


def describe_results(results: ApiResults) -> Answer:
    """Describe one page of results, with what the page offers beside them."""
    alternatives = Alternatives(results)
    is_first = results.page.number == 1
    offers = list_offers(results, alternatives) if is_first else []
    others = list_other_queries(alternatives) if is_first and not results.rows else []
    missing = alternatives.missing_sentence if is_first else ""
    described = describe_centers(
        [*results.rows, *(row for offer in offers for row in offer.rows)], results.version
    )
    centers, rest = described[: len(results.rows)], iter(described[len(results.rows) :])
    offered = [
        (one.why, [shorten(next(rest)) if one.is_brief else next(rest) for _ in one.rows])
        for one in offers
    ]
    notices = [*describe_reading(results), *results.notices, *name_fitting_tools(results)]
    if is_first:
        notices += explain_order(results, alternatives)
    if is_first and not results.rows and (served := alternatives.covered_industries):
        notices.append(f"센터가 있는 업종: {', '.join(one.label for one in served)}")
    url = settings.SITE_URL + results.url_state.url()
    next_page = results.page.number + 1 if results.page.has_next() else None

    writer = Writer()
    writer.write(f"찾은 것: {results.sentence}", f"같은 목록: {url}", *notices)
    if not results.rows:
        writer.write(missing or "조건에 맞는 센터가 없습니다.")
    else:
        writer.write(missing)
        if next_page:
            page = results.page
            particle = choose_particle(str(next_page), "을", "를")
            writer.write(
                f"{page.start_index()}~{page.end_index()}번째입니다. "
                f"이어서 보려면 page에 {next_page}{particle} 적습니다."
            )
    writer.write_centers(centers, is_numbered=True)
    for why, few in offered:
        writer.write(why)
        writer.write_centers(few, is_numbered=False)
    for one in others:
        number = "" if one.count is None else f" {one.count:,}곳"
        writer.write(f"- {one.label}{number}: {settings.SITE_URL}{one.url}")
    if described:
        writer.write(CALL_CENTER_NOTE)
    writer.write_sources()
    data = {
        "sentence": results.sentence,
        "count": results.count,
        "page": url,
        "notices": notices,
        "missing": missing or None,
        "centers": build_json(centers),
        "next_page": next_page,
        "offered": [{"why": why, "centers": build_json(few)} for why, few in offered],
        "other_queries": [
            {"label": one.label, "count": one.count, "page": settings.SITE_URL + one.url}
            for one in others
        ],
    }
    return Answer(writer.text, data)


def describe_reading(results: ApiResults) -> list[str]:
    """Say what the words were taken for: ‘염색’ → 섬유."""
    if not results.text:
        return (
            [] if results.active_filters.chips or results.near else ["조건 없이 모두 찾았습니다."]
        )
    chips = [chip.label for chip in results.active_filters.chips]
    notes = [f"이렇게 알아들었습니다: {', '.join(chips)}"] if chips else []
    return notes + ([results.interpretation.tier_note] if results.interpretation.tier_note else [])


def name_fitting_tools(results: ApiResults) -> list[str]:
    """Name the tools that give what the words ask for besides a list of centres."""
    wishes, tools = results.wishes, []
    if wishes.other_page is OtherPage.COVERAGE:
        sido = find_sido(results)
        place = f"place에 {results.regions.by_code[sido].short_name}" if sido else "place 없이"
        tools.append(f"없는 업종과 지역은 coverage 도구로 봅니다({place}).")
    if wishes.other_page is OtherPage.CHANGES:
        tools.append("바뀐 내용은 list_changes 도구로 봅니다.")
    if wishes.origin and not isinstance(results, NearestToolResults):
        near = wishes.origin.full_name
        tools.append(f"가까운 차례만 필요하면 nearest 도구로 봅니다(near에 {near}).")
    return tools


def list_offers(results: ApiResults, alternatives: Alternatives) -> list[Offer]:
    """List the centres that the page offers beside these results, or instead of none."""
    if results.rows:
        offers = [
            Offer(
                "업종을 가리지 않는 상생 센터",
                fetch_rows(
                    dict.fromkeys(one.pk for one in alternatives.wide_area_centers), results
                ),
            )
        ]
    else:
        name = alternatives.industry_name
        without = ", ".join(alternatives.industries_without_centers)
        is_own = alternatives.wide_area_centers or not alternatives.is_place_known
        offers = [
            Offer(f"가까운 {name} 센터" if name else "가까운 센터", alternatives.nearest_centers),
            Offer(
                f"표준산업분류에서 같은 갈래이지만 {without} 센터는 아닌 곳",
                alternatives.same_division_rows,
            ),
            Offer(
                "업종을 가리지 않는 상생 센터" if is_own else "가장 가까운 상생 센터",
                alternatives.wide_area_rows,
            ),
        ]
    offers = offer_instead_of_closed(results) + offers
    near = {one.center.pk: one.distance for one in alternatives.nearby_other_industries}
    offers.append(Offer("가까운 다른 업종 센터", fetch_rows(near, results), is_brief=True))
    return [offer for offer in offers if offer.rows]


def shorten(center: DescribedCenter) -> DescribedCenter:
    """Keep few values, and the state of a centre that may not be operating."""
    is_operating = center.status == Center.Status.OPERATING
    fields = BRIEF_FIELDS if is_operating else (*BRIEF_FIELDS, "status")
    return replace(center, values=[one for one in center.values if one.field in fields])


def offer_instead_of_closed(results: ApiResults) -> list[Offer]:
    """Offer for each closed centre its successor, else the nearest open one of its industry."""
    closed = [one.center for one in results.rows if one.center.status == Center.Status.CLOSED]
    is_open = Center.objects.published().exclude(status=Center.Status.CLOSED)
    offers = []
    for center in closed[:MAX_ALTERNATIVES]:
        found: dict[int, Distance | None] = {}
        if center.successor_id and is_open.filter(pk=center.successor_id).exists():
            why = "이어받은 센터"
            found[center.successor_id] = None
        else:
            why = "같은 업종의 가장 가까운 센터"
            point = get_points(results.version).find(center.pk)
            if point and point.lat is not None and point.lon is not None:
                same = is_open.filter(industry=center.industry_id)
                found |= find_nearest(same, (point.lat, point.lon), results.version, 1)
        name = quote(center.display_name, "은", "는")
        offers.append(Offer(f"{name} 운영을 마쳤습니다. {why}", fetch_rows(found, results)))
    return offers


def explain_order(results: ApiResults, alternatives: Alternatives) -> list[str]:
    """Say why nearer centres stand below those that are offered first."""
    if results.rows or not alternatives.nearest_centers:
        return []
    notes = []
    first = alternatives.nearest_centers[0].distance
    wide = alternatives.wide_area_rows[0] if alternatives.wide_area_rows else None
    name = alternatives.industry_name
    if name and first and wide and wide.distance and wide.distance.km < first.km:
        notes.append(
            "업종이 같은 센터를 먼저, 업종을 가리지 않는 상생 센터를 그다음에 적었습니다. "
            f"더 가까운 곳은 {wide.center.display_name}({wide.distance.text})입니다."
        )
    if meant := alternatives.narrower_classes:
        notes.append(
            f"{name} 센터 가운데 {quote(meant, '을', '를')} 맡는 곳만 적어, 다른 것을 맡는 "
            "센터가 더 가까이 있을 수 있습니다."
        )
    return notes


def fetch_rows(distances: Mapping[int, Distance | None], results: ApiResults) -> list[ListedCenter]:
    """Fetch the rows of some keys in their order, with their distances."""
    found = fetch_cached_rows([*distances], results.regions, results.version)
    return [replace(found[key], distance=at) for key, at in distances.items() if key in found]


@dataclass(frozen=True)
class OtherQuery:
    """A changed query; the count is None where it is not known."""

    label: str
    count: int | None
    url: str


def list_other_queries(alternatives: Alternatives) -> list[OtherQuery]:
    """List the queries that the page offers instead of one that finds nothing."""

    def convert(ways: Iterable[AlternativeQuery], ending: str) -> list[OtherQuery]:
        return [OtherQuery(f"{way.label}{ending}", way.count, way.url) for way in ways]

    return [
        *(
            OtherQuery(f"혹시 {quote(words, '을', '를')} 찾으셨나요?", None, url)
            for words, url in alternatives.corrections
        ),
        *convert(alternatives.near_named_regions, " 센터"),
        *convert(alternatives.with_one_word_less, "만 찾으면"),
        *convert(alternatives.with_one_filter_less, " 조건을 빼면"),
    ]


def build_json(centers: Iterable[DescribedCenter]) -> list[dict[str, Any]]:
    return [one.build_json() for one in centers]


# --- get_center ----------------------------------------------------------------------------------


def find_current(key: int) -> tuple[int, list[str]]:
    """Return the key of a public centre, or of the one that it was merged into, which is a notice.

    Raises ToolError if there is none.
    """
    public = Center.objects.published()
    if public.filter(pk=key).exists():
        return key, []
    merged = find_merged_into(Center, old_key=key)
    if merged is None or not public.filter(pk=merged).exists():
        raise ToolError(f"{key}번 센터는 없습니다. 번호는 find_centers의 결과에 있는 id입니다.")
    return merged, [f"{key}번 센터는 {merged}번 센터와 합쳤습니다."]


def get_center(values: Mapping[str, Any]) -> Answer:
    """Describe one centre with all that is known of it; raises ToolError if there is none."""
    version = DataVersion.cached()
    regions, _ = get_reference_data(version)
    key, notices = find_current(values["id"])
    rows = fetch_cached_rows([key], regions, version)
    if key not in rows:  # deleted within the last second
        raise ToolError(f"{key}번 센터는 없습니다.")
    row = rows[key]
    center, citations = row.center, get_center_citations(version, row.center)
    [described] = describe_centers([row], version, SOURCED_FIELDS)
    further = [
        Value(cited.name, cited.label, "확인된 값 없음", others=list_statements(cited.others))
        for cited in list_further_statements(center, citations)
    ]
    described = replace(described, values=[*described.values, *list_former(center), *further])
    successor = center.successor
    if successor and successor.published:
        url = settings.SITE_URL + successor.get_absolute_url()
        notices.append(f"{successor.display_name}({successor.pk}번)에서 이어받았습니다: {url}")
    if described.name_is_provisional:
        notices.append("공고에 센터 이름이 없어 지역과 업종으로 지어 부른 이름(가칭)입니다.")
    unknown = [one.label for one in EXPECTED_FIELDS if not one.has_value(center)]

    writer = Writer()
    writer.write_centers([described], is_numbered=False)
    writer.write(*notices)
    if unknown:
        writer.write(f"아직 모르는 것: {', '.join(unknown)}")
    writer.write(CALL_CENTER_NOTE)
    writer.write_sources()
    data = {"center": described.build_json(), "notices": notices, "unknown": unknown}
    return Answer(writer.text, data)


def list_former(center: Center) -> list[Value]:
    """List the names, addresses and operators of before; their sources are those of changes."""
    former = {
        "former_names": ("옛 이름", center.former_names),
        "former_addresses": ("옛 주소", center.former_addresses),
        "former_operators": ("옛 운영기관", center.former_operators),
    }
    return [
        Value(name, label, ", ".join(texts)) for name, (label, texts) in former.items() if texts
    ]
