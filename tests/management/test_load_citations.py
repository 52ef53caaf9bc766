"""Bundled citations: what they fill in, what they never replace, and files that are rejected."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from centers.importer.bundled_citations import COLUMNS
from centers.models import Center, Citation, Listing, Operator

pytestmark = pytest.mark.django_db

BUNDLED = settings.FIXTURES_DIR / "citations_2026.json"
GWANGJIN = "서울 광진 의류제조 소공인특화지원센터"
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()
#: The columns with words of people; those of documents hold long numbers.
TEXTS = ("value", "printed", "scope", "note")
ROW = {
    "center": GWANGJIN,
    "operator": None,
    "field": "phone",
    "value": "02-123-4567",
    "printed": "02-123-4567",
    "approximate": "",
    "scope": "",
    "means": "document",
    "rank": "press",
    "source_title": "광진 봉제 이야기",
    "publisher": "가나일보",
    "published_on": "2026-05",
    "url": "https://press.example.kr/1",
    "confidence": "medium",
    "note": "",
}


@pytest.fixture
def load(status_list_2026, tmp_path):
    """Load the bundled citations, or a file of these rows, into a database with the lists."""

    def load(*rows, path=BUNDLED):
        if rows:
            path = tmp_path / "facts.json"
            table = {
                "model": "centers.citation",
                "fields": list(COLUMNS),
                "rows": [[row[name] for name in COLUMNS] for row in rows],
            }
            path.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
        out = StringIO()
        call_command("load_fixtures", path, stdout=out)
        return out.getvalue().strip()

    return load


def get_center(name=GWANGJIN):
    return Center.objects.get(name=name)


def list_everything():
    return [
        list(manager.order_by("pk").values())
        for model in (Center, Operator, Citation)
        for manager in (model.objects, model.history)
    ]


# --- what is filled in ---------------------------------------------------------------------------


def has_source(record, name):
    """Whether a public citation or a printed row states the value."""
    value = getattr(record, name)
    cited = [one.parsed_value for one in record.citations.public().filter(field=name)]
    printed = isinstance(record, Center) and record.listings.exclude(cluster_size="").exists()
    return value in cited or (printed and name in ("cluster_size", "designated_year"))


def test_bundled_facts_reach_most_centers_with_a_source(load):
    load()
    centers = list(Center.objects.select_related("operator"))

    def count(*pairs):
        found = 0
        for center in centers:
            records = {"center": center, "operator": center.operator}
            known = [(records[of], name) for of, name in pairs if getattr(records[of], name)]
            assert all(has_source(record, name) for record, name in known), center
            found += bool(known)
        return found

    assert count(("center", "designated_year")) >= 32
    assert count(("center", "cluster_size")) >= 24
    assert count(("center", "website"), ("operator", "website")) >= 27
    assert count(("center", "phone"), ("operator", "phone")) >= 7
    assert count(("center", "services")) >= 15


def test_centers_are_found_by_stated_former_operators(load, client):
    load()

    for name in ("부산디자인센터", "성남산업진흥재단", "대전경제통상진흥원"):
        page = client.get(f"/?q={name}").content.decode()
        assert "<dt>옛 운영기관</dt>" in page, name
    changes = client.get("/changes/").content.decode()
    assert "부산디자인센터" in changes and "편집자" not in changes
    # A list still prints the old name of one operator as that of today.
    assert Center.objects.get(name="순창 장류 소공인특화지원센터").former_operators == []
    before = list_everything()
    load()
    assert list_everything() == before


def test_statement_of_before_is_added_once_to_former_operators(load):
    load()
    center = Center.objects.exclude(former_operators=[]).first()
    names, center.former_operators = center.former_operators, []
    center.save()
    load()
    assert Center.objects.get(pk=center.pk).former_operators == []

    # As a database that was filled before there was such a list.
    Center.history.update(former_operators=[])
    load()
    assert Center.objects.get(pk=center.pk).former_operators == names


def test_value_is_that_of_the_best_statement(load):
    official = ROW | {"rank": "official", "value": "02-111-1111", "published_on": "2020"}
    newer = ROW | {"value": "02-222-2222", "published_on": "2026-06"}
    low = ROW | {"rank": "official", "value": "02-333-3333", "confidence": "low"}
    load(ROW, newer, low)
    assert get_center().phone == "02-222-2222"

    other = ROW | {"center": "서울 문래 기계금속 소공인특화지원센터"}
    load(other, other | {"value": "02-111-1111", "rank": "official", "published_on": "2020"})
    assert get_center(other["center"]).phone == "02-111-1111"
    assert official["value"] != get_center().phone


def test_size_is_as_exact_in_time_as_its_source(load):
    size = ROW | {"field": "cluster_size", "value": "300", "approximate": "about"}
    load(size | {"published_on": "2022"})
    assert (get_center().cluster_size, get_center().cluster_size_as_of) == (300, None)


def test_number_of_people_is_no_size(load):
    load(ROW | {"field": "cluster_size", "value": "", "printed": "1,900명"})

    assert get_center().cluster_size is None
    assert Citation.objects.get().printed == "1,900명"


def test_low_confidence_is_stored_for_the_call_list_alone(load):
    load(ROW | {"confidence": "low"})

    assert get_center().phone == ""
    assert not Citation.objects.public().exists()
    assert Citation.objects.to_verify().count() == 1


def test_operators_number_stays_with_the_operator(load):
    load(ROW | {"center": None, "operator": "서울광진의류협회"})

    assert get_center().phone == ""
    assert get_center().operator.phone == "02-123-4567"


def test_bundled_facts_hold_no_mobile_number():
    rows = json.loads(BUNDLED.read_text("utf-8"))["rows"]
    texts = " | ".join(row[COLUMNS.index(name)] for row in rows for name in TEXTS)

    assert not re.search(r"(?<![\d=])01[016789][- .]?\d{3,4}[- .]?\d{4}(?!\d)", texts)


# --- what is left alone --------------------------------------------------------------------------


def test_second_load_changes_nothing(load):
    load()
    before = list_everything()

    assert load() == "citations_2026: nothing new"
    assert list_everything() == before


def test_value_of_an_editor_stays(load):
    center = get_center()
    center.phone = "02-999-9999"
    center.save()

    load(ROW)

    assert get_center().phone == "02-999-9999"
    assert get_center().citations.count() == 1


def test_value_that_an_editor_has_removed_stays_away(load):
    load(ROW)
    center = get_center()
    center.phone = ""
    center.save()

    load(ROW | {"source_title": "다른 기사"})

    assert get_center().phone == ""


def test_deleted_statement_does_not_return(load):
    load(ROW)
    Citation.objects.all().delete()

    assert load(ROW) == "facts: nothing new"


def test_statement_about_a_deleted_center_is_skipped(load):
    center = get_center()
    Listing.objects.filter(center=center).delete()
    center.delete()

    assert load(ROW) == "facts: nothing new"


def test_renamed_operator_is_still_recognised(load):
    operator = get_center().operator
    operator.name = "새 이름의 협회"
    operator.save()

    load(ROW | {"center": None, "operator": "서울광진의류협회"})

    operator.refresh_from_db()
    assert operator.phone == "02-123-4567"


# --- files that are rejected ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source_title": ""}, "어디서 읽거나 들었는지"),
        ({"source_title": "가" * 300}, "source_title"),
        ({"published_on": TOMORROW}, "아직 오지 않은 날"),
        ({"url": "javascript:alert(1)"}, "http:// 또는 https://"),
        ({"field": "fax"}, "field"),
        ({"rank": "gossip"}, "rank"),
        ({"confidence": ""}, "confidence"),
        ({"value": "전화 없음"}, "전화번호는"),
        ({"operator": "서울광진의류협회"}, "either a center or an operator"),
        ({"center": None}, "either a center or an operator"),
        ({"center": "없는 센터"}, "there is no '없는 센터'"),
        ({"center": ["99999", "14"]}, "there is no"),
        ({"center": 3}, "center: must be"),
        ({"center": None, "operator": "없는 기관"}, "there is no '없는 기관'"),
        ({"center": None, "operator": ["가", "나"]}, "operator: must be a name"),
        ({"value": 3}, "value: must be text"),
    ],
)
def test_one_wrong_row_loads_nothing_and_is_named(load, change, words):
    before = list_everything()

    with pytest.raises(CommandError) as error:
        load(ROW, ROW | {"source_title": "둘째"} | change)

    assert str(error.value).startswith("facts.json, record 2: ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert list_everything() == before


def test_same_statement_twice_is_named(load):
    with pytest.raises(CommandError, match=r"facts.json, record 2: the same statement"):
        load(ROW, ROW)


def test_other_columns_are_rejected(load, tmp_path):
    path = tmp_path / "facts.json"
    path.write_text('{"model": "centers.citation", "fields": ["value"], "rows": []}')

    with pytest.raises(CommandError, match=r"facts\.json: must have"):
        load(path=path)
