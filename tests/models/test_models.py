"""Records are validated on every save and keep a history."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from simple_history.signals import pre_create_historical_record

from centers.models import (
    Announcement,
    Center,
    Citation,
    Industry,
    Listing,
    Operator,
    Region,
)

pytestmark = pytest.mark.django_db

RECORDS = (Region, Industry, Operator, Announcement, Center, Listing, Citation)
TOMORROW = timezone.localdate() + timedelta(days=1)
#: Words that come with Django; they must be Korean, but may change with its version.
DJANGOS_OWN = None
OUTSIDE = "한국 안의 위치여야 합니다({}도)."


@pytest.fixture
def make(make_center, make_operator, make_announcement, make_listing, make_citation):
    """Make a record of a model, as any code that saves one does."""
    makers = {
        Center: make_center,
        Operator: make_operator,
        Announcement: make_announcement,
        Listing: make_listing,
        Citation: make_citation,
        Region: make_region,
        Industry: make_industry,
    }
    return lambda model, **values: makers[model](**values)


def make_region(**values):
    usual = {"code": "26999", "level": "sigungu", "parent_id": "26", "name": "새구"}
    return Region.objects.create(**usual | {"short_name": "새"} | values)


def make_industry(**values):
    return Industry.objects.create(**{"code": "35", "name": "새 업종", "short_name": "새"} | values)


# --- the database itself -------------------------------------------------------------------------

BITES = [
    (Center, {"lat": 32.9, "lon": 127.0}, "center_inside_korea"),
    (Center, {"lat": 37.0, "lon": 132.1}, "center_inside_korea"),
    (Center, {"lat": 37.0, "lon": None}, "center_inside_korea"),
    (Center, {"lat": None, "lon": 127.0}, "center_inside_korea"),
    (Center, {"industry": None}, "center_specialized_needs_industry"),
    (Center, {"cluster_size": 0}, "center_cluster_size_positive"),
    (Center, {"cluster_size": 1_000_001}, "center_cluster_size_positive"),
    (Center, {"designated_year": 2012}, "center_designated_year_in_range"),
    (Center, {"designated_year": 2101}, "center_designated_year_in_range"),
    (Center, {"confirmed_on": date(1, 1, 1)}, "center_days_in_range"),
    (Center, {"cluster_size_as_of": date(9999, 12, 31)}, "center_days_in_range"),
    (Center, {"closed_on": date(2026, 1, 1)}, "center_end_only_of_closed"),
    (Center, {"status": "closed", "closed_on": date(1, 1, 1)}, "center_closed_on_in_range"),
    (Region, {"lat": 37.0, "lon": None}, "region_inside_korea"),
    (Region, {"lat": 39.1, "lon": 127.0}, "region_inside_korea"),
    (Region, {"parent": None}, "region_parent_unless_sido"),
    (Region, {"level": "sido"}, "region_parent_unless_sido"),
    (Region, {"tile_col": 5}, "region_tile_whole_and_of_sido"),
    (Region, {"tile_row": 11}, "region_tile_whole_and_of_sido"),
    (Region, {"tile_col": 5, "tile_row": 11}, "region_tile_whole_and_of_sido"),
    (Announcement, {"centers_total": 0}, "announcement_centers_total_positive"),
    (Announcement, {"subsidy_krw": 0}, "announcement_subsidy_krw_positive"),
    (Announcement, {"new_center_subsidy_krw": 0}, "announcement_new_center_subsidy_krw_positive"),
    (Announcement, {"published_on": date(2012, 12, 31)}, "announcement_published_on_in_range"),
    (Listing, {"row": 0}, "listing_row_positive"),
    (Citation, {"center": None}, "citation_of_center_or_operator"),
    (Citation, {"source_title": ""}, "citation_has_source"),
    (Citation, {"rank": "none"}, "citation_has_source"),
    (Citation, {"rank": "gossip"}, "citation_has_source"),
    (Citation, {"value": "", "printed": ""}, "citation_states_something"),
    (Citation, {"confidence": ""}, "citation_confidence_and_means_known"),
    (Citation, {"means": "dream"}, "citation_confidence_and_means_known"),
]


@pytest.mark.parametrize(("model", "values", "constraint"), BITES)
def test_database_refuses_what_no_validation_has_seen(make, model, values, constraint):
    record = make(model)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.filter(pk=record.pk).update(**values)


@pytest.mark.parametrize(("model", "values", "constraint"), BITES)
def test_database_refuses_it_in_bulk_too(make, model, values, constraint):
    record = make(model)
    record.history.all().delete()
    model.objects.filter(pk=record.pk).delete()
    for name, value in values.items():
        setattr(record, name, value)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.bulk_create([record])


def test_every_check_of_the_database_is_among_those_tried():
    checks = {
        constraint.name
        for model in RECORDS
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }

    assert checks == {constraint for *_, constraint in BITES}


def test_announcement_has_each_row_once(make_listing):
    listing = make_listing(row=1)
    make_listing(row=1)  # of another announcement
    other = make_listing(announcement=listing.announcement, row=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.filter(pk=other.pk).update(row=1)


@pytest.mark.parametrize(
    ("model", "values"), [(Operator, {"name": "가"}), (Announcement, {"slug": "a"})]
)
def test_names_that_identify_a_record_are_unique(make, model, values):
    make(model, **values)
    other = make(model)

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=other.pk).update(**values)


@pytest.mark.parametrize("used", ["region", "industry", "operator"])
def test_what_a_centre_stands_on_cannot_be_deleted(make_center, used):
    center = make_center()

    with pytest.raises(models.ProtectedError):
        getattr(center, used).delete()


def test_records_with_printed_rows_cannot_be_deleted(make_listing):
    listing = make_listing()

    for record in (listing.center, listing.announcement):
        with pytest.raises(models.ProtectedError):
            record.delete()


# --- what a person is told -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "values", "field", "message"),
    [
        (Center, {"industry": None}, "industry", "특화 센터에는 업종이 있어야 합니다."),
        (Center, {"region": None}, "region", DJANGOS_OWN),
        (Center, {"kind": "other"}, "kind", DJANGOS_OWN),
        (Center, {"cluster_size": 0}, "cluster_size", DJANGOS_OWN),
        (
            Center,
            {"cluster_size": 1_000_001},
            "cluster_size",
            DJANGOS_OWN,
        ),
        (Center, {"cluster_size": "많음"}, "cluster_size", DJANGOS_OWN),
        (
            Center,
            {"cluster_size_as_of": None},
            "cluster_size_as_of",
            "규모를 적으면 그 기준일도 적어야 합니다.",
        ),
        (
            Center,
            {"cluster_size_as_of": TOMORROW},
            "cluster_size_as_of",
            "아직 오지 않은 날입니다.",
        ),
        (Center, {"confirmed_on": TOMORROW}, "confirmed_on", "아직 오지 않은 날입니다."),
        (Center, {"confirmed_on": date(2012, 12, 31)}, "confirmed_on", "2013년 이후여야 합니다."),
        (
            Center,
            {"closed_on": date(2026, 1, 1)},
            "closed_on",
            "상태가 ‘운영 종료’인 센터에만 적습니다.",
        ),
        (
            Center,
            {"status": "closed", "closed_on": TOMORROW},
            "closed_on",
            "아직 오지 않은 날입니다.",
        ),
        (Center, {"designated_year": 2012}, "designated_year", "2013년 이후여야 합니다."),
        (
            Center,
            {"designated_year": TOMORROW.year + 2},
            "designated_year",
            "아직 오지 않은 해입니다.",
        ),
        (Center, {"lat": 51.5, "lon": 127.0}, "lat", OUTSIDE.format("33–39")),
        (Center, {"lat": 37.0, "lon": -0.1}, "lon", OUTSIDE.format("124–132")),
        (Center, {"lat": 37.0}, "lon", "위도와 경도는 함께 적습니다."),
        (Center, {"lon": 127.0}, "lat", "위도와 경도는 함께 적습니다."),
        (
            Center,
            {"phone": "전화 없음"},
            "phone",
            "전화번호는 02-123-4567처럼 숫자와 붙임표(-)로 적습니다.",
        ),
        *(
            (
                Center,
                {"website": address},
                "website",
                "http:// 또는 https://로 시작하는 주소를 적으세요.",
            )
            for address in (
                "javascript:alert(1)",
                "ftp://example.kr/",
                "data:text/html,x",
                "example.kr",
                "//example.kr/",
            )
        ),
        (
            Announcement,
            {"source_url": "javascript:alert(1)"},
            "source_url",
            "http:// 또는 https://로 시작하는 주소를 적으세요.",
        ),
        (Announcement, {"published_on": TOMORROW}, "published_on", "아직 오지 않은 날입니다."),
        (
            Announcement,
            {"published_on": None},
            "published_on",
            DJANGOS_OWN,
        ),
        (Announcement, {"slug": "공고"}, "slug", DJANGOS_OWN),
        (Announcement, {"slug": "A"}, "slug", "영문 소문자, 숫자, 붙임표(-)로 적습니다."),
        (Announcement, {"slug": "feed"}, "slug", "‘feed’는 새 공고 알림의 주소라 쓸 수 없습니다."),
        (Announcement, {"centers_total": 0}, "centers_total", DJANGOS_OWN),
        (Announcement, {"subsidy_krw": 0}, "subsidy_krw", DJANGOS_OWN),
        (Listing, {"row": 0}, "row", DJANGOS_OWN),
        (Citation, {"field": "fax"}, "field", DJANGOS_OWN),
        (Citation, {"rank": ""}, "rank", DJANGOS_OWN),
        (Citation, {"source_title": ""}, "source_title", "어디서 읽거나 들었는지 적습니다."),
        (Citation, {"source_title": "가" * 201}, "source_title", DJANGOS_OWN),
        (
            Citation,
            {"rank": "none"},
            "source_title",
            "‘출처 없음’이면 출처 제목을 비웁니다.",
        ),
        (
            Citation,
            {"url": "javascript:alert(1)"},
            "url",
            "http:// 또는 https://로 시작하는 주소를 적으세요.",
        ),
        *(
            (Citation, {"published_on": day}, "published_on", message)
            for day, message in (
                (TOMORROW.isoformat(), "아직 오지 않은 날입니다."),
                (str(TOMORROW.year + 1), "아직 오지 않은 날입니다."),
                ("2023-02-30", "달력에 없는 날입니다."),
                ("1989", "1990년 이후여야 합니다."),
                ("작년", "날짜는 2024-06-25, 2024-06, 2024 가운데 하나처럼 적습니다."),
            )
        ),
        *(
            (Citation, {"field": field, "value": value}, "value", message)
            for field, value, message in (
                ("cluster_size", "많음", "1부터 1,000,000까지의 수로 적습니다."),
                ("cluster_size", "0", "1부터 1,000,000까지의 수로 적습니다."),
                ("designated_year", "<=2018", "연도는 2015처럼 네 자리로 적습니다."),
                ("designated_year", "2012", "2013년 이후여야 합니다."),
                ("phone", "없음", "전화번호는 02-123-4567처럼 숫자와 붙임표(-)로 적습니다."),
                ("website", "ftp://a.kr", "http:// 또는 https://로 시작하는 주소를 적으세요."),
                ("services", "education, tea", "지원 내용에 없는 것입니다: tea"),
                ("service_area", "99999", "없는 지역 코드입니다: 99999"),
                ("opened_on", "봄", "날짜는 2024-06-25, 2024-06, 2024 가운데 하나처럼 적습니다."),
                (
                    "status",
                    "busy",
                    "이 가운데 하나입니다: operating, unconfirmed, closed",
                ),
            )
        ),
        (Citation, {"value": "", "printed": ""}, "value", "값이나 적힌 글이 있어야 합니다."),
        (Center, {"services": ["tea"]}, "services", "지원 내용에 없는 것입니다: tea"),
        (Center, {"service_area": ["99999"]}, "service_area", "없는 지역 코드입니다: 99999"),
        (Center, {"former_names": ["가" * 201]}, "former_names", "이름은 200자까지 적습니다."),
        (
            Operator,
            {"phone": "없음"},
            "phone",
            "전화번호는 02-123-4567처럼 숫자와 붙임표(-)로 적습니다.",
        ),
        (
            Operator,
            {"website": "javascript:alert(1)"},
            "website",
            "http:// 또는 https://로 시작하는 주소를 적으세요.",
        ),
        (Operator, {"name": ""}, "name", DJANGOS_OWN),
        (Operator, {"name": "\u200b "}, "name", DJANGOS_OWN),
        (Operator, {"former_names": "옛 이름"}, "former_names", "이름의 목록이어야 합니다."),
        (Operator, {"former_names": [1]}, "former_names", "이름의 목록이어야 합니다."),
        (Operator, {"former_names": ["가" * 301]}, "former_names", "이름은 300자까지 적습니다."),
        (Region, {"parent_id": None}, "parent", "시·군·구의 상위 지역은 시·도여야 합니다."),
        (Region, {"parent_id": "26410"}, "parent", "시·군·구의 상위 지역은 시·도여야 합니다."),
        (Region, {"level": "gu"}, "parent", "일반구의 상위 지역은 시·군·구여야 합니다."),
        (Region, {"level": "sido", "code": "99"}, "parent", "시·도에는 상위 지역이 없습니다."),
        (Region, {"code": "99"}, "level", "시·도의 코드는 2자리, 나머지의 코드는 5자리입니다."),
        (Industry, {"code": "１０"}, "code", "코드는 표준산업분류 중분류 2자리입니다."),
        (Industry, {"name": "식료품 제조업"}, "name", "같은 이름의 업종이 이미 있습니다."),
    ],
)
def test_bad_value_is_refused_with_korean_words_at_its_own_field(
    make, model, values, field, message
):
    count = model.objects.count()

    with pytest.raises(ValidationError) as refusal:
        make(model, **values)

    [(named, words)] = refusal.value.message_dict.items()
    assert named == field
    assert words == [message] or (message is DJANGOS_OWN and re.search("[가-힣]", words[0]))
    assert model.objects.count() == count


def test_citation_is_about_one_centre_or_operator(make_citation, make_operator):
    for about in ({"operator": make_operator()}, {"center": None}):
        with pytest.raises(ValidationError) as error:
            make_citation(**about)
        assert "센터와 운영기관 가운데 하나만 고릅니다." in error.value.message_dict["operator"]


def test_operator_has_no_designated_year_to_cite(make_citation, make_operator):
    with pytest.raises(ValidationError) as error:
        make_citation(center=None, operator=make_operator(), field="designated_year", value="2015")

    assert list(error.value.message_dict) == ["field"]


@pytest.mark.parametrize("published_on", ["2023-03-28", "2023-03", "2023", ""])
def test_citation_keeps_its_date_as_exact_as_printed(make_citation, published_on):
    assert make_citation(published_on=published_on).published_on == published_on


def test_size_needs_its_day_unless_a_citation_states_it(make_center, make_citation):
    center = make_center(cluster_size=300)
    center.cluster_size_as_of = None
    with pytest.raises(ValidationError, match="그 기준일도 적어야 합니다"):
        center.save()

    make_citation(center=center, field="cluster_size", value="300", published_on="2022")
    center.save()

    center.cluster_size = 301
    with pytest.raises(ValidationError, match="그 기준일도 적어야 합니다"):
        center.save()


def test_citation_has_a_natural_key(make_citation, make_operator):
    cited = make_citation()
    of_operator = make_citation(
        center=None, operator=make_operator(), field="phone", value="02-123-4567"
    )

    for citation in (cited, of_operator):
        assert Citation.objects.get_by_natural_key(*citation.natural_key()) == citation


def test_longest_statement_is_stored_on_every_database(make_citation):
    texts = {"value": "가" * 500, "printed": "나" * 300, "source_title": "다" * 200}

    assert make_citation(field="equipment", approximate="", **texts).pk


def test_same_statement_of_one_source_is_stored_once(make_citation):
    citation = make_citation()

    with pytest.raises(ValidationError, match="같은 출처의 같은 값이 이미 있습니다"):
        make_citation(center=citation.center, source_title=citation.source_title)


def test_only_a_closed_centre_has_a_successor(make_center):
    one, other = make_center(), make_center()
    one.successor = other

    with pytest.raises(ValidationError, match="상태가 ‘운영 종료’인 센터에만 적습니다"):
        one.save()
    one.status = Center.Status.CLOSED
    one.save()

    with pytest.raises(models.ProtectedError):
        other.delete()


def test_successors_never_lead_back(make_center):
    first, second, third = (make_center(status="closed") for _ in range(3))
    first.successor, second.successor = second, third
    first.save()
    second.save()

    for last, next_one in ((third, first), (third, third)):
        last.successor = next_one
        with pytest.raises(ValidationError, match="이 센터로 되돌아옵니다"):
            last.save()


def test_same_operator_or_printed_row_twice_is_refused_in_korean(make_operator, make_listing):
    make_operator(name="(재)가나다")
    listing = make_listing()

    with pytest.raises(ValidationError, match="같은 이름의 운영기관이 이미 있습니다"):
        make_operator(name="(재)가나다 ")
    with pytest.raises(ValidationError, match="이 공고의 같은 행이 이미 있습니다"):
        make_listing(announcement=listing.announcement, row=listing.row)


@pytest.mark.parametrize("phone", ["02-123-4567", "0541234567", "+82-54-123-4567", "1588-1234"])
def test_usual_ways_to_write_a_phone_number_are_kept(make_center, phone):
    assert make_center(phone=phone).phone == phone


def test_region_cannot_lie_in_itself():
    region = Region.objects.get(code="26410")
    region.parent = region

    with pytest.raises(ValidationError):
        region.save()


@pytest.mark.parametrize(
    ("model", "field", "longest"),
    [
        (Center, "name", 200),
        (Center, "specialty", 50),
        (Center, "address", 300),
        (Center, "note", 2000),
        (Operator, "name", 300),
        (Announcement, "title", 200),
        (Announcement, "summary", 2000),
        (Listing, "operator", 300),
        (Listing, "cluster_size", 50),
        (Citation, "source_title", 200),
        (Citation, "scope", 200),
    ],
)
def test_text_that_is_too_long_is_refused_on_every_database(make, model, field, longest):
    kept = make(model, **{field: "가" * longest})
    kept.refresh_from_db()
    assert len(getattr(kept, field)) == longest

    with pytest.raises(ValidationError) as refusal:
        make(model, **{field: "가" * (longest + 1)})
    assert list(refusal.value.message_dict) == [field]


# --- history -------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", RECORDS)
def test_making_changing_and_deleting_leave_history(make, model):
    record = make(model)
    key = record.pk
    record.save()
    record.delete()

    kinds = model.history.filter(**{model._meta.pk.name: key}).order_by("history_id")
    assert list(kinds.values_list("history_type", flat=True)) == ["+", "~", "-"]


def test_derived_columns_are_not_in_the_history():
    columns = {field.name for field in Center.history.model._meta.fields}

    assert columns.isdisjoint({"display_name", "search_text"})
    assert columns >= {"name", "cluster_size", "note", "published"}


def test_earlier_state_can_be_saved_again(make_center):
    center = make_center(specialty="양말")
    center.specialty = "니트"
    center.save()

    center.history.earliest().instance.save()

    center.refresh_from_db()
    assert center.specialty == "양말"
    assert center.display_name == "부산 금정 양말 소공인특화지원센터"


@pytest.mark.parametrize("model", RECORDS)
def test_deleted_record_can_be_brought_back_out_of_the_history(make, model):
    record = make(model)
    key, name = record.pk, str(record)
    record.delete()

    model.history.filter(**{model._meta.pk.name: key}).latest().instance.save()

    assert str(model.objects.get(pk=key)) == name


def test_new_record_never_takes_the_place_of_another():
    with pytest.raises(ValidationError):
        make_region(code="26410")
    assert Region.objects.get(code="26410").name == "금정구"


@pytest.mark.parametrize("model", [Announcement, Center, Listing, Operator])
def test_history_tells_an_editors_entry_from_that_of_a_document(make, make_announcement, model):
    record, document = make(model), make_announcement()
    record._source = document
    record.save()

    assert [entry.source for entry in record.history.order_by("pk")] == [None, document]
    assert model.objects.get(pk=record.pk).history.latest().instance.history.count() == 2


def test_record_whose_history_cannot_be_written_is_not_saved(make_center):
    center = make_center(name="앞")

    def refuse(**kwargs):
        raise RuntimeError("no history today")

    pre_create_historical_record.connect(refuse)
    try:
        center.name = "뒤"
        with pytest.raises(RuntimeError):
            center.save()
    finally:
        pre_create_historical_record.disconnect(refuse)

    center.refresh_from_db()
    assert center.name == "앞"


# --- keys in words -------------------------------------------------------------------------------


@pytest.mark.parametrize("model", RECORDS)
def test_natural_key_leads_back_to_the_record(make, model):
    record = make(model)

    assert model.objects.get_by_natural_key(*record.natural_key()) == record


def test_natural_key_works_without_operator_and_industry(make_center):
    center = make_center(kind="wide_area", region="52", industry=None, operator=None)

    assert Center.objects.get_by_natural_key(*center.natural_key()) == center
    with pytest.raises(Center.DoesNotExist):
        Center.objects.get_by_natural_key("51", "", "")


def test_natural_key_of_similar_centres_means_the_first(make_center):
    first = make_center(specialty="양말")
    make_center(specialty="니트", operator=first.operator)

    assert Center.objects.get_by_natural_key(*first.natural_key()) == first


@pytest.mark.parametrize(
    ("printed", "differs"), [("광주 동구", True), ("전남광주 동구", False), ("", False)]
)
def test_printed_row_knows_when_it_names_a_place_by_an_old_name(make_listing, printed, differs):
    listing = make_listing(region=printed)
    listing.center.region = Region.objects.get(code="12210")

    assert listing.has_other_region_name is differs


def test_class_of_the_manager_of_a_history_is_built_once(make_center):
    center = make_center()

    assert type(Center.history) is type(Center.history) is type(center.history)
    # The managers themselves differ: one is of all centres, the other of this one.
    make_center()
    assert (Center.history.count(), center.history.count()) == (2, 1)
