"""Known faults of dependencies that no other test covers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.processes import manage
from tests.support.staff import SUPERUSER, page, read, sign_in


@pytest.mark.parametrize("address", ["/", "/nowhere/", "/admin/login/", "/api/v1/nothing/"])
@pytest.mark.parametrize("language", ["en", "en-US,en;q=0.9", "*", "../../en", "xx;q=NaN"])
def test_pages_are_korean_for_any_accept_language(client, db, address, language):
    here = client.get(address)
    there = client.get(address, headers={"accept-language": language})

    assert there.status_code == here.status_code
    assert "Language" not in there.get("Vary", "")
    if address != "/admin/login/":  # which has a token in it
        assert there.content == here.content
    assert any("가" <= letter <= "힣" for letter in there.content.decode())


@pytest.mark.parametrize("address", ["/", "/?q=봉제", "/centers.csv", "/feed/", "/api/v1/centers/"])
def test_get_opens_no_transaction_and_writes_nothing(client, make_center, address):
    make_center()

    with CaptureQueriesContext(connection) as queries:
        b"".join(client.get(address))

    # Under IMMEDIATE transactions, readers that open one would lock writers out.
    assert not [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]


def test_admin_csp_allows_no_inline_script(client, make_listing):
    listing = make_listing()
    sign_in(client, SUPERUSER)

    for address in (
        "/admin/",
        page("center_changelist"),
        page("center_change", listing.center_id),
        page("center_history", listing.center_id),
        page("announcement_change", listing.announcement_id),
        page("importrun_add"),
    ):
        response = client.get(address)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not [
            script
            for script in read(response).select("script:not([src])")
            if script.get("type") != "application/json"
        ]


def test_sqlite_reads_need_no_disk_space(tmp_path):
    code = """
from django.core.signals import request_finished
from django.db import connection

with connection.cursor() as cursor:
    print(cursor.execute("PRAGMA temp_store").fetchone()[0], end=" ")
first = connection.connection
request_finished.send(None)
print(connection.connection is first)
"""
    # Sorts in memory (2), and the connection stays open, since opening one for WAL needs space.
    for read_only in ("false", "true"):
        told = manage("shell", "-v0", "-c", code, DATA_DIR=tmp_path, READ_ONLY=read_only)
        assert (told.stdout, told.stderr) == ("2 True\n", "")
