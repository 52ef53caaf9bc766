"""The embedded list in a frame of another site, and the snippet that puts it there."""

from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextmanager
def serving(folder):
    """Serve a folder from a port of its own, which makes it another site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def frame_of(page, watch, tmp_path):
    """Open a page of another site that frames an address of this one."""
    with serving(tmp_path) as host:

        def frame_of(html):
            (tmp_path / "index.html").write_text(
                f'<!DOCTYPE html><link rel="icon" href="data:,">{html}'
            )
            page.goto(host)
            watch.forgive(f"request to another host: {host}")
            return page.frame_locator("iframe")

        yield frame_of


@pytest.fixture
def snippet(page, context):
    """Copy the snippet of a list, as a reader does."""

    def snippet(address):
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(address)
        page.get_by_text("이 목록을 다른 누리집에 삽입하기").click()
        page.get_by_role("button", name="복사").click()
        expect(page.get_by_text("복사했습니다.")).to_be_visible()
        return page.evaluate("navigator.clipboard.readText()")

    return snippet


def test_copied_snippet_shows_the_list_and_leads_to_the_site(page, address, snippet, frame_of):
    frame = frame_of(snippet("/?industry=14"))

    frame.get_by_role("link", name="부산 금정 의복").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("부산 금정 의복")
    assert page.url.startswith(f"{address}/centers/")


@pytest.mark.parametrize("width", [320, 800])
@pytest.mark.parametrize("query", ["/?region=51750", "/?q=봉제&service=none", "/"])
def test_copied_snippet_fits_a_narrow_and_a_wide_page(page, snippet, frame_of, width, query):
    code = snippet(query)
    page.set_viewport_size({"width": width, "height": 800})
    frame = frame_of(f"{code}<p>그 아래의 글</p>")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()

    def measure(name):
        return frame.locator("html").evaluate(f"one => one.{name}")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert measure("scrollWidth") == measure("clientWidth")
    assert 200 < measure("clientHeight") <= 720
    if query != "/":  # a single centre
        assert measure("scrollHeight") == measure("clientHeight")


def test_other_pages_cannot_be_framed(page, address, watch, frame_of):
    frame = frame_of(f'<iframe src="{address}/about/" title="안내"></iframe>')

    page.wait_for_timeout(500)
    expect(frame.get_by_role("heading", level=1)).to_have_count(0)
    watch.forgive("frame-ancestors")
