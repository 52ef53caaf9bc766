"""Whole lists: one at a time in a process, one that waits, 503 for others."""

import gc
import threading

import pytest
from django.test import Client

from centers.exports import download_slots
from centers.exports.download_slots import DownloadSlots


@pytest.fixture
def slots(monkeypatch):
    """Slots for which nobody waits long."""
    quick = DownloadSlots(max_wait=0.2)
    monkeypatch.setattr(download_slots, "slots", quick)
    return quick


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


def test_list_that_nobody_reads_frees_the_slot(client, status_list_2026, slots):
    response = client.get("/centers.csv")
    assert slots.acquire() is None

    del response
    gc.collect()

    assert slots.acquire() is not None


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
