"""What the tools return: short Korean text and the same as JSON, each value with its source."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centers.models import Announcement, Center, DataVersion
from centers.models.change_sets import ChangeSet, MergedRecord

TOOLS = ("find_centers", "get_center", "nearest", "coverage", "list_changes")


@pytest.fixture
def find(call):
    """What find_centers returns as JSON."""
    return lambda **arguments: call("find_centers", **arguments).result["structuredContent"]


def values_of(center):
    return {one["field"]: one for one in center["values"]}


# --- definitions ---------------------------------------------------------------------------------


def test_tools_are_described_in_korean_and_read_only(request_method):
    tools = request_method("tools/list").result["tools"]

    assert tuple(tool["name"] for tool in tools) == TOOLS
    for tool in tools:
        schema = tool["inputSchema"]
        texts = [tool["title"], tool["description"]]
        texts += [one["description"] for one in schema["properties"].values()]
        assert all(re.search("[가-힣]", text) for text in texts)
        assert schema["additionalProperties"] is False
        assert tool["annotations"]["readOnlyHint"] is True
        assert tool["annotations"]["openWorldHint"] is False


def test_description_of_industries_lists_those_of_the_database(request_method):
    [tool, *_] = request_method("tools/list").result["tools"]

    assert "13 섬유" in tool["inputSchema"]["properties"]["industry"]["description"]


# --- find_centers --------------------------------------------------------------------------------


def test_each_value_has_its_source_and_its_url(call, status_list_2026):
    result = call("find_centers", words="봉제", place="부산").result
    centers = result["structuredContent"]["centers"]

    assert centers
    for center in centers:
        assert center["page"] == f"{settings.SITE_URL}/centers/{center['id']}/"
        assert center["page"] in result["content"][0]["text"]
        for value in center["values"]:
            assert value["source"], value
            assert value["source_url"] is None or value["source_url"].startswith("http")
    region = values_of(centers[0])["region"]
    assert region["value"].startswith("부산")
    assert region["source"] == "2026-07-31 목록"
    assert region["source_note"] == "주소에서 읽음"
    text = result["content"][0]["text"]
    assert f"지역: {region['value']} [1, 주소에서 읽음]" in text
    assert f"[1] {region['source']}: {region['source_url']}" in text


def test_value_from_a_citation_names_it(call, make_center, make_citation):
    center = make_center(cluster_size=300, phone="051-123-4567")
    make_citation(center=center)

    found = call("get_center", id=center.pk)

    size = values_of(found.result["structuredContent"]["center"])["cluster_size"]
    assert size["value"] == "약 300개사"
    assert size["source"] == "금정구의 봉제업체 · 가나일보 2023-03-28 (보도)"
    assert size["source_url"] == "https://press.example.kr/1"
    assert "가나일보 2023-03-28 (보도): https://press.example.kr/1" in found.text


def test_telephone_of_the_operator_is_not_that_of_the_centre(find, make_center, make_operator):
    make_center(operator=make_operator(phone="051-999-0000"))

    values = values_of(find(words="봉제")["centers"][0])

    assert "phone" not in values
    assert "센터의 전화가 아님" in values["operator_phone"]["label"]


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({"words": "qhdwp"}, "q=qhdwp"),
        ({"words": "봉ㅈ"}, "q=봉ㅈ"),
        ({"place": "부산"}, "region=26"),
        ({"place": "26"}, "region=26"),
        ({"industry": "14"}, "industry=14"),
        ({"industry": "의복"}, "industry=14"),
        ({"industry": "염색"}, "q=염색"),
        ({"words": "부산", "industry": "재봉"}, "q=부산 재봉"),
        ({"service": "education"}, "service=education"),
        ({"place": "서울", "industry": "14", "words": "봉제"}, "region=11&industry=14&q=봉제"),
        ({}, ""),
    ],
)
def test_arguments_find_what_the_page_finds(find, ask, status_list_2026, arguments, query):
    found, shown = find(**arguments, limit=20), ask(query)

    assert [one["name"] for one in found["centers"]] == shown.names[:20]
    assert found["count"] == int(shown.sentence.rpartition("— ")[2].removesuffix("곳"))


def test_pages_repeat_and_lose_nothing(find, status_list_2026):
    seen, page = [], 1
    while page:
        found = find(page=page, limit=20)
        seen += [one["id"] for one in found["centers"]]
        page = found["next_page"]

    assert sorted(seen) == sorted(Center.objects.published().values_list("pk", flat=True))
    assert len(seen) == found["count"] == len(set(seen))


def test_answer_says_how_the_words_were_read(call, status_list_2026):
    text = call("find_centers", words="대구에서 안경 만드는데 어디로 가나요").text

    assert "이렇게 알아들었습니다: ‘대구’" in text
    assert "빼고 찾았습니다." in text


def test_no_condition_is_said_to_be_none(call, status_list_2026):
    assert "조건 없이 모두 찾았습니다." in call("find_centers").text


@pytest.mark.parametrize("blank", ["", "  ", "\u3000", "\t"])
def test_blank_words_do_not_find_everything(call, status_list_2026, blank):
    reply = call("find_centers", words=blank)

    assert reply.result["isError"]
    assert "비어 있습니다" in reply.text
    assert "structuredContent" not in reply.result


@pytest.mark.parametrize("words", ["\x00", "%", "()", "\u200b", "🏭", "a" * 200, "' OR 1=1 --"])
def test_odd_words_never_find_everything(call, status_list_2026, words):
    reply = call("find_centers", words=words)

    assert reply.status == 200
    if not reply.result["isError"]:
        assert reply.result["structuredContent"]["count"] == 0


def test_nothing_found_offers_what_the_page_offers(find, status_list_2026):
    found = find(words="양주 염색")

    assert (found["count"], found["centers"]) == (0, [])
    assert found["offered"][0]["why"] == "가까운 섬유 센터"
    for words in ("봉재", "치킨집"):
        empty = find(words=words)
        assert (empty["count"], empty["centers"]) == (0, [])
        assert any("센터가 있는 업종: 식료품" in one for one in empty["notices"])
    assert any("봉제" in one["label"] for one in find(words="봉재")["other_queries"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"place": "광주"}, "전남광주통합특별시(12)"),
        ({"place": "없는곳"}, "지역 ‘없는곳’은 없는 값입니다."),
        ({"industry": "99"}, "업종 ‘99’는 없는 값입니다."),
        ({"place": "\x00"}, "없는 값입니다."),
        ({"page": 999}, "‘999’는 없는 쪽입니다."),
    ],
)
def test_unknown_value_is_named_and_finds_nothing(call, status_list_2026, arguments, words):
    reply = call("find_centers", **arguments)

    assert reply.result["isError"]
    assert words in reply.text


# --- wrong calls ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("find_centers", {"words": 1}, "글(문자열)"),
        ("find_centers", {"words": None}, "글(문자열)"),
        ("find_centers", {"words": ["봉제"]}, "글(문자열)"),
        ("find_centers", {"words": {"a": 1}}, "글(문자열)"),
        ("find_centers", {"words": "가" * 201}, "200자까지"),
        ("find_centers", {"service": "교육"}, "education"),
        ("find_centers", {"service": ["education"]}, "education"),
        ("find_centers", {"regon": "26"}, "‘regon’은 이 도구에 없는 인자입니다."),
        ("find_centers", {"\x00": 1}, "이 도구에 없는 인자입니다."),
        ("find_centers", {"limit": 0}, "1부터 20까지"),
        ("find_centers", {"limit": 21}, "1부터 20까지"),
        ("find_centers", {"limit": 1.5}, "정수"),
        ("find_centers", {"limit": "5"}, "정수"),
        ("find_centers", {"limit": True}, "정수"),
        ("find_centers", {"limit": 1e300}, "1부터 20까지"),
        ("find_centers", {"page": 10**30}, "정수"),
        ("find_centers", {"page": -1}, "정수"),
        ("get_center", {}, "꼭 적어야"),
        ("get_center", {"id": "1"}, "정수"),
        ("get_center", {"id": 2**63}, "정수"),
        ("nearest", {"words": "봉제"}, "꼭 적어야"),
        ("list_changes", {"since": "어제"}, "날짜"),
        ("list_changes", {"since": "2026-02-30"}, "날짜"),
        ("list_changes", {"since": "0001-01-01"}, "날짜"),
        ("list_changes", {"since": "9999-12-31"}, "날짜"),
        ("list_changes", {"since": "20260101"}, "날짜"),
        ("list_changes", {"since": 2026}, "날짜"),
        ("coverage", {"gaps": True}, "없는 인자"),
    ],
)
def test_wrong_argument_is_a_protocol_error_in_words(call, tool, arguments, words):
    reply = call(tool, **arguments)

    assert reply.error["code"] == -32602
    assert words in reply.error["message"]


@pytest.mark.parametrize(
    "name", ["", "find", "FIND_CENTERS", "\x00", "가", "__class__", 1, None, []]
)
def test_unknown_tool_is_a_protocol_error_in_words(request_method, name):
    reply = request_method("tools/call", {"name": name, "arguments": {}})

    assert reply.error["code"] == -32602
    assert "도구" in reply.error["message"]


@pytest.mark.parametrize("arguments", [None, [], "봉제", 1])
def test_arguments_must_be_an_object(request_method, arguments):
    params = {"name": "find_centers", "arguments": arguments}

    assert request_method("tools/call", params).error["code"] == -32602


def test_whole_number_as_a_fraction_is_one(find, make_center):
    make_center()

    assert find(words="봉제", limit=1.0)["count"] == 1


# --- the other tools -----------------------------------------------------------------------------


def test_centre_comes_with_all_that_is_known_and_unknown(call, status_list_2026):
    center = Center.objects.published().exclude(address="").order_by("pk").first()

    reply = call("get_center", id=center.pk)
    data = reply.result["structuredContent"]

    assert data["center"]["name"] == center.display_name
    assert values_of(data["center"])["address"]["value"] == center.address
    assert "누리집" in data["unknown"] or values_of(data["center"])["website"]
    assert f"아직 모르는 것: {', '.join(data['unknown'])}" in reply.text


def test_draft_and_unknown_centre_are_not_found(call, make_center):
    draft = make_center(published=False)

    for key in (draft.pk, 999_999):
        reply = call("get_center", id=key)
        assert reply.result["isError"]
        assert f"{key}번 센터는 없습니다" in reply.text
    assert call("find_centers", words="봉제").result["structuredContent"]["count"] == 0


def test_merged_centre_is_the_one_that_it_is_part_of(call, client, make_center):
    kept = make_center()
    change_set = ChangeSet.objects.create(title="합침")
    MergedRecord.objects.create(
        change_set=change_set, model="center", old_key=777_777, new_key=kept.pk
    )
    DataVersion.bump()

    data = call("get_center", id=777_777).result["structuredContent"]

    assert data["center"]["id"] == kept.pk
    assert data["notices"][0].startswith("777777번 센터는")

    changes = call("list_changes", id=777_777).result["structuredContent"]

    assert changes["page"] == data["center"]["page"]
    assert changes["notices"] == data["notices"][:1]
    assert [one["center_id"] for one in changes["changes"]] == [kept.pk]


def test_nearest_centres_are_those_of_the_page(call, ask, status_list_2026):
    data = call("nearest", near="영월", industry="10", limit=5).result["structuredContent"]

    assert [one["name"] for one in data["centers"]] == ask("near=영월&industry=10").names[:5]
    assert re.search(r"km|같은", data["centers"][0]["distance"])
    assert call("nearest", near=" ").result["isError"]
    assert call("nearest", near="없는곳").result["isError"]


def test_coverage_counts_as_the_page_does(call, client, status_list_2026):
    data = call("coverage").result["structuredContent"]

    assert data["total"] == sum(one["count"] for one in data["regions"])
    assert data["total"] == sum(one["count"] for one in data["industries"])
    for one in data["regions"]:
        code = one["code"]
        api = client.get(
            "/api/v1/centers/", {"region": code, "status": ["operating", "unconfirmed"]}
        )
        assert one["count"] == api.json()["count"]
    assert "2026-07-31" in {one["published_on"] for one in data["sources"]}


def test_coverage_of_one_place_and_one_industry(call, status_list_2026):
    everywhere = call("coverage", industry="섬유").result["structuredContent"]
    inside = call("coverage", place="경기", industry="13").result["structuredContent"]

    [industry] = everywhere["industries"]
    assert industry["code"] == "13"
    assert everywhere["total"] == industry["count"]
    gyeonggi = next(one for one in everywhere["regions"] if one["code"] == "41")
    assert inside["total"] == gyeonggi["count"]
    text = call("coverage", place="경기").text
    assert "없는 지역:" in text and "양주" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"place": "양주"}, "시·도 하나"),
        ({"place": "광주"}, "시·도 하나"),
        ({"industry": "빵"}, "13 섬유"),
    ],
)
def test_coverage_names_what_it_cannot_count(call, status_list_2026, arguments, words):
    reply = call("coverage", **arguments)

    assert reply.result["isError"]
    assert words in reply.text


def test_changes_are_listed_with_their_sources(call, status_list_2026):
    center = Center.objects.published().order_by("pk").first()
    center.phone = "02-111-2222"
    center.save()

    data = call("list_changes", id=center.pk).result["structuredContent"]

    newest = data["changes"][0]
    assert newest["values"] == [{"label": "전화", "old": None, "new": "02-111-2222"}]
    assert newest["source"] == "편집자 입력"
    documents = {one["source_url"] for one in data["changes"][1:]}
    assert f"{settings.SITE_URL}{Announcement.objects.first().get_absolute_url()}" in documents


def test_changes_beyond_those_read_are_said_to_be(call, make_center):
    center = make_center()
    # Entries that change no public value are none to an assistant.
    for _ in range(101):
        center.save()

    reply = call("list_changes", id=center.pk, limit=50)
    data = reply.result["structuredContent"]

    assert (data["changes"], data["has_more"]) == ([], True)
    assert "앞선 것이 더 있습니다" in reply.text
    assert "없습니다" not in reply.text


def test_changes_of_a_list_are_of_its_centres_alone(call, find, status_list_2026):
    found = {one["id"] for one in find(words="봉제", limit=20)["centers"]}
    data = call("list_changes", words="봉제", limit=50).result["structuredContent"]

    assert {one["center_id"] for one in data["changes"]} == found
    later = call("list_changes", words="봉제", since="2100-01-01").result["structuredContent"]
    assert (later["changes"], later["has_more"]) == ([], False)
    assert call("list_changes", id=999_999).result["isError"]


def test_queries_do_not_grow_with_the_centres(call, make_center):
    def count_queries(tool, **arguments):
        DataVersion.bump()
        with CaptureQueriesContext(connection) as captured:
            assert not call(tool, **arguments).result["isError"]
        return len(captured)

    calls = [("find_centers", {"words": "봉제", "limit": 20}), ("nearest", {"near": "부산"})]
    for _ in range(2):
        make_center()
    few = [count_queries(tool, **arguments) for tool, arguments in calls]
    for _ in range(15):
        make_center()

    assert [count_queries(tool, **arguments) for tool, arguments in calls] == few


# --- places, questions and states as people have them ---------------------------------------------


def test_nearest_has_further_pages_as_it_says(call, status_list_2026):
    first = call("nearest", near="성수동").result
    number = first["structuredContent"]["next_page"]
    second = call("nearest", near="성수동", page=number).result["structuredContent"]

    assert f"page에 {number}" in first["content"][0]["text"]
    keys = [one["id"] for one in first["structuredContent"]["centers"]]
    assert not set(keys) & {one["id"] for one in second["centers"]}
    assert second["sentence"] == first["structuredContent"]["sentence"]


@pytest.mark.parametrize("near", ["성수동에서", "성수동 근처", "성수동은", "성수동 쪽"])
def test_particle_behind_a_place_is_understood(call, ask, status_list_2026, near):
    place = call("nearest", near="성수동").result["structuredContent"]

    assert call("nearest", near=near).result["structuredContent"]["centers"] == place["centers"]
    assert ask(f"near={near}").names == ask("near=성수동").names
    assert ask("region=부산에서").names == ask("region=부산").names


def test_long_question_is_read_as_the_page_reads_it(call, ask, status_list_2026):
    question = (
        "안녕하세요 저는 서울 중랑구에서 작은 봉제공장을 운영하고 있는데 요즘 일감이 많이 "
        "줄어서 새로운 거래처 개발과 시설 개선 지원을 함께 받을 수 있는 "
        "기관이 가까이에 있는지 알고 싶습니다"
    )
    data = call("find_centers", words=question, limit=20).result["structuredContent"]
    page = ask(f"q={question}")

    assert [one["name"] for one in data["centers"]] == page.names
    assert any("낱말만 찾았습니다" in one and "부터 뺐습니다" in one for one in data["notices"])


def test_state_of_a_center_is_given_unless_it_operates(call, status_list_2026):
    def list_others():
        offers = call("find_centers", words="창원 금속").result["structuredContent"]["offered"]
        return next(one for one in offers if one["why"] == "가까운 다른 업종 센터")["centers"]

    first = list_others()[0]["id"]
    Center.objects.filter(pk=first).update(status="unconfirmed")
    DataVersion.bump()

    others = list_others()
    assert {one["status"] for one in others} == {"operating", "unconfirmed"}
    for one in others:
        assert ("status" in values_of(one)) is (one["status"] == "unconfirmed")


def test_closed_center_comes_with_its_date_and_an_open_one(call, make_center):
    closed = make_center(industry="13", region="41630", status="closed", closed_on="2026-03-01")
    far = make_center(industry="13", region="26410")
    near = make_center(industry="13", region="41150")
    make_center(industry="13", region="41630", status="closed")
    make_center(industry="10", region="41630")

    data = call("find_centers", place="양주").result["structuredContent"]

    [shown] = [one for one in data["centers"] if one["id"] == closed.pk]
    assert values_of(shown)["status"]["value"] == "운영 종료 (종료일 2026-03-01)"
    offer = next(one for one in data["offered"] if closed.display_name in one["why"])
    assert [one["id"] for one in offer["centers"]] == [near.pk]
    assert "운영을 마쳤습니다" in offer["why"]

    closed.successor = far
    closed.save()
    data = call("find_centers", place="양주").result["structuredContent"]
    offer = next(one for one in data["offered"] if closed.display_name in one["why"])
    assert [one["id"] for one in offer["centers"]] == [far.pk]


def test_other_statement_of_the_same_address_is_not_repeated(call, make_center, make_citation):
    center = make_center(address="경기도 양주시 평화로 1475(남방동), 3층")
    for text in ("경기도 양주시 평화로 1475 (남방동) 3층", "서울 중구 세종대로 110"):
        make_citation(center=center, field="address", value=text, printed=text)
    make_citation(center=center, field="address", value=center.address)

    [address] = [
        one
        for one in call("get_center", id=center.pk).result["structuredContent"]["center"]["values"]
        if one["field"] == "address"
    ]
    assert [one["value"] for one in address["others"]] == ["서울 중구 세종대로 110"]


def test_coverage_says_nothing_that_is_no_gap_or_source(call, status_list_2026):
    text = call("coverage", place="강원도").text
    missing = next(line for line in text.splitlines() if line.startswith("없는 업종"))

    assert "전 업종" not in missing
    first, *_ = text.splitlines()
    numbers = set(re.findall(r"^\[(\d+)\]", text, re.MULTILINE))
    assert numbers and numbers == set(re.findall(r"\[(\d+)\]", first))


def test_coverage_names_a_wrong_place_as_it_was_given(call, status_list_2026):
    text = call("coverage", place="강남").text
    assert "강남" in text and "11680" not in text


def test_order_that_is_not_by_distance_is_explained(call, status_list_2026):
    notices = call("find_centers", words="창원 금속").result["structuredContent"]["notices"]
    assert any("경남 상생" in one and "4.9 km" in one for one in notices)
    notices = call("find_centers", words="제주 감귤 가공").result["structuredContent"]["notices"]
    assert any("식료품 센터 가운데" in one and "맡는 곳만" in one for one in notices)


def test_added_value_is_an_addition_and_leads_to_the_changes(call, status_list_2026):
    center = Center.objects.published().order_by("pk").first()
    center.phone = "02-111-2222"
    center.save()

    assert call("list_changes", id=center.pk).result["structuredContent"]["changes"][0][
        "summary"
    ] == ("전화 추가")
    listed = call("list_changes", words=center.display_name).result["structuredContent"]
    assert listed["page"] == f"{settings.SITE_URL}/changes/"
