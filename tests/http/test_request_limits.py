"""Limits on URLs, headers and bodies; no size of them causes a 500."""

import http.client
import socket
from contextlib import closing
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from centers.http.middleware.request_limits import MAX_URL_LENGTH
from centers.importer.grid import MAX_FILE_SIZE
from tests.support.sites import prepared_database, running
from tests.support.staff import EDITOR, page, read, sign_in

PROC = Path("/proc")
HUGE = 100 * 1024 * 1024
PUBLIC = ["/", "/centers/1/", "/feed/", "/centers.csv", "/embed/", "/static/icon.svg", "/nowhere/"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("limits")
    with prepared_database(folder) as url, running(folder, "--no-load", DATABASE_URL=url) as site:
        yield site.wait()


@pytest.fixture
def send(site):
    """Send a request as it is written, and return what comes back."""

    def send(*lines, body=()):
        with closing(socket.create_connection(("127.0.0.1", site.port), timeout=60)) as connection:
            head = [*lines, b"Host: 127.0.0.1", b"Connection: close", b"", b""]
            connection.sendall(b"\r\n".join(head))
            try:
                for part in body:
                    connection.sendall(part)
            except OSError:
                pass  # It has answered, and reads no more.
            response = http.client.HTTPResponse(connection)
            response.begin()
            response.text = response.read().decode()
            return response

    return send


def memory(site) -> int:
    """The memory of the server and its workers, in bytes."""
    total = 0
    for status in PROC.glob("[0-9]*/status"):
        try:
            lines = dict(
                line.split(":", 1) for line in status.read_text().splitlines() if ":" in line
            )
        except OSError:
            continue
        mine = {lines["Pid"].strip(), lines["PPid"].strip()}
        if str(site.process.pid) in mine and "VmRSS" in lines:
            total += int(lines["VmRSS"].split()[0]) * 1024
    return total


# --- bodies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_answers_without_waiting_for_the_body(send, address):
    # Not one byte of it comes, so whoever read it would wait for ever.
    response = send(
        f"POST {address} HTTP/1.1".encode(),
        b"Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {HUGE}".encode(),
    )

    assert response.status == (404 if address == "/nowhere/" else 405)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_desk_refuses_a_huge_body_without_waiting_for_it(send, kind):
    response = send(
        b"POST /admin/login/ HTTP/1.1",
        f"Content-Type: {kind}; boundary=x".encode(),
        f"Content-Length: {HUGE}".encode(),
    )

    assert response.status == 413
    assert "보낸 내용이 너무 큽니다" in response.text


@pytest.mark.parametrize("address", ["/", "/admin/login/", "/api/v1/centers/", "/nowhere/"])
def test_hundred_megabytes_leave_no_trace_in_memory(site, send, address):
    before = memory(site)
    megabyte = b"x" * 1024 * 1024
    for _ in range(2):
        send(
            f"POST {address} HTTP/1.1".encode(),
            b"Content-Type: application/x-www-form-urlencoded",
            b"Transfer-Encoding: chunked",
            body=(b"100000\r\n" + megabyte + b"\r\n" for _ in range(100)),
        )

    assert memory(site) < before + HUGE // 2
    assert site.get("/about/").status == 200


def test_body_without_a_length_is_taken_for_none(send):
    token = b"csrfmiddlewaretoken=" + b"a" * 64
    response = send(
        b"POST /admin/login/ HTTP/1.1",
        b"Cookie: csrftoken=" + b"a" * 64,
        b"Content-Type: application/x-www-form-urlencoded",
        b"Transfer-Encoding: chunked",
        body=[b"%x\r\n%s\r\n0\r\n\r\n" % (len(token), token)],
    )

    assert response.status == 403


def test_largest_list_is_accepted_and_a_larger_one_reported(client, db):
    sign_in(client, EDITOR)

    def upload(size):
        file = SimpleUploadedFile("a.csv", b"x" * size)
        return client.post(page("importrun_add"), {"file": file, "slug": "a"})

    assert "5 MB까지" not in read(upload(MAX_FILE_SIZE)).select_one(".errorlist").get_text()
    assert "5 MB까지" in read(upload(MAX_FILE_SIZE + 1)).get_text()
    refused = upload(MAX_FILE_SIZE + 3 * 1024 * 1024)
    assert refused.status_code == 413
    assert "보낸 내용이 너무 큽니다" in read(refused).get_text()


def test_form_without_a_file_may_be_smaller_only(client, db, make_center):
    sign_in(client, EDITOR)
    address = page("center_change", make_center().pk)

    assert client.post(address, {"note": "x" * 3_000_000}).status_code == 413


def test_more_fields_than_any_form_has_are_refused(client, db):
    sign_in(client, EDITOR)

    response = client.post(page("center_add"), {f"f{number}": "" for number in range(5001)})

    assert response.status_code == 400
    assert "잘못된 요청입니다" in read(response).get_text()


@pytest.mark.parametrize("length", ["abc", "-1", "", "1e9", "９", "0x10", str(2**70)])
def test_length_that_is_no_number_makes_no_fault(client, db, length):
    response = client.post("/admin/login/", CONTENT_LENGTH=length)

    assert response.status_code in (200, 400, 413)


# --- addresses ------------------------------------------------------------------------------------


def test_longest_address_is_read_and_a_longer_one_refused(client, db):
    longest = "/?regon=" + "a" * (MAX_URL_LENGTH - len("/regon="))

    assert client.get(longest).status_code == 200
    refused = client.get(longest + "a")
    assert refused.status_code == 414
    assert "주소가 너무 깁니다" in read(refused).get_text()
    assert client.get("/" + "a" * MAX_URL_LENGTH).status_code == 414


def test_address_too_long_for_the_api_is_a_problem(client, db):
    response = client.get("/api/v1/centers/?q=" + "a" * MAX_URL_LENGTH)

    assert response.status_code == 414
    assert response["Content-Type"] == "application/problem+json"


def test_desk_refuses_a_long_address_too(client, db):
    sign_in(client, EDITOR)

    assert client.get(page("center_changelist") + "?q=" + "a" * MAX_URL_LENGTH).status_code == 414


# --- what the server refuses before Python sees it ------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([b"GET /?" + b"a" * 70_000 + b" HTTP/1.1"], 414),
        ([b"GET / HTTP/1.1", *(b"X-%d: 1" % number for number in range(200))], 431),
        ([b"GET / HTTP/1.1", b"Cookie: sessionid=\0"], 400),
        ([b"\0\1\2"], 400),
        ([b"GET /"], 400),
        ([b"POST / HTTP/1.1", b"Content-Length: abc"], 400),
        ([b"POST / HTTP/1.1", b"Content-Length: -1"], 400),
        ([b"POST / HTTP/1.1", b"Content-Length: 1", b"Content-Length: 2"], 400),
    ],
)
def test_server_itself_refuses_what_is_no_request(send, lines, status):
    response = send(*lines)

    assert (response.status, response.text) == (status, "")


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("name", ["admin:login", "admin:index", "admin:centers_center_add"])
def test_other_methods_are_405_in_the_admin_too(client, db, method, name):
    response = client.generic(method, reverse(name))

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"
    assert "보기만" in response.content.decode()


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "kind",
    [
        *(f"{FORM}; charset={one}" for one in "zlib hex rot13 idna punycode undefined".split()),
        f"{FORM}; charset*=utf-8''zlib",
        f"{FORM}; charset*=hx7q''utf-8",
        f"{FORM}; charset*=undefined''utf-8",
        "multipart/form-data; boundary*=hx7q''b",
    ],
)
@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET /?q=%EB%B4%89 HTTP/1.1", 200),
        (b"POST /centers/1/correction/?q=a HTTP/1.1", 400),
        (b"POST /admin/login/?next=/admin/ HTTP/1.1", 400),
    ],
)
def test_charset_that_is_no_text_is_rejected_as_others(send, line, status, kind):
    response = send(line, f"Content-Type: {kind}".encode(), b"Content-Length: 3", body=[b"a=1"])

    assert (response.status, "소공인특화지원센터" in response.text) == (status, True)
    assert response.headers["Content-Security-Policy"]
