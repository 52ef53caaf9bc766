"""`manage.py load_fixtures`: each fixture is loaded once and never replaces edited records."""

import csv
import json
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from centers.importer.undo import undo
from centers.models import (
    Announcement,
    Center,
    Citation,
    DataVersion,
    Dong,
    ImportRun,
    Industry,
    IndustryClass,
    Landmark,
    Listing,
    Operator,
    Region,
    Word,
)
from centers.models.history import CITED_LOAD_REASON
from tests.support.processes import manage

pytestmark = pytest.mark.django_db

RECORDS = (Region, Industry, Operator, Announcement, Center, Listing)


@pytest.fixture
def empty():
    """A database that has never held anything."""
    # Without signals, which would write 14,000 entries into the histories only to delete them.
    for model in (Landmark, Word, Dong, IndustryClass, Region, Industry):
        model.objects.all()._raw_delete(connection.alias)
    for model in (Region, Industry, Landmark, Word):
        model.history.all()._raw_delete(connection.alias)
    DataVersion.bump()


@pytest.fixture
def load(tmp_path):
    """Load the project's fixtures, or one of the given rows (or text) named facts.json."""

    def load(rows=None):
        paths = []
        if rows is not None:
            paths = [tmp_path / "facts.json"]
            text = rows if isinstance(rows, str) else json.dumps(rows, ensure_ascii=False)
            paths[0].write_text(text, encoding="utf-8")
        out = StringIO()
        call_command("load_fixtures", *paths, stdout=out)
        return out.getvalue()

    return load


def everything():
    """All rows of all records, and of their history."""
    return {
        manager.model.__name__: list(manager.order_by("pk").values())
        for model in RECORDS
        for manager in (model.objects, model.history)
    }


# --- what is loaded ------------------------------------------------------------------------------


def test_empty_database_gets_all_fixtures(empty, load):
    printed = load()

    assert {model.__name__: model.objects.count() for model in RECORDS} == {
        "Region": 285,
        "Industry": 25,
        "Operator": 39,
        "Announcement": 2,
        "Center": 42,
        "Listing": 45,
    }
    assert [Region.objects.filter(level=level).count() for level in Region.Level] == [16, 230, 39]
    assert printed.splitlines() == [
        "  regions: 285 new records",
        f"  dongs: {Dong.objects.count()} new records",
        f"  landmarks: {Landmark.objects.count()} new records",
        "  industries: 25 new records",
        f"  industry_classes: {IndustryClass.objects.count()} new records",
        f"  words: {Word.objects.count()} new records",
        "  announcement_2024: 16 new records",
        "  status_list_2026: 37 new centres, 3 changed, 2 not on the list",
        "  center_classes: 39 centres classified",
        f"  citations_2026: {Citation.objects.count()} new citations, 113 values filled in",
    ]
    assert Dong.objects.count() > 5_000
    assert Word.objects.count() > 1_500
    check_first_state_is_in_history()


def check_first_state_is_in_history():
    for model in RECORDS:
        entries = model.history.exclude(history_change_reason=CITED_LOAD_REASON)
        assert set(entries.values_list("history_change_reason", flat=True)) == {"첫 자료"}
        assert model.history.filter(history_type="+").count() == model.objects.count()
    # The list of 2026 speaks of five centres that were here before.
    changes = Center.history.filter(history_type="~")
    assert changes.exclude(history_change_reason=CITED_LOAD_REASON).count() == 5


def table_of_words(*rows):
    return {
        "model": "centers.word",
        "fields": ["text", "codes", "standard", "is_part"],
        "rows": [list(row) for row in rows],
    }


def test_changed_row_of_a_table_reaches_the_database_once(load):
    load(table_of_words(["반짝이", ["331"], "", True], ["번쩍이", ["331"], "", True]))
    version = DataVersion.fetch()

    rows = table_of_words(["반짝이", ["25"], "", False], ["번쩍이", [], "반짝이", True])
    assert load(rows) == "  facts: 2 changed records\n"
    assert DataVersion.fetch() != version
    word = Word.objects.get(text="반짝이")
    assert (word.codes, word.is_part) == (["25"], False)
    assert Word.objects.get(text="번쩍이").standard == "반짝이"
    assert [one.history_change_reason for one in word.history.all()] == ["첫 자료", "첫 자료"]
    version = DataVersion.fetch()
    assert load(rows) == "  facts: nothing new\n"
    assert (DataVersion.fetch(), word.history.count()) == (version, 2)


def test_changed_row_never_replaces_the_change_of_an_editor(load):
    load(table_of_words(*([text, ["331"], "", True] for text in ("가가나", "나나다", "다다라"))))
    changed = Word.objects.get(text="가가나")
    changed.codes = ["14"]
    changed.save()
    renamed = Word.objects.get(text="나나다")
    renamed.text = "나나다라"
    renamed.save()
    Word.objects.get(text="다다라").delete()
    Word.objects.create(text="라라마", codes=["14"])

    texts = ("가가나", "나나다", "다다라", "라라마")
    assert load(table_of_words(*([text, ["25"], "", True] for text in texts))) == (
        "  facts: nothing new\n"
    )
    found = Word.objects.filter(text__in=[*texts, "나나다라"]).values_list("text", "codes")
    assert dict(found) == {"가가나": ["14"], "나나다라": ["331"], "라라마": ["14"]}


def test_fixed_facts_follow_their_fixture(load):
    before = IndustryClass.objects.get(code="331").name
    rows = {
        "model": "centers.industryclass",
        "fields": ["code", "name", "display_name"],
        "rows": [["331", before, "반짝이"]],
    }

    assert load(rows) == "  facts: 1 changed records\n"
    assert IndustryClass.objects.get(code="331").display_name == "반짝이"
    assert load(rows) == "  facts: nothing new\n"


def test_document_is_the_source_of_all_that_came_with_it(announcement_2024):
    for model in (Operator, Announcement, Center, Listing):
        assert {entry.source for entry in model.history.all()} == {announcement_2024}


def test_migration_adds_the_source_to_older_history(announcement_2024):
    for model in (Operator, Announcement, Center, Listing):
        model.history.update(source=None)
    own = Operator.objects.create(name="(재)가나다")

    migration = import_module("centers.migrations.0005_intake")
    migration.name_first_source(apps, connection.schema_editor())

    assert {entry.source for entry in Center.history.all()} == {announcement_2024}
    assert own.history.get().source is None


@pytest.mark.parametrize(
    ("code", "name", "former_names", "former_codes"),
    [
        ("12", "전남광주통합특별시", ["광주광역시", "전라남도"], ["29", "46"]),
        ("12210", "전남광주통합특별시 동구", None, None),
        ("28125", "인천광역시 제물포구", ["인천광역시 동구", "인천광역시 중구"], ["28140"]),
        ("28155", "인천광역시 영종구", ["인천광역시 중구"], []),
        ("51750", "강원특별자치도 영월군", None, None),
        ("41591", "경기도 화성시 만세구", ["경기도 화성시"], []),
    ],
)
def test_regions_have_current_and_former_names(code, name, former_names, former_codes):
    region = Region.objects.get(code=code)

    assert region.full_name == name
    assert former_names is None or region.former_names == former_names
    assert former_codes is None or region.former_codes == former_codes


def test_every_region_has_a_point_and_lies_where_its_code_says():
    for region in Region.objects.with_parents():
        assert region.lat and region.lon
        assert region.code.startswith(region.sido.code)


def test_industries_are_the_divisions_of_manufacturing():
    assert list(Industry.objects.values_list("code", flat=True)) == [str(n) for n in range(10, 35)]
    assert Industry.objects.get(code="14").name == "의복, 의복 액세서리 및 모피제품 제조업"
    assert "봉제" in Industry.objects.get(code="14").aliases


def test_announcement_tells_what_the_press_release_told(announcement_2024):
    announcement = announcement_2024

    assert announcement.kind == Announcement.Kind.SELECTION
    assert announcement.published_on.isoformat() == "2024-06-25"
    assert announcement.publisher == "중소벤처기업부"
    assert "newsId=156637517" in announcement.source_url
    assert announcement.centers_total == 42
    assert announcement.subsidy_krw == 320_000_000
    assert announcement.new_center_subsidy_krw == 185_000_000


def test_five_centres_have_their_place_trade_body_and_size(announcement_2024):
    rows = {
        (c.region.full_name, c.industry_id, c.specialty, c.operator.name, c.cluster_size)
        for c in Center.objects.with_related()
    }

    assert rows == {
        ("강원특별자치도 영월군", "10", "", "(재)영월산업진흥원", 70),
        ("경상북도 영주시", "10", "", "(재)환동해산업연구원", 181),
        ("전남광주통합특별시 동구", "33", "주얼리", "조선대학교 산학협력단", 90),
        ("대전광역시 대덕구", "25", "", "(재)대덕경제재단", 282),
        ("부산광역시 금정구", "14", "", "부산경남봉제산업협동조합", 252),
    }
    for center in Center.objects.all():
        assert center.designated_year == 2024
        assert center.cluster_size_as_of == center.confirmed_on == announcement_2024.published_on
        assert (center.name, center.status) == ("", Center.Status.OPERATING)


def test_five_rows_stand_as_printed_with_their_slips(announcement_2024):
    fields = ("row", "region", "operator", "industry", "cluster_size", "center__region")

    assert list(announcement_2024.listings.values_list(*fields)) == [
        (1, "강원 영월", "(재)영월산업진흥원", "식품제조업", "70개사", "51750"),
        (2, "경북 영주", "(재)환동해산업연구원", "식품제조업", "181개사", "47210"),
        (3, "광주 동구", "조선대학교산학협력단", "기타제품제조업(주얼리)", "90개사", "12210"),
        (4, "대전 대덕구", "(재)대덕경제재단", "금속가공제조업", "282개사", "30230"),
        (
            5,
            "부산 금정구",
            "부산경남봉제산업협동조합",
            "의복, 의복액서서리 제조업",
            "252개사",
            "26410",
        ),
    ]


# --- the list of 2026 ----------------------------------------------------------------------------


def test_list_of_2026_has_its_source_and_forty_rows(load, settings):
    load()
    announcement = Announcement.objects.get(slug="2026-status-list")

    assert announcement.kind == Announcement.Kind.STATUS_LIST
    assert announcement.published_on.isoformat() == "2026-07-31"
    assert (announcement.publisher, announcement.centers_total) == ("소상공인시장진흥공단", None)
    assert announcement.source_url == "https://www.data.go.kr/data/3060083/fileData.do"
    assert "공개 사본" in announcement.source_note
    published = settings.BASE_DIR / "tests/data/status_list_2026.csv"
    rows = list(csv.reader(published.read_text(encoding="utf-8-sig").splitlines()))[1:]
    fields = ("region", "name", "operator", "address")
    assert list(announcement.listings.values_list(*fields)) == [
        tuple(cell.strip() for cell in row) for row in rows
    ]


def test_list_of_2026_updates_or_doubts_centres_of_2024(load):
    load()

    centers = Center.objects.filter(designated_year=2024).order_by("region")
    assert [
        (center.region_id, center.name, bool(center.address), center.status) for center in centers
    ] == [
        ("12210", "광주 충장 귀금속 소공인특화지원센터", True, "operating"),
        ("26410", "부산 서동 의류제조 소공인특화지원센터", True, "operating"),
        ("30230", "대전 덕암 금속가공 소공인특화지원센터", True, "operating"),
        ("47210", "", False, "unconfirmed"),
        ("51750", "", False, "unconfirmed"),
    ]
    entries = Center.history.exclude(history_change_reason=CITED_LOAD_REASON)
    assert {entries.filter(id=center.pk).latest().source.slug for center in centers} == {
        "2026-status-list"
    }
    assert Center.objects.filter(kind="wide_area").count() == 3


def test_list_never_goes_over_what_an_editor_has_entered(announcement_2024, load):
    center = Center.objects.get(region="30230")
    center.address = "대전광역시 대덕구 다른길 1"
    center.save()
    moved = Center.objects.get(region="26410")
    moved.region, moved.industry = Region.objects.get(code="11110"), Industry.objects.get(code="10")
    moved.save()

    load()

    center.refresh_from_db()
    assert (center.address, center.name) == (
        "대전광역시 대덕구 다른길 1",
        "대전 덕암 금속가공 소공인특화지원센터",
    )
    moved.refresh_from_db()
    assert (moved.region_id, moved.name) == ("11110", "")


def test_row_that_needs_a_decision_is_skipped_and_reported(announcement_2024, make_center, load):
    own = make_center(region="30230", industry="25", operator=None)
    twin = Center.objects.get(region="30230", operator__isnull=False)
    own.operator = twin.operator
    own.save()

    printed = load()

    assert printed.splitlines()[-3] == (
        "  status_list_2026: 37 new centres, 2 changed, 2 not on the list; "
        "1 rows need a decision and stay out (manage.py import_list)"
    )
    for center in (own, twin):
        center.refresh_from_db()
        assert (center.name, center.status) == ("", "operating")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"rows": [["부산", 3]]}, 'must be {"announcement"'),
        ({"rows": "가"}, 'must be {"announcement"'),
        ({"more": 1}, 'must be {"announcement"'),
        ({"announcement": []}, "announcement: "),
        ({"announcement": {"slug": "a", "size": 3}}, "announcement: "),
        ({"announcement": {"slug": "a"}}, "kind: "),
        ({"headings": ["가", "나"]}, "‘지역’, ‘센터명’"),
    ],
)
def test_list_that_cannot_be_used_gets_one_line(load, change, line):
    good = {
        "announcement": {"slug": "a"},
        "headings": ["지역", "센터명"],
        "rows": [["부산", "부산 봉제 소공인특화지원센터"]],
    }

    with pytest.raises(CommandError) as refusal:
        load(good | change)

    assert str(refusal.value).startswith(f"facts.json: {line}")
    assert len(str(refusal.value).splitlines()) == 1


# --- a second time -------------------------------------------------------------------------------


def test_loading_twice_changes_nothing(load):
    load()
    before = everything()

    printed = load()

    assert everything() == before
    assert printed.count("nothing new") == 10


def test_what_a_person_has_changed_stays(load):
    load()
    center = Center.objects.get(cluster_size=70)
    center.cluster_size = 75
    center.region = Region.objects.get(code="51110")
    center.save()
    center.operator.name = "영월경제진흥원"
    center.operator.save()
    for record, name in (
        (Region.objects.get(code="12"), "광주전남특별시"),
        (Industry.objects.get(code="10"), "식품 제조업"),
    ):
        record.name = name
        record.save()
    for announcement in Announcement.objects.all():
        announcement.slug = f"other-{announcement.pk}"
        announcement.save()
    before = everything()

    load()

    assert everything() == before


def test_what_a_person_has_deleted_does_not_come_back(load):
    load()
    center = Center.objects.get(cluster_size=70)
    center.listings.all().delete()
    center.delete()
    center.operator.delete()
    Industry.objects.get(code="19").delete()
    Landmark.objects.filter(region__code__startswith="50").delete()
    Region.objects.filter(code__startswith="50", level="sigungu").delete()
    Region.objects.get(code="50").delete()  # what its two cities lay in
    before = everything()

    load()

    assert everything() == before


def test_new_aliases_reach_only_unedited_industries(load):
    load()
    food, clothes = Industry.objects.get(code="10"), Industry.objects.get(code="14")
    Industry.objects.filter(code="10").update(aliases=["식품"])  # as an older fixture had it
    clothes.aliases = ["옷"]
    clothes.save()
    found = Center.objects.search(["김치"]).count()

    load()

    food.refresh_from_db()
    clothes.refresh_from_db()
    assert "김치" in food.aliases
    assert Center.objects.search(["김치"]).count() == found > 0
    assert clothes.aliases == ["옷"]


def test_list_that_a_person_has_taken_back_does_not_come_back(load):
    load()
    undo(ImportRun.objects.get(), None)
    before = everything()

    load()

    assert Center.objects.count() == 5
    assert everything() == before


def test_deleted_announcement_and_centres_stay_deleted(load):
    load()
    Listing.objects.all().delete()
    Center.objects.get(cluster_size=70).delete()
    for announcement in Announcement.objects.all():
        announcement.delete()
    before = everything()

    load()

    assert everything() == before


def test_existing_centre_stays_and_gets_its_printed_row(make_center, make_operator, load):
    operator = make_operator(name="(재)영월산업진흥원")
    center = make_center(region="51750", industry="10", operator=operator, cluster_size=999)

    load()

    assert (Center.objects.count(), Listing.objects.count()) == (42, 45)
    assert Operator.objects.count() == 39
    center.refresh_from_db()
    assert center.cluster_size == 999
    entries = operator.history.exclude(history_change_reason=CITED_LOAD_REASON)
    assert center.history.count() == entries.count() == 1
    assert center.listings.get().cluster_size == "70개사"


def test_two_alike_centres_made_by_hand_do_not_stop_the_load(make_center, make_operator, load):
    operator = make_operator(name="(재)영월산업진흥원")
    first, second = (
        make_center(region="51750", industry="10", operator=operator, specialty=word)
        for word in ("장류", "떡")
    )

    load()

    assert Center.objects.count() == 43
    assert (first.listings.count(), second.listings.count()) == (1, 0)


# --- a fixture that cannot be used ---------------------------------------------------------------


def row(model="operator", **fields):
    return {"model": f"centers.{model}", "fields": fields}


OPERATOR = row(name="(재)가나다")
ANNOUNCEMENT = row(
    "announcement",
    slug="a",
    kind="selection",
    title="가",
    publisher="나",
    published_on="2024-01-01",
)
CENTER = row(
    "center",
    region=["51750"],
    industry=["10"],
    operator=["(재)가나다"],
    cluster_size=70,
    cluster_size_as_of="2024-01-01",
)
LISTING = row("listing", announcement=["a"], row=1, center=["51750", "(재)가나다", "10"])
WHOLE = [OPERATOR, ANNOUNCEMENT, CENTER, LISTING]


def but(record, **changes):
    fields = {name: v for name, v in (record["fields"] | changes).items() if v is not ...}
    return {"model": record["model"], "fields": fields}


def test_whole_fixture_loads(load):
    assert load(WHOLE) == "  facts: 4 new records\n"


@pytest.mark.parametrize(
    ("bad", "line"),
    [
        ("가", 'must be {"model": "…", "fields": {…}}.'),
        (None, 'must be {"model": "…", "fields": {…}}.'),
        ([], 'must be {"model": "…", "fields": {…}}.'),
        ({"model": "centers.center"}, 'must be {"model": "…", "fields": {…}}.'),
        ({"model": "centers.center", "fields": []}, 'must be {"model": "…", "fields": {…}}.'),
        ({"model": ["a"], "fields": {}}, 'must be {"model": "…", "fields": {…}}.'),
        ({**OPERATOR, "pk": 1}, 'must be {"model": "…", "fields": {…}}.'),
        (
            row("centre"),
            "there is no model 'centers.centre'; there are centers.region, centers.industry, "
            "centers.operator, centers.announcement, centers.center, centers.listing.",
        ),
        (but(CENTER, size=70), "there is no field 'size' in centers.center."),
        (but(CENTER, id=1), "there is no field 'id' in centers.center."),
        (but(CENTER, display_name="가"), "there is no field 'display_name' in centers.center."),
        (but(CENTER, region=...), "region: is missing."),
        (but(ANNOUNCEMENT, slug=...), "slug: is missing."),
        (but(LISTING, center=...), "center: is missing."),
        (but(CENTER, region=["99999"]), 'region: there is no ["99999"].'),
        (but(CENTER, region=["51", "51750"]), 'region: there is no ["51", "51750"].'),
        (but(CENTER, region=[]), "region: there is no []."),
        (but(CENTER, region=[{}]), "region: there is no [{}]."),
        (but(CENTER, industry=["99"]), 'industry: there is no ["99"].'),
        (but(CENTER, operator=["(재)다나가"]), 'operator: there is no ["(재)다나가"].'),
        (but(LISTING, announcement=["b"]), 'announcement: there is no ["b"].'),
        (but(LISTING, center=["51750"]), 'center: there is no ["51750"].'),
        (
            but(CENTER, region="51750"),
            'region: must be a list (the natural key of another record), not "51750".',
        ),
        (but(CENTER, cluster_size="70"), 'cluster_size: must be a whole number, not "70".'),
        (but(CENTER, cluster_size=70.5), "cluster_size: must be a whole number, not 70.5."),
        (but(CENTER, cluster_size=True), "cluster_size: must be a whole number, not true."),
        (but(CENTER, lat="북위"), 'lat: must be a number, not "북위".'),
        (but(CENTER, published="yes"), 'published: must be true or false, not "yes".'),
        (but(CENTER, specialty=None), "specialty: must be text, not null."),
        (but(CENTER, specialty=["가"]), 'specialty: must be text, not ["가"].'),
        (but(OPERATOR, former_names="가"), 'former_names: must be a list, not "가".'),
        (but(OPERATOR, former_names=[1]), "former_names: 이름의 목록이어야 합니다."),
        (but(CENTER, industry=None), "industry: 특화 센터에는 업종이 있어야 합니다."),
        (but(CENTER, industry=...), "industry: 특화 센터에는 업종이 있어야 합니다."),
        (but(CENTER, cluster_size=0), "cluster_size: "),
        (but(CENTER, cluster_size=10**30), "cluster_size: "),
        (but(CENTER, designated_year=1999), "designated_year: 2013년 이후여야 합니다."),
        (but(CENTER, lat=1.5, lon=127.0), "lat: 한국 안의 위치여야 합니다(33–39도)."),
        (
            but(ANNOUNCEMENT, source_url="javascript:alert(1)"),
            "source_url: http:// 또는 https://로 시작하는 주소를 적으세요.",
        ),
        (but(ANNOUNCEMENT, published_on="2024-13-01\n"), "published_on: "),
        (but(ANNOUNCEMENT, title="가" * 201), "title: "),
        (OPERATOR, 'the same record stands further up: ["(재)가나다"].'),
        (CENTER, 'the same record stands further up: ["51750", "(재)가나다", "10"].'),
        (LISTING, 'the same record stands further up: ["a", 1].'),
        (but(LISTING, region="다른 곳"), 'the same record stands further up: ["a", 1].'),
    ],
)
def test_bad_record_is_named_in_one_line_and_none_loaded(load, bad, line):
    before = everything()

    with pytest.raises(CommandError) as refusal:
        load([*WHOLE, bad])

    said = str(refusal.value)
    assert said.startswith(f"facts.json, record 5: {line}")
    assert len(said.splitlines()) == 1
    assert everything() == before


def test_duplicate_region_is_reported_though_it_exists(load):
    region = row("region", code="11", level="sido", name="서울", short_name="서울")

    with pytest.raises(CommandError, match=r'record 2: the same record stands further up: \["11"]'):
        load([region, region])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "is not JSON: Expecting value: line 1 column 1 (char 0)."),
        ('[{"model": "centers.operator",]', "is not JSON: "),
        ("[" * 100_000, "is not JSON: "),
        ("[" + "9" * 5000 + "]", "is not JSON: "),
        ('{"model": "centers.operator"}', "must be a list of records."),
        ("null", "must be a list of records."),
    ],
)
def test_file_that_holds_no_records_gets_one_line_that_names_it(load, text, line):
    with pytest.raises(CommandError) as refusal:
        load(text)

    said = str(refusal.value)
    assert said.startswith(f"facts.json: {line}")
    assert len(said.splitlines()) == 1


def test_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "latin.json").write_bytes(b'["\xff"]')
    for name, reason in (
        ("absent.json", "cannot be read: No such file or directory."),
        (".", "cannot be read: Is a directory."),
        ("latin.json", "is not JSON: "),
    ):
        path = tmp_path / name
        with pytest.raises(CommandError) as refusal:
            call_command("load_fixtures", path)
        assert str(refusal.value).startswith(f"{path.name}: {reason}")


def test_one_bad_file_keeps_the_good_ones_beside_it_out(tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(WHOLE))
    bad.write_text(json.dumps([row(name="")]))
    before = everything()

    with pytest.raises(CommandError, match=r"bad\.json, record 1: name: "):
        call_command("load_fixtures", good, bad)

    assert everything() == before


# --- from the command line -----------------------------------------------------------------------


def test_command_ends_with_one_line_and_an_error_code(tmp_path):
    (tmp_path / "facts.json").write_text("[3]")

    ended = manage("load_fixtures", tmp_path / "facts.json", DATA_DIR=tmp_path)

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        'CommandError: facts.json, record 1: must be {"model": "…", "fields": {…}}.\n'
    )


@pytest.mark.parametrize(
    "environment", [{}, {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}]
)
def test_database_error_does_not_blame_the_fixture(tmp_path, environment):
    ended = manage("load_fixtures", DATA_DIR=tmp_path, **environment)

    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("CommandError: The database cannot take the fixtures: ")


# --- the classes of centres -----------------------------------------------------------------------


@pytest.fixture
def classify(tmp_path):
    """Load rows as the fixture of the classes of centres."""

    def classify(*rows):
        path = tmp_path / "center_classes.json"
        path.write_text(json.dumps(rows), encoding="utf-8")
        out = StringIO()
        call_command("load_fixtures", path, stdout=out)
        return out.getvalue().partition(": ")[2].strip()

    return classify


def test_classes_reach_centers_by_printed_name_and_by_place(classify, make_center, make_listing):
    printed, placed, other = make_center(name="가"), make_center(region="51750"), make_center()
    make_listing(center=printed, name="가 센터")
    rows = (
        {"name": "가 센터", "classes": ["331", "1521"]},
        {"region": "51750", "industry": "14", "classes": ["1411"]},
        {"name": "없는 센터", "classes": ["29"]},
    )

    assert classify(*rows) == "2 centres classified"
    assert classify(*rows) == "nothing new"
    found = {one.pk: (one.classes, one.class_key) for one in Center.objects.all()}
    assert found == {
        printed.pk: (["331", "1521"], "331,1521"),
        placed.pk: (["1411"], "1411"),
        other.pk: ([], "14"),
    }
    assert printed.history.count() == 1  # no change that anybody made
    assert printed.history.get().classes == ["331", "1521"]


def test_classes_of_editors_stay(classify, make_center):
    chosen, cleared = make_center(name="가", classes=["25"]), make_center(name="나", classes=["25"])
    cleared.classes = []
    cleared.save()

    assert classify(*({"name": name, "classes": ["331"]} for name in "가나")) == "nothing new"
    assert [*Center.objects.order_by("pk").values_list("classes", flat=True)] == [["25"], []]
    assert chosen.pk < cleared.pk


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"name": "가", "classes": ["999"]}, "there is no"),
        ({"name": "가", "classes": []}, "must be a list of 1 to 10 codes"),
        ({"region": "51750", "classes": ["25"]}, "must have"),
        ("가", "must have"),
    ],
)
def test_unusable_classes_are_named(classify, make_center, row, message):
    make_center(name="가")

    with pytest.raises(CommandError, match=f"center_classes.json, record 1: .*{message}"):
        classify(row)
