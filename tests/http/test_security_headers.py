"""Security headers of a site in production, as a proxy reaches it."""

import base64
import hashlib
import http.client
import re
from contextlib import closing

import pytest
from bs4 import BeautifulSoup

from centers.http.middleware.request_limits import MAX_URL_LENGTH
from tests.support import observatory
from tests.support.sites import prepared_database, running

HOST = "centers.example.kr"
PRODUCTION = {
    "PRODUCTION": "true",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP",
    "ALLOWED_HOSTS": f"{HOST},mirror.example.org",
    "SITE_URL": f"https://{HOST}",
    "BEHIND_PROXY": "true",
    "CONTACT_EMAIL": "help@centers.example.kr",
}
THROUGH_PROXY = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("headers")
    with (
        prepared_database(folder) as url,
        running(folder, "--no-load", DATABASE_URL=url, **PRODUCTION) as site,
    ):
        yield site.wait()


@pytest.fixture
def ask(site):
    """Ask as the proxy does; a body may be said to be larger than it is."""

    def ask(address, method="GET", said_to_be=None, **headers):
        given = THROUGH_PROXY | {name.replace("_", "-"): value for name, value in headers.items()}
        if said_to_be is not None:
            given["Content-Length"] = str(said_to_be)
        with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)) as connection:
            connection.request(method, address, headers={k: v for k, v in given.items() if v})
            response = connection.getresponse()
            response.body = response.read()
            return response

    return ask


#: Addresses, with what they are asked by and how they answer.
ANSWERS = [
    ("/", {}, 200),
    ("/?region=51&view=table&q=영월&regon=1", {}, 200),
    ("/centers/1/", {}, 200),
    ("/centers/1/", {"Accept_Encoding": "gzip"}, 200),
    ("/coverage/", {}, 200),
    ("/announcements/", {}, 200),
    ("/changes/", {}, 200),
    ("/about/", {}, 200),
    ("/data/", {}, 200),
    ("/accessibility/", {}, 200),
    ("/embed/", {}, 200),
    ("/count/", {}, 200),
    ("/points.json", {}, 200),
    ("/centers.csv", {}, 200),
    ("/centers.xlsx", {}, 200),
    ("/centers.json", {}, 200),
    ("/centers.geojson", {}, 200),
    ("/centers.csv?regon=1", {}, 400),
    ("/feed/", {}, 200),
    ("/centers/1/feed/", {}, 200),
    ("/robots.txt", {}, 200),
    ("/sitemap.xml", {}, 200),
    ("/sitemap-centers.xml", {}, 200),
    ("/data.json", {}, 200),
    ("/manifest.webmanifest", {}, 200),
    ("/opensearch.xml", {}, 200),
    ("/.well-known/security.txt", {}, 200),
    ("/favicon.ico", {}, 302),
    ("/api/", {}, 200),
    ("/api/v1/", {}, 200),
    ("/api/v1/centers/", {}, 200),
    ("/api/v1/centers/", {"method": "OPTIONS"}, 200),
    ("/api/v1/centers.geojson", {}, 200),
    ("/api/v1/centers", {}, 200),
    ("/regions", {}, 301),
    ("/api/v1/centers/?regon=1", {}, 400),
    ("/api/v1/nothing/", {}, 404),
    ("/api/nothing/", {}, 404),
    ("/api/v1/centers/", {"method": "POST"}, 405),
    ("/mcp", {}, 405),
    ("/mcp", {"method": "OPTIONS"}, 204),
    ("/mcp", {"method": "POST"}, 415),
    ("/mcp", {"method": "POST", "said_to_be": 1_000_000}, 413),
    ("/llms.txt", {}, 200),
    ("/static/css/base.css", {}, 200),
    ("/static/css/base.css", {"Accept_Encoding": "gzip, br"}, 200),
    ("/static/css/base.css", {"Range": "bytes=0-9"}, 206),
    ("/static/css/base.css", {"Range": "bytes=9999999-"}, 416),
    ("/static/css/base.css", {"If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 304),
    ("/static/css/base.css", {"method": "POST"}, 405),
    ("/static/nothing.css", {}, 404),
    ("/admin/", {}, 302),
    ("/admin/login/", {}, 200),
    ("/admin/login", {}, 302),
    ("/embed/", {"method": "POST"}, 405),
    ("/admin/login/", {"method": "POST"}, 403),
    ("/admin/login/", {"method": "POST", "said_to_be": 100_000_000}, 413),
    ("/nowhere/", {}, 404),
    ("/%00", {}, 404),
    ("/", {"method": "POST"}, 405),
    ("/?q=" + "a" * MAX_URL_LENGTH, {}, 414),
    ("/", {"Host": "evil.example"}, 400),
    ("/", {"X_Forwarded_Proto": "http"}, 301),
    ("/", {"X_Forwarded_Proto": "http", "Host": "evil.example"}, 301),
]


@pytest.fixture(params=ANSWERS, ids=lambda one: f"{one[2]} {one[0][:40]} {[*one[1]]}")
def answer(request, ask):
    address, how, status = request.param
    response = ask(address.replace("영월", "%EC%98%81%EC%9B%94"), **how)
    assert response.status == status, response.body[:300]
    response.address = address
    response.plain = how.get("X_Forwarded_Proto") == "http"
    return response


def test_every_answer_allows_nothing_but_what_the_site_needs(answer):
    policy = observatory.policy(answer.headers)

    assert policy["default-src"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["form-action"] in (["'self'"], ["'none'"])
    assert "unsafe" not in str(policy)
    assert "http" not in str(policy)
    for name in ("script-src", "style-src", "connect-src", "font-src"):
        assert policy.get(name, policy["default-src"]) in (["'self'"], ["'none'"])


def test_the_list_for_other_sites_alone_may_be_framed(answer):
    ancestors = observatory.policy(answer.headers)["frame-ancestors"]

    if answer.address == "/embed/":
        assert ancestors == ["*"]
        assert "X-Frame-Options" not in answer.headers
    else:
        assert ancestors == ["'none'"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_every_response_has_nosniff_and_a_referrer_policy(answer):
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers.get_all("Referrer-Policy") == ["same-origin"]
    assert answer.headers.get_all("Cross-Origin-Opener-Policy") == ["same-origin"]


def test_every_answer_forbids_what_no_page_uses(answer):
    [said] = answer.headers.get_all("Permissions-Policy")
    allowed = dict(one.split("=") for one in said.split(", "))

    assert allowed["geolocation"] == "(self)"
    assert {name for name, value in allowed.items() if value != "()"} == {
        "geolocation",
        "publickey-credentials-create",
        "publickey-credentials-get",
    }
    assert {"camera", "microphone", "payment", "usb"} <= allowed.keys()


def test_other_sites_may_load_what_is_for_them_and_nothing_else(answer):
    path = answer.address.partition("?")[0]
    is_for_all = re.match(r"/(static/|favicon|embed/|api/v1|api/nothing|mcp)", path)

    [said] = answer.headers.get_all("Cross-Origin-Resource-Policy")
    assert said == ("cross-origin" if is_for_all else "same-origin")


def test_browsers_are_told_to_stay_with_https(answer):
    said = answer.headers.get_all("Strict-Transport-Security")

    # Over plain HTTP anyone could have said it.
    assert said == (None if answer.plain else ["max-age=31536000; includeSubDomains; preload"])


def test_no_answer_to_a_reader_sets_a_cookie_or_varies_by_one(answer):
    if not answer.address.startswith("/admin/"):
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


# --- counted --------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/centers/1/", "/admin/login/"])
def test_observatory_gives_140_points_with_hsts_preloaded(ask, address):
    plain = ask(address, X_Forwarded_Proto="http")
    page = ask(address)

    def points(preloaded):
        return observatory.points(
            page.headers, page.body, plain.headers["Location"], HOST, preloaded
        )

    assert points(preloaded=True) >= 140
    # The operator can ask for the list that browsers come with only when the site is public.
    assert points(preloaded=False) >= 135


@pytest.mark.parametrize("address", ["/", "/centers/1/"])
def test_scripts_are_those_that_the_page_was_written_with(ask, address):
    scripts = BeautifulSoup(ask(address).body, "lxml").select("script[src]")

    assert scripts
    for one in scripts:
        served = hashlib.sha384(ask(one["src"]).body).digest()
        assert one["integrity"] == "sha384-" + base64.b64encode(served).decode()


def test_cookies_of_the_desk_are_for_this_host_and_no_script(ask):
    [cookie] = ask("/admin/login/").headers.get_all("Set-Cookie")
    name, *attributes = [part.strip() for part in cookie.split(";")]

    assert name.startswith("__Host-csrftoken=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {*attributes}
    assert "domain" not in cookie.lower()


# --- hosts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?region=26",
        "/centers/1/",
        "/data/",
        "/embed/",
        "/feed/",
        "/sitemap.xml",
        "/sitemap-centers.xml",
        "/robots.txt",
        "/llms.txt",
        "/mcp",
        "/opensearch.xml",
        "/opensearch/?q=a",
        "/data.json",
        "/.well-known/security.txt",
        "/centers.json",
        "/api/",
        "/api/v1/",
        "/api/v1/schema.json",
        "/api/v1/centers/?page_size=1",
        "/api/v1/centers/?regon=1",
    ],
)
def test_another_host_of_the_site_gets_the_very_same_words(ask, address):
    here, there = ask(address), ask(address, Host="mirror.example.org")

    assert there.status == here.status
    # What the file was made by, not where, is all that may differ.
    assert undated(there.body) == undated(here.body)
    assert b"mirror.example.org" not in there.body


def undated(body: bytes) -> bytes:
    return re.sub(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\"<]*", b"", body)


@pytest.mark.parametrize("host", [HOST, "mirror.example.org", "evil.example", "a b", ""])
@pytest.mark.parametrize(
    ("address", "goes_to"),
    [
        ("/?q=a", "/?q=a"),
        ("//evil.example/%2e%2e", "//evil.example/.."),
        ("/%0d%0aSet-Cookie:%20a=b", "/%0D%0ASet-Cookie:%20a%3Db"),
    ],
)
def test_plain_http_redirects_to_site_url_for_any_host(ask, host, address, goes_to):
    response = ask(address, X_Forwarded_Proto="http", Host=host)

    assert response.status in (301, 400)
    if response.status == 301:
        assert response.headers["Location"] == f"https://{HOST}{goes_to}"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("address", "goes_to"),
    [
        ("/?region=부산", "/?region=26"),
        ("/admin/", "/admin/login/?next=/admin/"),
        ("/regions", "/regions/"),
        ("//evil.example/admin/login", None),
    ],
)
def test_redirects_stay_on_the_host_that_was_asked(ask, address, goes_to):
    address = address.replace("부산", "%EB%B6%80%EC%82%B0")
    location = ask(address, Host="mirror.example.org").headers.get("Location")

    assert location == goes_to
