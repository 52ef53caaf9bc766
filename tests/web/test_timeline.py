"""The timeline of a centre, newest first, with the documents of its events."""

from datetime import date

import pytest
from bs4 import BeautifulSoup


@pytest.fixture
def events(client):
    def events(center):
        soup = BeautifulSoup(client.get(center.get_absolute_url()).content, "lxml")
        return [" ".join(item.get_text(" ").split()) for item in soup.select(".timeline li")]

    return events


def test_documents_years_and_confirmations_are_one_timeline(
    events, make_center, make_announcement, make_listing
):
    center = make_center(designated_year=2015, confirmed_on=date(2024, 3, 2))
    listed = make_announcement(title="현황", kind="status_list", published_on=date(2023, 5, 1))
    make_listing(center=center, announcement=listed)

    assert events(center) == [
        "2024-03-02 내용이 맞는지 확인했습니다.",
        "2023-05-01 운영 현황 목록에 등재 현황",
        "2015년 센터로 지정되었습니다.",
    ]


def test_events_of_a_document_are_not_repeated(
    events, make_center, make_announcement, make_listing
):
    center = make_center(designated_year=2024, confirmed_on=date(2024, 6, 25))
    chosen = make_announcement(title="선정", kind="selection", published_on=date(2024, 6, 25))
    make_listing(center=center, announcement=chosen)

    assert events(center) == ["2024-06-25 신규 센터로 선정되었습니다(발표일). 선정"]


def test_centre_without_facts_has_no_timeline(events, make_center):
    assert events(make_center(designated_year=None, confirmed_on=None)) == []
