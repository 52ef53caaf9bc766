"""Health checks: whether a process responds, and whether it can serve."""

import threading
import time
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from centers.http import readiness as health
from centers.models import Center
from tests.management.test_settings import PRODUCTION
from tests.support.sites import prepared_database, running

READY = {"ok": True, "database": "ok", "migrations": "ok", "search": "ok"}


@pytest.fixture
def readiness(monkeypatch):
    """A new watch that keeps no finding."""
    monkeypatch.setattr(health, "RESULT_TTL", 0)
    readiness = health.Readiness()
    monkeypatch.setattr("centers.http.middleware.health_check.readiness", readiness)
    return readiness


@pytest.fixture
def lent(db):
    """The test's own connection, lent to the thread that looks."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    with patch.object(connection, "close_if_unusable_or_obsolete"):
        yield connection
    connection.dec_thread_sharing()


@pytest.fixture
def ready(lent, readiness, client):
    """Ask `/readyz` over the connection of the test; return status and parts."""
    readiness.connection = lent

    def ready():
        response = client.get("/readyz")
        return response.status_code, response.json()

    return ready


def test_process_answers_without_the_database(client):
    # Nothing here may touch the database: the test has asked for none.
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"ok": True, "process": "ok"})


def test_site_is_ready_when_every_part_is(ready, make_center):
    make_center()

    assert ready() == (200, READY)


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_answer_is_never_kept_and_sets_no_cookie(ready, client, address):
    response = client.get(address, headers={"cookie": "sessionid=" + "a" * 32})

    assert response["Cache-Control"] == "no-store"
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_whoever_watches_may_ask_by_any_name_and_without_tls(ready, client, settings, address):
    settings.SECURE_SSL_REDIRECT = True

    for host in ("10.0.0.7:8000", "[fd00::1]", "evil.example", "nonsense!"):
        assert client.get(address, headers={"host": host}).status_code == 200
    assert client.head(address).status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_only_reading_is_answered(client, address):
    response = client.post(address)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_neither_is_offered_to_search_engines(client, db):
    for address in ("/sitemap.xml", "/sitemap-pages.xml"):
        assert b"healthz" not in client.get(address).content


def test_migration_that_is_missing_is_told(ready):
    MigrationRecorder(connection).record_unapplied("centers", "0004_search")

    assert ready() == (503, READY | {"ok": False, "migrations": "1 not applied"})


def test_stale_search_columns_are_told_until_they_are_rebuilt(ready, make_center):
    make_center()
    Center.objects.update(search_text="")
    assert ready() == (503, READY | {"ok": False, "search": "stale"})
    assert ready()[0] == 503

    Center.objects.derive()
    assert ready() == (200, READY)


def test_every_centre_is_looked_at_in_turn(ready, make_center, monkeypatch):
    monkeypatch.setattr(health, "CENTERS_PER_CHECK", 2)
    centers = [make_center() for _ in range(5)]
    assert ready()[0] == 200
    Center.objects.filter(pk=centers[-1].pk).update(search_text="")

    assert [ready()[0] for _ in range(3)] == [200, 503, 503]


def test_database_that_refuses_is_told_without_its_words(lent, ready, monkeypatch):
    def refuse(*_, **__):
        raise OperationalError("no route to the host of secret name")

    unknown = {"database": "does not answer", "migrations": "unknown", "search": "unknown"}

    with monkeypatch.context() as context:
        context.setattr(lent, "cursor", refuse)
        assert ready() == (503, {"ok": False} | unknown)
    assert ready()[0] == 200


def test_database_that_never_answers_is_told_and_not_asked_again(readiness, client, monkeypatch):
    monkeypatch.setattr(health, "FIRST_RESULT_TIMEOUT", 0.05)
    asked, end = [], threading.Event()

    def hang(self, found, answered):
        asked.append(1)
        end.wait()

    monkeypatch.setattr(health.Readiness, "check", hang)
    try:
        assert [client.get("/readyz").status_code for _ in range(3)] == [503] * 3
        assert len(asked) == 1
    finally:
        end.set()


def test_finding_is_kept_for_a_moment(readiness, client, monkeypatch):
    monkeypatch.setattr(health, "RESULT_TTL", 3600)
    looked = []
    monkeypatch.setattr(health.Readiness, "run_check", lambda self: looked.append(1) or {"a": "ok"})

    assert [client.get("/readyz").status_code for _ in range(3)] == [200] * 3
    assert len(looked) == 1


def test_running_site_tells_of_itself_past_its_proxy(tmp_path):
    with (
        prepared_database(tmp_path) as url,
        running(
            tmp_path, "--no-load", DATABASE_URL=url, **PRODUCTION | {"BEHIND_PROXY": "true"}
        ) as site,
    ):
        site.wait()
        for address in ("/healthz", "/readyz"):
            answer = site.get(address, Host="10.0.0.7")
            assert (answer.status, answer.getheader("Location")) == (200, None), answer.body

        site.manage("shell", "-v0", "-c", "Center.objects.update(search_text='')")
        # Each of its processes keeps what it has found for a moment.
        seen, end = 200, time.monotonic() + 60
        while seen == 200 and time.monotonic() < end:
            seen = site.get("/readyz").status
        assert seen == 503
