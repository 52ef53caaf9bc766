"""What the log contains of a request, and what it never does."""

import json
import logging

import pytest
from django.http import StreamingHttpResponse

from centers.http.logging import JsonLineFormatter, TextLineFormatter
from tests.management.test_settings import PRODUCTION
from tests.support.sites import prepared_database, running


@pytest.fixture(params=[JsonLineFormatter, TextLineFormatter], ids=["json", "text"])
def formatter(request):
    return request.param()


@pytest.fixture
def written(monkeypatch):
    """All that is written from now on, as JSON lines read back."""
    lines = []
    handlers = logging.getLogger().handlers
    [handler] = [
        one for one in handlers if isinstance(one.formatter, JsonLineFormatter | TextLineFormatter)
    ]
    monkeypatch.setattr(
        handler, "emit", lambda record: lines.append(JsonLineFormatter().format(record))
    )

    class Written:
        @property
        def text(self):
            return "\n".join(lines)

        @property
        def events(self):
            return [json.loads(line) for line in lines]

        @property
        def requests(self):
            return [one for one in self.events if one["logger"] == "centers.access"]

    return Written()


@pytest.fixture
def last(client, db, written):
    """Ask an address and return its line."""

    def last(address, method="get", **given):
        response = getattr(client, method)(address, **given)
        b"".join(response)  # what is streamed is told at its end
        response.close()
        return written.requests[-1]

    return last


# --- one line for a request ----------------------------------------------------------------------


def test_each_request_is_one_line(client, db, written):
    size = len(client.get("/about/?q=무엇").content)

    [line] = written.requests
    assert line.pop("time").endswith("+00:00")
    assert line.pop("ms") >= 0
    assert line.pop("request_id")
    assert line == {
        "level": "info",
        "logger": "centers.access",
        "message": "answered",
        "method": "GET",
        "route": "about",
        "path": "/about/",
        "status": 200,
        "bytes": size,
    }


@pytest.mark.parametrize(
    ("address", "route", "path", "status"),
    [
        ("/centers/99/", "center", "/centers/99/", 404),
        ("/centers/01012345678/", "center", "/centers/<int:pk>/", 404),
        ("/announcements/hong-gildong/", "announcement", "/announcements/<slug:slug>/", 404),
        ("/홍길동/", "", "", 404),
        ("/admin/홍길동/", "", "/admin/(?P<url>.*)$", 302),
        ("/api/v1/홍길동/", "", r"/api/v1/[\s\S]*", 404),
        ("/static/홍길동.css", "static", "", 404),
        ("/about", "", "", 301),
        ("/admin/", "admin:index", "/admin/", 302),
    ],
)
def test_path_is_told_only_where_nobody_could_have_typed_it(last, address, route, path, status):
    line = last(address)

    assert (line["route"], line["path"], line["status"]) == (route, path, status)


def test_method_that_is_none_is_not_repeated(client, db, written):
    client.generic("HONG", "/about/")

    assert written.requests[-1]["method"] == "OTHER"


def test_what_is_streamed_is_measured_when_it_ends(last, make_center):
    make_center()
    line = last("/centers.csv")

    assert (line["route"], line["status"]) == ("download", 200)
    assert line["bytes"] > 100


def test_stream_that_nobody_waits_for_is_told_too(rf, db, written):
    from centers.http.middleware.access_log import AccessLogMiddleware

    middleware = AccessLogMiddleware(lambda request: StreamingHttpResponse([b"abc", b"def"]))
    response = middleware(rf.get("/"))
    next(iter(response))
    assert written.requests == []
    response.close()

    assert [line["bytes"] for line in written.requests] == [3]


def test_head_of_a_stream_is_told_too(client, db, written):
    response = client.head("/centers.csv")
    response.close()

    assert [line["method"] for line in written.requests] == ["HEAD"]


def test_watchers_do_not_fill_the_log(client, written):
    client.get("/healthz")

    assert written.requests == []


# --- the number of a request ---------------------------------------------------------------------


def test_each_request_has_a_number_of_its_own(client, db, written):
    numbers = {client.get("/about/").headers["X-Request-ID"] for _ in range(3)}

    assert len(numbers) == 3
    assert {line["request_id"] for line in written.requests} == numbers


@pytest.mark.parametrize(
    ("behind", "given", "kept"),
    [
        (True, "0123456789abcdef0123456789abcdef", True),
        (False, "0123456789abcdef0123456789abcdef", False),
        (True, "short", False),
        (True, "a" * 65, False),
        (True, "hong@example.kr", False),
        (True, 'abcdefgh", "level": "', False),
        (True, "가나다라마바사아", False),
    ],
)
def test_request_id_is_the_proxys_if_well_formed(client, db, settings, behind, given, kept):
    settings.BEHIND_PROXY = behind

    answered = client.get("/about/", headers={"x-request-id": given}).headers["X-Request-ID"]

    assert (answered == given) == kept


def test_fault_carries_the_number_of_its_request(client, db, written, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("centers.web.views.ListPage", None)

    number = client.get("/").headers["X-Request-ID"]

    [fault] = [one for one in written.events if one["logger"] == "django.request"]
    assert (fault["request_id"], fault["level"], fault["status"]) == (number, "error", 500)
    assert fault["trace"][-1] == "builtins.TypeError"
    assert any("center_list" in step for step in fault["trace"])


# --- what must not be in it ----------------------------------------------------------------------

SECRETS = ("홍길동", "%ED%99%8D", "hong", "203.0.113.9", "Geheim", "Mozilla/9", "evil.example")
ASKED = {
    "user-agent": "Mozilla/9.0 hong",
    "x-forwarded-for": "203.0.113.9",
    "referer": "https://evil.example/?q=홍길동".encode().decode("latin-1"),
    "cookie": "sessionid=hong; name=홍길동".encode().decode("latin-1"),
}


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("get", "/?q=홍길동&near=hong", None),
        ("get", "/suggestions/?q=홍길동", None),
        ("get", "/api/v1/centers/?q=홍길동&regon=hong", None),
        ("get", "/홍길동/hong", None),
        ("get", "/admin/centers/center/홍길동/change/", None),
        ("get", "/centers.홍길동", None),
        ("post", "/admin/login/", {"username": "hong", "password": "Geheim 홍길동"}),
        ("post", "/?q=홍길동", {"name": "홍길동"}),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example"])
def test_no_word_name_or_address_is_written(client, db, written, method, address, body, host):
    headers = ASKED | {"host": host}

    getattr(client, method)(address, body, headers=headers, REMOTE_ADDR="203.0.113.9")

    assert len(written.requests) == 1
    assert not [secret for secret in SECRETS if secret in written.text]


def test_fault_tells_where_it_was_but_not_what_was_sent(client, db, written, monkeypatch):
    def fail(params):
        try:
            int(params["q"])
        except ValueError as error:
            raise RuntimeError(f"cannot use {params['q']}") from error

    client.raise_request_exception = False
    monkeypatch.setattr("centers.web.views.ListPage", fail)

    assert client.get("/?q=홍길동", headers=ASKED).status_code == 500

    assert not [secret for secret in SECRETS if secret in written.text]
    [fault] = [one for one in written.events if one["logger"] == "django.request"]
    kinds = [step for step in fault["trace"] if " " not in step]
    assert kinds == ["builtins.ValueError", "builtins.RuntimeError"]


def record(name, message, *values, **extra):
    logger = logging.getLogger(name)
    return logger.makeRecord(name, logging.WARNING, "x.py", 7, message, values, None, extra=extra)


def test_words_of_other_libraries_are_not_repeated(formatter):
    line = formatter.format(record("axes.x", "no entry for %s", "hong", request="hong 203.0.113.9"))
    assert "no entry for %s" in line
    assert "hong" not in line

    assert "hong" not in formatter.format(record("other", "no entry for hong"))


def test_line_cannot_be_made_to_look_like_two(formatter):
    line = formatter.format(
        record("centers.x", "one\nERROR two\r\u2028 %s", "\x1b[31m", why="a\nb")
    )

    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    assert line.encode()


def test_own_words_are_written_with_what_goes_with_them():
    line = json.loads(JsonLineFormatter().format(record("centers.x", "kept %d", 3, event="로그인")))

    assert (line["message"], line["event"], line["level"]) == ("kept 3", "로그인", "warning")


def test_no_fault_is_sent_by_mail(settings, client, db, mailoutbox, monkeypatch):
    settings.ADMINS = [("a", "a@example.kr")]
    client.raise_request_exception = False
    monkeypatch.setattr("centers.web.views.ListPage", None)

    assert client.get("/").status_code == 500
    assert mailoutbox == []


# --- in a process of its own ---------------------------------------------------------------------


def test_every_line_of_a_running_site_is_json_in_production(tmp_path):
    proxied = {
        "Host": "centers.example.kr",
        "X-Forwarded-Proto": "https",
        "X-Request-ID": "from-the-proxy",
    }
    with (
        prepared_database(tmp_path) as url,
        running(tmp_path, DATABASE_URL=url, **PRODUCTION, BEHIND_PROXY="true") as site,
    ):
        site.wait()
        assert site.get("/?q=%ED%99%8D", **proxied).status == 200
        site.stop()

    lines = [line for line in site.printed.splitlines() if line.startswith("{")]
    events = [json.loads(line) for line in lines]
    [asked] = [one for one in events if one.get("request_id") == "from-the-proxy"]
    assert (asked["route"], asked["status"], asked["path"]) == ("centers", 200, "/")
    assert "%ED" not in site.printed
    told = site.printed.partition("Press Ctrl+C to stop.")[2].strip().splitlines()
    # A request may be answered before the server says that it listens.
    assert told
    assert told == lines[-len(told) :]


def test_lines_are_for_the_eye_elsewhere_and_can_be_turned_off(tmp_path):
    with prepared_database(tmp_path, "none") as url:
        with running(tmp_path, "--no-load", DATABASE_URL=url) as site:
            site.wait()
            site.stop()
        assert " INFO centers.access answered " in site.printed
        with running(tmp_path, "--no-load", DATABASE_URL=url, LOG_LEVEL="warning") as site:
            site.wait()
            site.stop()
        assert "centers.access" not in site.printed
