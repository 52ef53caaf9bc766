"""The number of queries of admin pages does not grow with the number of records."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.staff import EDITOR, SUPERUSER, make_account, page, read, sign_in


def queries(client, address):
    client.get(address)  # content types are looked up once
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_center_list_query_count_is_constant(client, make_center):
    sign_in(client, EDITOR)
    make_center(region="41591")
    one = queries(client, page("center_changelist"))
    for number in range(49):
        make_center(region="41591", name=f"센터 {number}")

    assert queries(client, page("center_changelist")) == one


@pytest.mark.parametrize("model", ["operator", "announcement", "listing", "user"])
def test_other_list_query_counts_are_constant(client, make_listing, model):
    sign_in(client, SUPERUSER)
    make_listing()
    make_listing()
    two = queries(client, page(f"{model}_changelist"))
    for number in range(10):
        make_listing()
        make_account(f"편집 {number}", EDITOR)

    assert queries(client, page(f"{model}_changelist")) == two


def test_announcement_query_count_is_constant_in_its_rows(client, make_announcement, make_listing):
    sign_in(client, EDITOR)
    announcement = make_announcement()
    address = page("announcement_change", announcement.pk)
    make_listing(announcement=announcement)
    one = queries(client, address)
    for _ in range(49):
        make_listing(announcement=announcement)

    assert queries(client, address) == one
    shown = read(client.get(address)).select(".inline-related select option[selected]")
    assert len(shown) == 50
    assert all("소공인특화지원센터" in option.get_text() for option in shown)


def test_center_query_count_is_constant_in_its_announcements(client, make_center, make_listing):
    sign_in(client, EDITOR)
    center = make_center()
    address = page("center_change", center.pk)
    make_listing(center=center)
    one = queries(client, address)
    for _ in range(9):
        make_listing(center=center)

    assert queries(client, address) == one


def test_history_query_count_is_constant(client, make_center):
    sign_in(client, EDITOR)
    center = make_center()

    def change(times):
        for _ in range(times):
            center.cluster_size += 1
            center.save()

    change(2)
    few = queries(client, page("center_history", center.pk))
    change(20)

    assert queries(client, page("center_history", center.pk)) == few
