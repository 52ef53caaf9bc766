"""Error responses, each caused by the real error."""

import json

import pytest
from bs4 import BeautifulSoup
from django.db import InterfaceError, OperationalError, connection
from django.template.loader import render_to_string

from centers.accounts.middleware.session_cookie import StrictSessionMiddleware
from tests.support.staff import EDITOR, page, sign_in

PAGES = {
    "400": "잘못된 요청입니다",
    "403": "볼 수 없는 화면입니다",
    "403_csrf": "다시 한번 보내 주세요",
    "404": "찾을 수 없는 화면입니다",
    "405": "보기만 할 수 있는 화면입니다",
    "413": "보낸 내용이 너무 큽니다",
    "414": "주소가 너무 깁니다",
    "429": "너무 여러 번 시도했습니다",
    "500": "잠시 문제가 생겼습니다",
    "503": "잠시 자료를 읽지 못했습니다",
}


@pytest.fixture(autouse=True)
def no_hashed_file_names(settings, tmp_path):
    """Static files as they are before anything has been collected: no name can be looked up."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "centers.http.static_storage.HashedStaticFilesStorage"}
    }


@pytest.fixture
def plain_static_files(settings):
    """For a page that is no error's: static files by their own names."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


@pytest.fixture
def stopped(db):
    """Stop the database, until the end of the test."""
    with pytest.MonkeyPatch.context() as patch:

        def stop(kind=OperationalError):
            def refuse(*_, **__):
                raise kind("the server is gone")

            patch.setattr(connection, "cursor", refuse)

        yield stop


def headline(response, status):
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    soup = BeautifulSoup(response.content, "lxml")
    [h1] = soup.find_all("h1")
    return h1.get_text()


def problem(response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    told = json.loads(response.content)
    assert told["status"] == status
    return told["title"]


# No fixture lets these at a database, and they are given nothing to go by.
@pytest.mark.parametrize(("name", "title"), PAGES.items())
def test_page_is_korean_and_needs_nothing(name, title):
    html = render_to_string(f"{name}.html")
    soup = BeautifulSoup(html, "lxml")

    assert [h1.get_text() for h1 in soup.find_all("h1")] == [title]
    assert soup.title.get_text() == f"{title} | 소공인특화지원센터 찾기"
    assert soup.html["lang"] == "ko"
    assert soup.select_one("main p").get_text().endswith(("요.", "다."))
    assert "정부 공식 누리집이 아닙니다" in soup.get_text()
    assert not soup.select("style, [style], img")
    # It applies the reader's own colours and adds fonts; without it the page is whole.
    assert [script["src"] for script in soup.select("script")] == ["/static/js/theme.js"]
    # A search of one's own site, which sends nothing along.
    assert [(form["action"], form["method"]) for form in soup.select("form")] == [("/", "get")]
    links = [tag.get("href") for tag in soup.select("[href]:not([href='tel:1357'])")]
    assert all(link.startswith("/") and not link.startswith("//") for link in links)


def test_error_page_finds_its_stylesheets_and_its_script(settings):
    soup = BeautifulSoup(render_to_string("404.html"), "lxml")
    files = [tag.get("href") or tag["src"] for tag in soup.select("link[href], script")]

    assert len(files) == 4
    for file in files:
        assert (settings.BASE_DIR / file.lstrip("/")).exists()


@pytest.mark.parametrize("host", ["evil.example", "a b", "127.0.0.1:port", "가", "127.0.0.1@evil"])
@pytest.mark.parametrize("address", ["/", "/admin/", "/nowhere", "/admin/login/?next=/admin/"])
def test_host_that_is_not_ours_is_refused(client, address, host):
    assert headline(client.get(address, headers={"host": host}), 400) == PAGES["400"]
    assert "evil" not in client.get(address, headers={"host": host}).content.decode()


def test_host_that_is_not_ours_gets_a_problem_from_the_api(client):
    assert problem(client.get("/api/v1/", headers={"host": "evil.example"}), 400)


def test_too_many_parameters_are_refused(client, db):
    assert headline(client.get("/?" + "a&" * 6000), 400) == PAGES["400"]


def test_page_beyond_somebodys_rights_is_refused(client, db, plain_static_files):
    sign_in(client, EDITOR)

    assert headline(client.get(page("user_add")), 403) == PAGES["403"]


@pytest.mark.parametrize("address", ["/nowhere/", "/centers/0/", "/%00", "/\ud800"])
def test_address_of_nothing_needs_no_hashed_file_names(client, db, address):
    assert headline(client.get(address.encode("utf-8", "surrogatepass").decode("latin-1")), 404)


@pytest.mark.parametrize("address", ["/api/nothing", "/api/nothing/", "/api/v2/", "/api/v1/x/"])
def test_address_of_nothing_below_the_api_is_a_problem(client, db, address):
    assert problem(client.get(address), 404) == "찾을 수 없습니다"


@pytest.mark.parametrize("address", ["/", "/about/", "/api/", "/feed/", "/admin/login/"])
def test_fault_needs_nothing(client, address):
    # Without any test database, and without names for static files, each view fails unforeseen.
    assert headline(client.get(address), 500) == PAGES["500"]


@pytest.mark.parametrize("address", ["/api/v1/centers/", "/api/v1/"])
def test_fault_below_the_api_is_a_problem(client, address):
    response = client.get(address)

    assert problem(response, 500) == "문제가 생겼습니다"
    assert "Retry-After" not in response


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
@pytest.mark.parametrize("address", ["/", "/centers/1/", "/feed/", "/centers.csv", "/sitemap.xml"])
def test_stopped_database_is_told_with_a_time_to_come_back(client, db, stopped, address, kind):
    stopped(kind)

    response = client.get(address)

    assert headline(response, 503) == PAGES["503"]
    assert response["Retry-After"] == "30"
    assert "gone" not in response.content.decode()


def test_question_that_no_database_takes_is_a_fault_of_ours(client, db, monkeypatch):
    def ask():
        connection.cursor().execute(f"SELECT {'+'.join(['1'] * 200_000)}")

    monkeypatch.setattr("centers.web.views.Coverage", ask)

    response = client.get("/coverage/")

    assert headline(response, 500) == PAGES["500"]
    assert "Retry-After" not in response


def test_stopped_database_is_told_by_the_api_in_its_own_terms(client, db, stopped):
    stopped()

    response = client.get("/api/v1/centers/")

    assert problem(response, 503) == "잠시 응답할 수 없습니다"
    assert response["Retry-After"] == "30"


def test_stopped_database_is_told_at_the_desk(client, db, stopped):
    sign_in(client, EDITOR)
    stopped()

    assert headline(client.get(page("center_changelist")), 503) == PAGES["503"]


def test_database_that_stops_after_the_view_is_told_as_well(client, db, monkeypatch):
    def refuse(*_):
        raise OperationalError("the server is gone")

    # Where a session is stored, the view has long answered.
    monkeypatch.setattr(StrictSessionMiddleware, "process_response", refuse)
    response = client.get("/robots.txt")

    assert headline(response, 503) == PAGES["503"]
    assert response["Retry-After"] == "30"


@pytest.mark.parametrize("status", [400, 404, 405, 406, 429, 414, 500, 503])
def test_page_of_the_api_explains_each_problem(client, db, status, plain_static_files):
    from centers.http.problems import build_problem

    told = build_problem(status)
    assert any("가" <= letter <= "힣" for letter in told["title"])
    assert told["detail"].endswith(".")
