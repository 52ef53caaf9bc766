"""`watch_list` notices a newer list at a portal, plans it, and never applies it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import CommandError, call_command

from centers.models import Center, ImportRun
from tests.support.lists import SOAP, take_in
from tests.support.staff import EDITOR, page, read, sign_in

LIST = "지역,센터명,운영기관,업종\n부산,부산 서동 비누 소공인특화지원센터,(재)부산비누진흥원,비누\n"


@pytest.fixture
def portal(settings):
    """A server that responds as the portal does; its pages by path, and what was requested."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requested.append(self.path)
            body = pages.get(self.path)
            if body is None or body.startswith(b"http"):
                self.send_response(404 if body is None else 302)
                self.send_header("Location", (body or b"").decode())
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    pages, requested = {}, []
    server = HTTPServer(("127.0.0.1", 0), Handler)
    host = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    class Portal:
        def __init__(self):
            self.pages, self.requested, self.host = pages, requested, host

        def publish(self, day="20260930", file="/file.csv", content=LIST, **more):
            pages[file] = content if isinstance(content, bytes) else content.encode()
            pages["/catalog.json"] = json.dumps(
                {
                    "@type": "Dataset",
                    "name": f"소상공인시장진흥공단_전국 소공인 특화지원센터 현황_{day}",
                    "url": f"{host}/data",
                    "dateModified": "2026-10-02",
                    "license": "이용허락범위 제한 없음",
                    "creator": {"@type": "Organization", "name": "소상공인시장진흥공단"},
                    "distribution": [{"@type": "DataDownload", "contentUrl": f"{host}{file}"}],
                }
                | more
            ).encode()

    settings.LIST_WATCH_URL = f"{host}/catalog.json"
    yield Portal()
    server.shutdown()
    server.server_close()
    thread.join()


def watch(capsys):
    call_command("watch_list")
    return capsys.readouterr().out.strip()


def test_newer_list_is_planned_and_not_applied(portal, db, capsys, client, caplog):
    take_in(SOAP)
    portal.publish(content=LIST + "서울 종로구,,가나다,의복\n")

    text = watch(capsys)

    run = ImportRun.objects.get(state="planned")
    assert text == f"The list of 2026-09-30 is new: plan {run.pk} waits in the admin."
    assert Center.objects.count() == 1
    assert (run.slug, run.details["publisher"]) == ("status-2026-09-30", "소상공인시장진흥공단")
    assert "new_list" in caplog.text
    sign_in(client, EDITOR)
    link = read(client.get("/admin/")).select_one(".found-list a")
    assert link["href"] == page("importrun_change", run.pk)
    assert client.get(link["href"]).status_code == 200
    assert "waits in the admin already" in watch(capsys)
    assert ImportRun.objects.filter(state="planned").count() == 1


def test_list_that_is_here_is_not_fetched_again(portal, db, capsys):
    take_in(SOAP)
    portal.publish(day="20260731")

    assert watch(capsys) == "The list of 2026-07-31 is not newer than those here."
    assert portal.requested == ["/catalog.json"]


def test_nothing_is_requested_without_the_setting(portal, db, capsys, settings):
    settings.LIST_WATCH_URL = ""

    assert watch(capsys) == "LIST_WATCH_URL is empty: nothing is watched."
    assert portal.requested == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"distribution": []}, "the portal offers no file to fetch"),
        ({"distribution": "nonsense"}, "the portal offers no file to fetch"),
        ({"license": "제4유형(출처표시·상업적 이용금지·변경금지)"}, "offers no file"),
        ({"distribution": [{"contentUrl": "http://other.example.kr/x.csv"}]}, "another host"),
        ({"content": b"%PDF-1.7"}, "its file cannot be read"),
    ],
)
def test_file_that_may_not_be_fetched_is_only_reported(portal, db, capsys, changes, reason):
    portal.publish(**changes)

    assert reason in watch(capsys)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"<html>",
        b"[]",
        b"{}",
        json.dumps({"name": "x_20261399"}).encode(),
        json.dumps({"name": "x_20991231"}).encode(),
        b"http://other.example.kr/catalog.json",
        b"[" * 100_000,
        b" " * (1024**2 + 1),
    ],
    ids=range(9),
)
def test_portal_that_cannot_be_read_is_one_clear_line(portal, db, body):
    if body is not None:
        portal.pages["/catalog.json"] = body

    with pytest.raises(CommandError) as told:
        call_command("watch_list")

    assert "\n" not in str(told.value)
    assert not ImportRun.objects.exists()
