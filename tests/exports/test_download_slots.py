"""Whole lists: one at a time in a process, one that waits, 503 for others."""

import gc
import threading

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory

from centers.exports import download_slots
from centers.exports.download_slots import DownloadSlots
from centers.http.closing import close_streams
from centers.http.waiting import waiting_places


@pytest.fixture
def slots(monkeypatch):
    """Slots for which nobody waits long."""
    quick = DownloadSlots(max_wait=0.2)
    monkeypatch.setattr(download_slots, "slots", quick)
    return quick


@pytest.fixture
def open_connection():
    """Keep the connection open where requests begin and end, as the test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


FILES = ["/centers.csv", "/centers.xlsx", "/centers.json", "/api/v1/centers.geojson"]


@pytest.mark.parametrize("path", FILES)
def test_list_beside_another_gets_503_in_korean(client, status_list_2026, slots, path):
    release = slots.acquire()

    response = client.get(path)

    assert response.status_code == 503
    assert 1 <= int(response["Retry-After"]) <= 60
    assert "no-store" in response["Cache-Control"]
    assert "다시" in response.content.decode()
    release()
    response = client.get(path)
    assert b"".join(response.streaming_content)
    assert response.status_code == 200


@pytest.mark.parametrize("path", FILES)
def test_each_list_frees_the_slot_at_its_end(client, status_list_2026, slots, path):
    for _ in range(3):
        response = client.get(path)
        assert response.status_code == 200
        b"".join(response.streaming_content)

    assert client.head(path).status_code == 200
    tag = response["ETag"]
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    assert slots.acquire() is not None


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("is_begun", [True, False])
def test_list_that_the_server_drops_frees_the_slot_at_once(
    status_list_2026, slots, open_connection, path, is_begun
):
    """A server that does not close what it sends, after a client that has gone."""
    sent = close_streams(WSGIHandler())(RequestFactory().get(path).environ, lambda *arguments: None)
    parts = iter(sent)
    if is_begun:
        next(parts)
    assert slots.acquire() is None

    gc.disable()
    try:
        del sent, parts
        assert slots.acquire() is not None
    finally:
        gc.enable()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_coverage_takes_the_slot_while_it_is_built(client, status_list_2026, slots, ending):
    release = slots.acquire()

    assert client.get(f"/coverage.{ending}").status_code == 503
    release()
    assert client.get(f"/coverage.{ending}").status_code == 200
    assert slots.acquire() is not None


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_head_of_coverage_builds_no_file(client, status_list_2026, slots, monkeypatch, ending):
    slots.acquire()
    for name in ("write_matrix_csv", "write_matrix_workbook"):
        monkeypatch.setattr(f"centers.exports.coverage.{name}", None)

    response = client.head(f"/coverage.{ending}")

    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    assert "Content-Length" not in response


def test_failed_list_frees_the_slot(status_list_2026, slots, monkeypatch):
    monkeypatch.setattr("centers.exports.views.RESPONSE_BUILDERS", {})

    response = Client(raise_request_exception=False).get("/centers.csv")

    assert response.status_code == 500
    assert slots.acquire() is not None


def test_unusable_parameter_needs_no_slot(client, status_list_2026, slots):
    slots.acquire()

    assert client.get("/centers.csv?regon=1").status_code == 400


def test_one_waits_and_a_third_does_not(monkeypatch):
    slots = DownloadSlots(max_wait=60)
    release = slots.acquire()
    got = []
    waiting = threading.Thread(target=lambda: got.append(slots.acquire()))
    waiting.start()
    while not slots._waiting.locked():
        pass

    assert slots.acquire() is None
    release()
    waiting.join(60)

    assert got[0] is not None
    release()  # once more, which frees nothing
    assert DownloadSlots._wait(DownloadSlots(0)) is True
    got[0]()
    assert slots.acquire() is not None


# --- of four threads, a download, its waiter and slow bodies leave one ----------------------------


def test_download_does_not_wait_beside_two_slow_bodies(client, status_list_2026, monkeypatch):
    slots = DownloadSlots(max_wait=60)
    monkeypatch.setattr(download_slots, "slots", slots)
    timer = threading.Timer(1, slots.acquire())
    with waiting_places, waiting_places:
        timer.start()

        assert client.get("/coverage.csv").status_code == 503
    timer.join()
    assert client.get("/coverage.csv").status_code == 200


def test_second_slow_body_gets_503_while_a_download_waits(client, db):
    slots = DownloadSlots(max_wait=60)
    release = slots.acquire()
    waiting = threading.Thread(target=lambda: slots.acquire()(), daemon=True)
    waiting.start()
    while not slots._waiting.locked():
        pass

    with waiting_places:
        assert client.post("/mcp", "{}", "application/json").status_code == 503
    release()
    waiting.join(60)
    assert client.post("/mcp", "{}", "application/json").status_code != 503
