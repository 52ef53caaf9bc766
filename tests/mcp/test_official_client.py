"""The official client finds the tools and gets what the pages show, in every version."""

import asyncio
import re

import httpx2
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from mcp import Client

from centers.models import Center
from tests.support import mcp_client
from tests.support.sites import prepared_database, running

QUESTION = "양주에서 염색하는데 어느 센터로 가요"
TOOLS = ["find_centers", "get_center", "nearest", "coverage", "list_changes"]


def keys_on_page(client, **query):
    """The centres that the list page shows, found or offered, each once and in its order."""
    response = client.get("/", query, follow=True)
    results = BeautifulSoup(response.content, "lxml").select_one("#results")
    links = [link["href"] for link in results.select('a[href^="/centers/"]')]
    keys = [int(found[1]) for link in links if (found := re.fullmatch(r"/centers/(\d+)/", link))]
    return list(dict.fromkeys(keys))


def keys_in_answer(data):
    """The centres of an answer, found or offered, each once and in its order."""
    offered = [one for offer in data["offered"] for one in offer["centers"]]
    return list(dict.fromkeys(one["id"] for one in [*data["centers"], *offered]))


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
def test_client_lists_the_tools_and_asks_a_question(client, status_list_2026, mode):
    async def talk(connected):
        tools = await connected.list_tools()
        return tools.tools, await connected.call_tool("find_centers", {"words": QUESTION})

    tools, result = mcp_client.converse(client, talk, mode)

    assert [one.name for one in tools] == TOOLS
    assert all(one.annotations.read_only_hint for one in tools)
    assert not result.is_error
    data = result.structured_content
    assert data["missing"] == "양주에는 섬유 센터가 없습니다."
    assert data["missing"] in result.content[0].text
    assert keys_in_answer(data) == keys_on_page(client, q=QUESTION) != []


@pytest.mark.parametrize(
    "words",
    [QUESTION, "부산 봉제공장 도와주는 곳", "대구에서 안경 만드는데 어디로 가나요", "염색", "빵"],
)
def test_question_gets_what_the_page_shows(client, status_list_2026, words):
    data = mcp_client.call(client, "find_centers", words=words, limit=20).structured_content

    assert keys_in_answer(data) == keys_on_page(client, q=words)
    assert data["page"].startswith(f"{settings.SITE_URL}/?q=")


def test_client_negotiates_the_newest_version(client, announcement_2024):
    async def talk(connected):
        return connected.protocol_version, connected.server_info, connected.instructions

    version, info, instructions = mcp_client.converse(client, talk)
    assert version == "2026-07-28"
    assert info.title == "소공인특화지원센터 찾기"
    assert "정부 공식 누리집이 아닙니다" in instructions
    assert f"{settings.SITE_URL}/data/#terms" in instructions

    version, info, _ = mcp_client.converse(client, talk, "legacy")
    assert (version, info.name) == ("2025-11-25", "sogongin-centers")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_results_of_all_tools_fit_their_schemas(client, status_list_2026, mode):
    """The client itself compares structured results with the schema of the tool."""
    key = Center.objects.published().order_by("pk").first().pk
    calls = {
        "find_centers": {},
        "get_center": {"id": key},
        "nearest": {"near": "영월"},
        "coverage": {"place": "경기"},
        "list_changes": {"since": "2024-01-01"},
    }

    async def talk(connected):
        await connected.list_tools()
        return {name: await connected.call_tool(name, given) for name, given in calls.items()}

    results = mcp_client.converse(client, talk, mode)

    assert list(results) == TOOLS
    for name, result in results.items():
        assert not result.is_error, name
        assert result.structured_content, name
        assert settings.SITE_URL in result.content[0].text, name


def test_client_gets_an_error_that_it_can_mend(client, db):
    result = mcp_client.call(client, "find_centers", place="광주")

    assert result.is_error
    assert "경기도 광주시(41610)" in result.content[0].text


def test_client_talks_to_the_running_site(tmp_path):
    async def talk(port):
        async with Client(f"http://127.0.0.1:{port}/mcp") as connected:
            tools = (await connected.list_tools()).tools
            return tools, await connected.call_tool("find_centers", {"words": QUESTION})

    with prepared_database(tmp_path, "all") as url, running(tmp_path, DATABASE_URL=url) as site:
        site.wait()
        tools, result = asyncio.run(talk(site.port))
        too_large = httpx2.post(
            f"http://127.0.0.1:{site.port}/mcp",
            content=b"[" * 1_000_000,
            headers={"Content-Type": "application/json"},
        )

    assert [one.name for one in tools] == TOOLS
    assert result.structured_content["missing"] == "양주에는 섬유 센터가 없습니다."
    assert too_large.status_code == 413
    assert too_large.json()["error"]["code"] == -32600
