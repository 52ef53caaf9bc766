"""The OpenAPI document: valid, complete, true to the responses, and rendered as a page."""

import json
import shlex
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from centers.api import openapi
from centers.search.filters import CenterFilter
from centers.search.results import Results
from tests.support.processes import manage


@pytest.fixture
def document(client, db):
    return client.get("/api/v1/schema.json").json()


def parameters(document, path):
    return {one["name"]: one for one in document["paths"][path]["get"]["parameters"]}


def test_document_is_valid_without_warnings(tmp_path):
    ended = manage("spectacular", "--validate", "--fail-on-warn", DATA_DIR=tmp_path)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("openapi: 3.1.0\n")


def test_document_has_no_foreign_urls(document, settings):
    assert document["servers"] == [{"url": settings.SITE_URL}]
    texts = json.dumps(document).replace(settings.SITE_URL, "")
    assert "http" not in texts


def test_document_has_every_parameter_of_the_list(document, db):
    described = parameters(document, "/api/v1/centers")

    assert described.keys() == Results({}).build_fields().keys() | {"page_size"}
    for name in ("kind", "status"):
        choices = [value for value, _ in CenterFilter.base_filters[name].extra["choices"]]
        assert described[name]["schema"]["items"]["enum"] == choices


def test_everything_in_the_document_has_korean_text(document):
    texts = [
        operation["get"][name]
        for operation in document["paths"].values()
        for name in ("summary", "description")
    ]
    texts += [
        one.get("description", "")
        for operation in document["paths"].values()
        for one in operation["get"].get("parameters", [])
        if one["in"] == "query"
    ]
    for schema in document["components"]["schemas"].values():
        texts += [value.get("description", "") for value in schema.get("properties", {}).values()]

    assert len(texts) > 150
    assert [text for text in texts if not any("가" <= letter <= "힣" for letter in text)] == []


# --- the page ------------------------------------------------------------------------------------


@pytest.fixture
def page(client, announcement_2024):
    return BeautifulSoup(client.get("/api/").content, "lxml")


def test_page_explains_every_endpoint_and_property(page, document):
    shown = {code.get_text() for code in page.select("code")}

    for path, operation in document["paths"].items():
        assert f"GET {path}" in shown
        assert {
            one["name"] for one in operation["get"].get("parameters", []) if one["in"] == "query"
        } <= shown
    for schema in document["components"]["schemas"].values():
        assert schema.get("properties", {}).keys() <= shown


def test_examples_can_be_run(client, page, monkeypatch):
    # A file says when it was made, to the second.
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    examples = page.select(".example")

    assert len(examples) == 14
    for example in examples:
        address = example.a["href"]
        response = client.get(address)
        assert response.status_code == 200, address
        # Read to its end, since one whole download at a time is sent.
        content = b"".join(response)
        command = shlex.split(example.code.get_text())
        pairs = [command[n + 1] for n, part in enumerate(command) if part == "--data-urlencode"]
        [base] = [part for part in command if part.startswith("http")]
        query = "&".join(quote(pair, safe="=") for pair in pairs)
        same = client.get(f"{base.removeprefix('http://127.0.0.1:8000')}?{query}".rstrip("?"))
        assert same.status_code == 200
        assert b"".join(same) == content


def test_page_works_without_records(client, db):
    assert client.get("/api/").status_code == 200


def test_document_is_built_by_one_thread_at_a_time(monkeypatch):
    """Two at once fail in drf-spectacular, which loads its extensions with the first."""
    inside, most = [], []

    def get_schema(generator, **options):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.1)
        inside.pop()
        return {}

    monkeypatch.setattr(openapi.SchemaGenerator, "get_schema", get_schema)
    openapi.build_openapi_document.cache_clear()
    try:
        with ThreadPoolExecutor(3) as pool:
            assert list(pool.map(lambda _: openapi.get_openapi_document(), range(3))) == [{}] * 3
    finally:
        openapi.build_openapi_document.cache_clear()
    assert most == [1]
