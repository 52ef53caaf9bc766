"""Wishes as parameters of the list, and the sentences about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

from centers.models import Center, Service
from centers.models.data_version import per_data_version
from centers.search.active_filters import NON_FILTERS
from centers.search.place_values import Candidate
from centers.search.query_params import Notice, QueryParams
from centers.search.wishes import OtherPage, Wishes, asks_for_distance, read_wishes
from centers.text.formatting import quote

if TYPE_CHECKING:
    from centers.search.results import Results


#: Parameters beside which a kind of support selects centres.
UNFILTERED = (*NON_FILTERS, "near")


@per_data_version
def find_known_services(version: int) -> frozenset[str]:
    """The kinds of support that any centre is known to offer."""
    lists = Center.objects.published().order_by().values_list("services", flat=True)
    return frozenset(key for services in lists for key in services)


def fulfil_wishes(query: QueryParams, version: int) -> Wishes:
    """Set the parameters that the words ask for, unless they are set already; return the wishes.

    Kinds of support select centres only where nothing else is wanted: of most centres it is not
    known what they offer.
    """
    values = query.values
    if "q" not in values:
        return Wishes("")
    wishes = read_wishes(version, values["q"][0])
    if wishes == Wishes(values["q"][0]):
        return wishes
    if wishes.text:
        values["q"] = [wishes.text]
    else:
        del values["q"]
    if wishes.origin and "near" not in values:
        values["near"] = [wishes.origin.key]
    if wishes.is_for_all and set(values) <= set(UNFILTERED):
        known = find_known_services(version)
        if services := [key for key in wishes.services if key in known]:
            values["service"] = services
    ordered = {name: values[name] for name in query.names if name in values}
    # The dictionary is shared with links and sentences.
    values.clear()
    values.update(ordered)
    return wishes


def describe_wishes(results: Results) -> list[Notice]:
    """Sentences about wishes, with links to what fulfils them."""
    wishes = results.wishes
    notices = []
    if wishes.other_page:
        notices.append(_lead_to_page(wishes, results))
    if wishes.services:
        notices.append(_describe_services(wishes, results))
    if wishes.origin and results.near:
        words = quote(wishes.origin_words, "을", "를")
        name = results.near.full_name
        notices.append(Notice(f"{words} {name}에서 가까운 순으로 읽었습니다."))
    if not wishes.text and wishes.words_for_all and not notices and not results.has_filters:
        *others, last = wishes.words_for_all
        left_out = f"{''.join(f'‘{word}’, ' for word in others)}{quote(last)}"
        hint = ""
        if not results.near and any(map(asks_for_distance, wishes.words_for_all)):
            hint = " 가까운 차례로 보려면 내 지역을 적어 주세요."
        notices.append(Notice(f"{left_out} 빼고 모든 센터를 보여 드립니다.{hint}"))
    return notices


def _describe_services(wishes: Wishes, results: Results) -> Notice:
    chosen = results.values.get("service", [])
    names = ", ".join(str(Service(key).label) for key in wishes.services)
    if set(chosen) & set(wishes.services):
        return Notice(
            f"{quote(wishes.service_words, '을', '를')} 지원 내용에서 찾았습니다. "
            "지원한다고 확인된 센터만 보입니다."
        )
    left_out = f"{quote(wishes.service_words, '은', '는')} 빼고 찾았습니다."
    values = results.values | {"service": [*wishes.services]}
    number = 0 if chosen else results.count_centers(values)
    if not number:
        return Notice(left_out)
    url = results.url_state.url(service=[*wishes.services])
    return Notice(
        f"{left_out} 이 가운데 지원한다고 확인된 센터는 {number:,}곳입니다.",
        "service",
        candidates=(Candidate(wishes.services[0], f"{names} 지원 센터만 보기", url),),
    )


def _lead_to_page(wishes: Wishes, results: Results) -> Notice:
    topic = quote(wishes.other_page_words, "은", "는")
    if wishes.other_page is OtherPage.CHANGES:
        link = Candidate("", "바뀐 내용 보기", reverse("changes"))
        return Notice(f"{topic} 바뀐 내용 화면에 있습니다.", candidates=(link,))
    sido = find_sido(results)
    params = {"region": sido} if sido else {}
    if "별" not in wishes.other_page_words and "현황" not in wishes.other_page_words:
        params["gaps"] = "1"
    name = results.regions.by_code[sido].short_name if sido else "전국"
    url = f"{reverse('coverage')}?{urlencode(params)}" if params else reverse("coverage")
    link = Candidate("", f"{name} 지역·업종별 현황 보기", url)
    return Notice(f"{topic} 현황 화면에 있습니다.", candidates=(link,))


def find_sido(results: Results) -> str:
    """The code of the one 시·도 that a query names; "" for none or several."""
    codes = results.values.get("region") or results.interpretation.place_codes
    if results.near and not codes:
        codes = [results.near.region.code]
    sidos = {results.regions.by_code[code].sido.code for code in codes}
    return sidos.pop() if len(sidos) == 1 else ""
