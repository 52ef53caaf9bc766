"""The public history: values before and after, and their source."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centers.models import Center


@pytest.fixture
def read(client, db):
    """Read the entries of a page: the centre's name, where it came from, and what changed."""

    def read(address="/changes/"):
        response = client.get(address)
        assert response.status_code == 200
        soup = BeautifulSoup(response.content, "lxml")
        return [
            (
                item.h2.get_text(strip=True) if item.h2 else "",
                " ".join(item.select_one(".change-source").get_text(" ", strip=True).split()[1:]),
                [
                    (
                        line.select_one(".change-label").get_text(strip=True),
                        *line.select_one(".change-values")
                        .get_text(" ", strip=True)
                        .split(" → 에서 "),
                    )
                    for line in item.select(".change-fields li")
                ],
            )
            for item in soup.select(".changes > li:has(.change-source)")
        ]

    return read


def test_change_shows_old_and_new_values_in_words(read, make_center, make_operator):
    center = make_center(
        name="가 센터", operator=make_operator(name="나 진흥원"), phone="051-111-2222"
    )
    center.status, center.region_id, center.phone = "unconfirmed", "26110", ""
    center.operator = make_operator(name="다 진흥원")
    center.cluster_size = 1200
    center.save()

    newest, first = read()

    assert newest == (
        "가 센터",
        "편집자",
        [
            ("상태", "운영 중", "확인 필요"),
            ("지역", "부산광역시 금정구", "부산광역시 중구"),
            ("운영기관", "나 진흥원", "다 진흥원"),
            ("집적지 소공인 규모", "120개사", "1,200개사"),
            ("전화", "051-111-2222 삭제"),
        ],
    )
    assert first == ("가 센터", "편집자", [])


def test_change_by_a_document_links_to_it(client, read, announcement_2024):
    entries = read()

    assert len(entries) == 5
    assert {origin for _, origin, _ in entries} == {f"{announcement_2024.title} (2024-06-25)"}
    assert announcement_2024.get_absolute_url() in client.get("/changes/").content.decode()


def test_nobody_is_named(client, read, make_center, admin_user):
    center = make_center(name="가 센터")
    center.note = "고침"
    center._history_user = admin_user
    center._change_reason = "홍길동 씨가 알려 줌"
    center.save()

    page = client.get("/changes/").content.decode()

    assert read()[0][1] == "편집자"
    assert admin_user.username not in page
    assert "홍길동" not in page


def test_page_of_a_centre_shows_its_own_changes_alone(read, make_center):
    make_center(name="다른 센터")
    center = make_center(name="가 센터", phone="051-111-2222")
    center.phone = "051-111-3333"
    center.save()

    assert [fields for _, _, fields in read(center.get_absolute_url())] == [
        [("전화", "051-111-2222", "051-111-3333")],
        [],
    ]


def test_drafts_stay_hidden_and_appear_as_new_once_published(read, make_center):
    center = make_center(name="가 센터", published=False)
    center.note = "비밀"
    center.save()
    assert read() == []

    center.published, center.note = True, ""
    center.save()
    assert read() == [("가 센터", "편집자", [])]

    center.published = False
    center.save()
    assert read() == []


def test_saving_without_a_change_makes_no_entry(read, make_center):
    make_center(name="가 센터").save()

    assert len(read()) == 1


def test_deleted_centre_leaves_nothing_behind(read, make_center):
    make_center(name="가 센터").delete()

    assert read() == []


def test_closed_centre_tells_its_successor(read, make_center):
    successor = make_center(name="새 센터")
    center = make_center(name="옛 센터")
    center.status, center.successor = "closed", successor
    center.save()

    assert read()[0] == (
        "옛 센터",
        "편집자",
        [("상태", "운영 중", "운영 종료"), ("이어받은 센터", "새 센터 추가")],
    )


@pytest.mark.parametrize("page", ["2", "0", "-1", "abc", "99999999999999999999", "１"])
def test_missing_page_number_shows_the_nearest_page(client, make_center, page):
    make_center()
    response = client.get("/changes/", {"page": page})

    assert response.status_code == 200
    assert "없는 쪽이라 1쪽을 보여 드립니다." in response.content.decode()


def test_more_entries_take_no_more_queries(client, make_center, make_operator):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/changes/")
        return len(captured)

    def edit(center, name):
        center.operator, center.phone = make_operator(name=name), "051-111-3333"
        center.save()

    client.get("/changes/")
    edit(make_center(), "가")
    few = queries()
    for number in range(20):
        edit(make_center(), f"나{number}")

    assert queries() == few
    assert Center.objects.count() == 21
