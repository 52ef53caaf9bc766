"""Search understands how Korean is typed, puts the best first, and helps where nothing is found."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from centers.models import Center, DataVersion, Industry, Operator, Region

JEWELLERY = "전남광주 동구 주얼리"
SEWING = "부산 금정 의복"


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("ㅈㅅㄷ", [JEWELLERY]),  # initials of 조선대
        ("봉ㅈ", [SEWING]),  # in the middle of a syllable
        ("봉제", [SEWING]),
        ("부산 봉제", [SEWING]),
        ("부산봉제", [SEWING]),  # run together
        ("봉 제", [SEWING]),
        ("귀금속", [JEWELLERY]),  # an everyday word for the trade
        ("쥬얼리", [JEWELLERY]),  # the usual other spelling
        ("광주", [JEWELLERY]),  # as the region was called
        ("전남광주", [JEWELLERY]),
        ("전라남도", [JEWELLERY]),
        ("강원도", ["영월 식료품"]),
        ("강원특별자치도", ["영월 식료품"]),
        ("영월군", ["영월 식료품"]),
        ("(재)영월산업진흥원", ["영월 식료품"]),
        ("재단법인 영월산업진흥원", ["영월 식료품"]),
        ("조선대학교산학협력단", [JEWELLERY]),  # recorded with a space
        ("조선대학교·산학협력단", [JEWELLERY]),
        ("부산 영월", [SEWING]),  # no centre is in both: the largest part that finds one
        ("７０", []),
        ("식료품", ["영월 식료품", "영주 식료품"]),
        ("부산시", [SEWING]),  # as people say it
        ("가구", []),  # what the trade leaves out: 금속 가공제품 제조업; 기계 및 가구 제외
        ("식품제조업", ["영월 식료품", "영주 식료품"]),
    ],
)
def test_words_find_the_centres_of_2024(ask, announcement_2024, words, places):
    assert sorted(ask(f"q={words}").places) == places


@pytest.mark.parametrize("words", ["LH센터", "lh", "ＬＨ", "3층 LH"])
def test_latin_digits_and_full_width_forms_are_one(ask, make_center, words):
    make_center(name="가나", address="경기도 화성시 동탄첨단산업1로 57, LH센터 301호 3층")
    make_center(name="다라", address="부산광역시 금정구 옥봉로8번길 16")

    assert ask(f"q={words}").names == ["가나"]


@pytest.mark.parametrize(
    ("renamed", "old", "new"),
    [
        (lambda: Operator.objects.get(name="조선대학교 산학협력단"), "조선대", "무등대"),
        (lambda: Region.objects.get(code="12210"), "동구", "빛고을구"),
    ],
)
def test_renamed_parts_are_found_by_their_new_name(ask, announcement_2024, renamed, old, new):
    record = renamed()
    record.name = record.name.replace(old, new)
    record.save()

    assert len(ask(f"q={new}").names) == 1


def test_new_alias_of_a_trade_is_found_at_once(ask, announcement_2024):
    trade = Industry.objects.get(code="14")
    trade.aliases = [*trade.aliases, "한복"]
    trade.save()

    assert ask("q=한복").places == [SEWING]


# --- wrong state of the 한/영 key, and slips ------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"), [("qhdwp", "봉제"), ("QHDWP", "봉제"), ("qntks qhdwp", "부산 봉제")]
)
def test_words_in_the_wrong_keyboard_state_are_read_as_meant(ask, announcement_2024, typed, meant):
    answer = ask(f"q={typed}")

    assert answer.places == [SEWING]
    assert answer.notices[0].startswith(f"‘{meant}’로 찾은 결과입니다.")
    assert answer.marked


def test_words_that_find_something_are_never_retyped(ask, make_center):
    make_center(name="qhdwp 센터")
    make_center(name="봉제 센터")

    answer = ask("q=qhdwp")

    assert (answer.names, answer.notices) == (["qhdwp 센터"], [])


@pytest.mark.parametrize("typed", ["a", "%00a", "q"])
def test_single_letter_is_never_retyped(ask, announcement_2024, typed):
    answer = ask(f"q={typed}")

    assert (answer.names, answer.notices) == ([], [])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("봉재", "봉제"),  # a wrong key
        ("봉제ㅔ", "봉제"),  # one too many
        ("귀금솟", "귀금속"),
        ("영얼", "영월"),  # one missing
        ("신발장수", None),
        ("부산 봉재", "부산 봉제"),
        ("강아지", None),
    ],
)
def test_one_slip_is_offered_and_nothing_further_off(ask, announcement_2024, typed, meant):
    answer = ask(f"q={typed}")
    links = [link.get_text() for link in answer.soup.select(".no-results .corrections a")]

    assert answer.names == []
    assert links == ([meant] if meant else [])
    if meant:
        href = answer.soup.select_one(".corrections a")["href"]
        assert len(ask(href.partition("?")[2]).names) >= 1


# --- order and marks -----------------------------------------------------------------------------


def test_better_matches_come_first(ask, make_center, make_operator):
    make_center(name="라", operator=make_operator(name="가람협회"), address="서울 종로구 1")
    make_center(name="마", address="부산 금정구 가람로 1")
    make_center(name="바", region="11110", specialty="가람")
    make_center(name="가람 센터")

    assert ask("q=가람").names == ["가람 센터", "바", "라", "마"]
    assert ask("q=가람&sort=name").names == ["가람 센터", "라", "마", "바"]


def test_industry_word_finds_it_and_names_only(ask, make_center):
    make_center(name="대전 덕암 기계 센터", region="30110", industry="25")
    make_center(name="대전 오정 센터", region="30230", industry="29")
    make_center(name="대전 정동 센터", region="30230", industry="25")  # 기계금속 stands for it

    assert ask("q=대전 기계").names == ["대전 덕암 기계 센터", "대전 오정 센터"]


def test_what_a_trade_leaves_out_is_shown_but_never_marked(ask, make_center):
    make_center(industry="25")
    answer = ask("q=금속")

    assert "가구" not in answer.soup.select_one(".card").get_text()
    assert set(answer.marked) == {"금속"}
    assert ask("q=기계").names == []


def test_half_typed_syllables_are_no_hits_beside_whole_ones(ask, make_center):
    make_center(name="각시 센터", region="11110", operator=None)
    make_center(name="가시 센터", region="51750", operator=None)

    assert ask("q=가").names == ["가시 센터"]
    assert ask("q=각").names == ["각시 센터"]


def test_marks_show_what_was_found_in_the_rows(ask, announcement_2024):
    assert ask("q=봉ㅈ").marked == ["봉제"]
    assert ask("q=ㅈㅅㄷ").marked == ["조선대"]
    assert ask("q=식료품").marked.count("식료품") == 4
    assert ask().marked == []


def test_marked_names_are_still_safe(client, make_center):
    make_center(name="<i>봉제</i> & 센터")

    html = client.get("/?q=봉제").content.decode()

    assert "&lt;i&gt;<mark>봉제</mark>&lt;/i&gt; &amp; 센터" in html


# --- nothing found -------------------------------------------------------------------------------


def test_nothing_found_says_what_each_condition_costs(ask, announcement_2024):
    answer = ask("region=51&industry=14")
    ways = {
        link.get_text(): link["href"] for link in answer.soup.select(".no-results .fewer-filters a")
    }

    assert ways == {
        "‘강원’ 조건을 빼면 1곳": "/?industry=14",
        "‘의복’ 조건을 빼면 1곳": "/?region=51",
    }


def test_nothing_found_names_the_nearest_centres_of_the_trade(ask, announcement_2024):
    near = ask("region=50&industry=10").soup.select(".no-results .nearest li")

    assert [item.a.get_text() for item in near] == [
        "영주 식료품 소공인특화지원센터",
        "영월 식료품 소공인특화지원센터",
    ]
    assert "km" in near[0].get_text()


def test_nearest_centres_are_of_the_trade_that_the_words_say(ask, announcement_2024):
    near = ask("q=봉제&region=51").soup.select(".no-results .nearest h3 a")

    assert [link.get_text() for link in near] == [f"{SEWING} 소공인특화지원센터"]


def test_retyped_words_stay_as_they_were_meant(ask, announcement_2024):
    answer = ask("q=qhdwp&region=51")
    ways = [link.get_text() for link in answer.soup.select(".no-results .fewer-filters a")]

    assert answer.sentence == "‘봉제’ · 강원 — 0곳"
    assert answer.soup.select_one("#q")["value"] == "qhdwp"
    assert ways == ["‘봉제’ → 의복 조건을 빼면 1곳", "‘강원’ 조건을 빼면 1곳"]


def test_offered_words_lead_somewhere_whatever_else_was_asked(ask, announcement_2024):
    for query, address in (
        ("q=봉재&region=26", "/?q=%EB%B4%89%EC%A0%9C&region=26"),
        ("q=봉재&region=51", "/?q=%EB%B4%89%EC%A0%9C"),
    ):
        link = ask(query).soup.select_one(".corrections a")
        assert link["href"] == address
        assert ask(link["href"][2:]).places == [SEWING]


def test_place_without_centres_is_no_slip_and_leads_to_near_ones(ask, announcement_2024):
    answer = ask("q=제주")

    assert answer.soup.select(".corrections") == []
    assert len(answer.soup.select(".no-results .nearest .card")) == 3


def test_many_misspelt_words_are_answered_all_the_same(ask, announcement_2024):
    assert ask("q=" + "+".join(["봉재"] * 8)).names == []


# --- the stored columns --------------------------------------------------------------------------


def test_stale_columns_are_noticed_and_rebuilt(ask, announcement_2024):
    call_command("rebuild_search", "--check")
    Operator.objects.filter(name__contains="조선대").update(name=Concat(Value("무등"), "name"))

    with pytest.raises(CommandError, match="1 centres are stale"):
        call_command("rebuild_search", "--check")
    with pytest.raises(CommandError, match="search columns of 1 centres are stale"):
        call_command("check", databases=["default"], fail_level="WARNING")
    assert ask("q=무등").names == []

    before = DataVersion.cached()
    call_command("rebuild_search")

    assert DataVersion.cached() != before
    assert ask("q=무등").places == [JEWELLERY]
    call_command("rebuild_search", "--check")


def test_centres_have_the_indexes_meant_and_no_others(db):
    """One for each column that leads elsewhere, and the trigrams.

    One that only serves an order lures PostgreSQL away from these.
    """
    meant = [
        ["id"],
        ["class_key"],
        ["industry_id"],
        ["operator_id"],
        ["region_id"],
        ["successor_id"],
    ]
    if connection.vendor == "postgresql":
        meant.append(["search_text"])
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "centers_center")
    indexes = [
        one["columns"]
        for name, one in found.items()
        # Django gives a key of letters a second index on PostgreSQL, for LIKE.
        if (one["index"] or one["primary_key"]) and not name.endswith("_like")
    ]

    assert sorted(indexes) == sorted(meant)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has trigrams")
def test_many_centres_are_searched_by_trigrams(ask, announcement_2024):
    places = list(Region.objects.filter(level="sigungu").values_list("code", flat=True))
    Center.objects.bulk_create(
        [
            Center(
                region_id=places[number % len(places)],
                industry_id="14",
                # As long as those of real ones.
                search_text=f"{number} {number * 7919} ".ljust(400, "-"),
            )
            for number in range(20_000)
        ],
        batch_size=5_000,
    )
    DataVersion.bump()
    with connection.cursor() as cursor:
        # What a server's own upkeep does sooner or later.
        cursor.execute("SELECT gin_clean_pending_list('centers_center_search_text_trigrams')")
        cursor.execute("ANALYZE centers_center")

    for query in ("q=봉제", "q=부산 봉제", "q=봉제&sort=size", "q=봉제&region=26"):
        DataVersion.bump()  # else the keys of the first query answer the others
        with CaptureQueriesContext(connection) as queries:
            assert ask(query).places == [SEWING]
        # Keys alone are sorted; the rows are fetched by them.
        keys = 'SELECT "centers_center"."id" AS "pk" FROM'
        assert any(one["sql"].startswith(keys) for one in queries)
        searches = [one["sql"] for one in queries if "search_text" in one["sql"]]
        assert searches
        for sql in searches:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}")
                plan = "\n".join(line for [line] in cursor.fetchall())
            assert "Index Scan on centers_center_search_text_trigrams" in plan, plan


@pytest.mark.parametrize(
    "change",
    [
        lambda: Center.objects.first().save(),
        lambda: Region.objects.get(code="50110").save(),
        lambda: Center.objects.filter(listings=None).delete(),
        lambda: Operator.objects.create(name="새 기관"),
    ],
)
def test_every_change_of_a_record_advances_the_data_version(make_center, change):
    make_center()
    before = DataVersion.cached()

    change()

    assert DataVersion.cached() != before


def test_change_in_bulk_at_the_staff_desk_advances_it_too(admin_client, make_center):
    center = make_center()
    before = DataVersion.cached()

    admin_client.post(
        "/admin/centers/center/", {"action": "unpublish", "_selected_action": [center.pk]}
    )

    assert not Center.objects.get(pk=center.pk).published
    assert DataVersion.cached() != before
