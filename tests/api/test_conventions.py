"""Conventions of every API response: CORS, headers, conditional requests and the rate limit."""

import re
import sqlite3
from collections import defaultdict
from contextlib import closing, contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import http_date

from centers.api.throttle import RequestCounter
from centers.models import Asking, Center
from tests.support.sites import prepared_database, running

ADDRESSES = [
    "/api/v1/",
    "/api/v1/schema.json",
    "/api/v1/centers/",
    "/api/v1/centers/{center}/",
    "/api/v1/centers.geojson",
    "/api/v1/nearest/?near=26",
    "/api/v1/facets/",
    "/api/v1/suggestions/?q=봉제",
    "/api/v1/regions/",
    "/api/v1/industries/",
    "/api/v1/operators/",
    "/api/v1/announcements/",
    "/api/v1/announcements/2024-selection/",
]


@pytest.fixture(params=ADDRESSES)
def address(request, announcement_2024):
    return request.param.format(center=Center.objects.order_by("pk").first().pk)


# --- headers -------------------------------------------------------------------------------------


def test_any_origin_may_read_and_no_cookie_is_set(address):
    client = Client(headers={"cookie": f"sessionid={'a' * 32}", "origin": "https://example.org"})

    response = client.get(address)

    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert response.cookies == {}
    assert "Cookie" not in response["Vary"]


def test_preflight_request_allows_reading(client, address):
    response = client.options(
        address,
        headers={
            "origin": "https://example.org",
            "access-control-request-method": "GET",
            "access-control-request-headers": "if-none-match",
        },
    )

    assert response.status_code == 200
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Headers"] == "*"
    assert response.content == b""


def test_head_has_the_headers_of_get_and_no_body(client, address):
    head, got = client.head(address), client.get(address)

    assert head.status_code == 200
    assert b"".join(head) == b""
    for name in ("Content-Type", "ETag", "Last-Modified", "Access-Control-Allow-Origin"):
        assert head[name] == got[name]


def test_response_has_security_headers_and_plain_hangul(client, address):
    response = client.get(address)

    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Content-Type"].split("+")[0] in ("application/json", "application/geo")
    assert "\\u" not in b"".join(response).decode()


# --- conditional requests ------------------------------------------------------------------------


def test_matching_etag_gets_304_with_one_query(client, address):
    first = client.get(address)
    # A whole list is read to its end, which frees the slot for the next one.
    first.getvalue()

    with CaptureQueriesContext(connection) as captured:
        again = client.get(address, headers={"if-none-match": f'"other", W/{first["ETag"]}'})

    assert (again.status_code, b"".join(again)) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert len(captured) == 1


def test_change_of_a_record_changes_the_etag(client, make_center):
    center = make_center()
    first = client.get("/api/v1/centers/")
    center.phone = "02-123-4567"
    center.save()

    again = client.get("/api/v1/centers/", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_etag_differs_by_url_and_media_type(client, make_center):
    make_center()
    tags = set()
    for path in ("/", "/?sort=name", ".geojson"):
        for accept in ("*/*", "application/json;indent=2"):
            response = client.get(f"/api/v1/centers{path}", headers={"accept": accept})
            # A whole list is read to its end, which frees the slot for the next one.
            response.getvalue()
            tags.add(response["ETag"])

    assert len(tags) == 6


def test_last_modified_is_the_last_change_of_any_record(client, make_center, monkeypatch):
    center = make_center()
    last = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: last)
    center.save()

    response = client.get("/api/v1/centers/")
    last_modified = response["Last-Modified"]

    assert last_modified == http_date(int(last.timestamp()))
    for since, status in (
        (last_modified, 304),
        (http_date(last.timestamp() - 5), 200),
        ("no date", 200),
    ):
        again = client.get("/api/v1/centers/", headers={"if-modified-since": since})
        assert again.status_code == status


def test_error_response_is_never_304(client, db):
    far = {"if-modified-since": "Fri, 31 Dec 2100 00:00:00 GMT"}

    assert client.get("/api/v1/centers/?regon=1", headers=far).status_code == 400
    assert client.get("/api/v1/centers/?regon=1", headers={"if-none-match": "*"}).status_code == 400


# --- rate limit ----------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch):
    """A stopped clock: `seconds` after the middle of a minute."""
    clock = {"seconds": 0}
    middle = 1_800_000_000 - 1_800_000_000 % 60 + 30
    monkeypatch.setattr(
        "centers.api.throttle.AddressThrottle.timer", lambda self: middle + clock["seconds"]
    )
    return clock


def test_rate_limit_responds_429_with_retry_after(client, db, settings, clock):
    settings.API_RATE = 2
    for _ in range(2):
        assert client.get("/api/v1/industries/").status_code == 200

    response = client.get("/api/v1/")

    assert response.status_code == 429
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["title"] == "요청이 너무 많습니다"
    assert response["Retry-After"] == "30"
    assert client.get("/").status_code == 200


def test_ip_addresses_are_counted_separately(client, db, settings, clock):
    settings.API_RATE = 1
    answers = [
        client.get("/api/v1/", REMOTE_ADDR=address).status_code
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1")
    ]

    assert answers == [200, 200, 429]


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "answers"),
    [
        # Values that the client sent before those of the proxy.
        (True, ["192.0.2.1", "192.0.2.2", "192.0.2.9, 192.0.2.1"], [200, 200, 429]),
        (True, ["nonsense", "", "1\x7f"], [200, 429, 429]),
        (False, ["192.0.2.1", "192.0.2.2"], [200, 429]),
    ],
)
def test_client_ip_behind_a_proxy_is_the_forwarded_one(
    client, db, settings, clock, behind_proxy, forwarded, answers
):
    settings.API_RATE = 1
    settings.BEHIND_PROXY = behind_proxy

    assert [
        client.get("/api/v1/", headers={"x-forwarded-for": value}).status_code
        for value in forwarded
    ] == answers


def test_count_restarts_with_the_next_minute(client, db, settings, clock):
    settings.API_RATE = 1
    assert client.get("/api/v1/").status_code == 200
    clock["seconds"] = 29
    assert client.get("/api/v1/").status_code == 429
    clock["seconds"] = 30

    assert client.get("/api/v1/").status_code == 200


@pytest.fixture
def ask_process(client, db, clock, monkeypatch):
    """Send a request as if to the process of a number; return the status."""
    processes = defaultdict(RequestCounter)

    def ask_process(number, address="192.0.2.1"):
        monkeypatch.setattr("centers.api.throttle.request_counter", processes[number])
        return client.get("/api/v1/", REMOTE_ADDR=address).status_code

    return ask_process


def test_processes_share_one_limit(ask_process, settings):
    settings.API_RATE = 40

    answers = [ask_process(number % 4) for number in range(100)]

    # Each tells the others of every fourth request, and may be that much behind.
    assert 40 <= answers.count(200) <= 40 + 4 * 4
    assert answers[-40:] == [429] * 40


def test_new_process_knows_clients_over_the_limit(ask_process, settings):
    settings.API_RATE = 10
    for _ in range(10):
        assert ask_process(1) == 200

    assert ask_process(2) == 429


def test_client_with_few_requests_is_not_stored(ask_process, settings):
    settings.API_RATE = 100
    for _ in range(9):
        assert ask_process(1) == 200

    assert Asking.objects.count() == 0
    ask_process(1)
    assert Asking.objects.count() == 1


def test_only_hashes_are_stored_and_old_minutes_deleted(ask_process, settings, clock):
    settings.API_RATE = 1
    ask_process(1, "203.0.113.9")
    ask_process(1, "2001:db8:1:2::9")
    # Digests alone: hexadecimal digits by chance hold those of an address too, but not its shape.
    askers = Asking.objects.values_list("asker", flat=True)
    assert len(askers) == 2
    assert all(re.fullmatch("[0-9a-f]{40}", asker) for asker in askers)

    clock["seconds"] = 300
    ask_process(1)
    assert Asking.objects.count() == 1


def test_failing_writes_of_counts_fail_no_request(
    ask_process, settings, monkeypatch, caplog, clock
):
    def refuse(*_):
        tried.append(1)
        raise OperationalError("attempt to write a readonly database")

    settings.API_RATE, tried = 5, []
    monkeypatch.setattr(Asking, "add", refuse)

    # Each process still limits its own clients.
    assert [ask_process(1) for _ in range(7)] == [200] * 5 + [429] * 2
    assert len(tried) == 1
    assert caplog.text.count("each process counts alone") == 1


@contextmanager
def writing(url):
    """Hold the locks of another connection that writes."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with closing(psycopg.connect(url)) as other:
            other.execute("LOCK TABLE centers_asking IN EXCLUSIVE MODE")
            yield


def test_request_does_not_wait_for_a_writer(tmp_path):
    with (
        prepared_database(tmp_path) as url,
        running(tmp_path, "--no-load", DATABASE_URL=url, API_RATE=1) as site,
    ):
        site.wait()
        with writing(url):
            assert site.get("/api/v1/industries/").status == 200
