"""Page cache: one response per site version, none after it has changed; ETag and 304."""

import secrets
import sqlite3
import zlib
from datetime import date, timedelta
from types import SimpleNamespace

import brotli
import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone
from django.utils.http import http_date, parse_http_date

from centers.http.compression import choose_encoding
from centers.http.decorators import cacheable
from centers.http.etag import SiteVersion
from centers.http.middleware.page_cache import PageCacheMiddleware, get_cache_key
from centers.http.page_cache import CachedResponse, PageCache
from centers.models import Announcement, Center, DataVersion, ImportRun, Industry, Operator, Region
from centers.models import data_version as version
from tests.support.releases import make_release
from tests.support.staff import EDITOR, page, say_source, sign_in, submit

KEPT = [
    "/",
    "/?region=51&industry=10&q=영월&view=table",
    "/?near=51750",
    "/?regon=1",
    "/centers/{center}/",
    "/centers/{center}/feed/",
    "/coverage/",
    "/announcements/",
    "/announcements/2024-selection/",
    "/changes/",
    "/about/",
    "/data/",
    "/data/releases/",
    "/embed/",
    "/api/",
    "/feed/?region=51",
    "/sitemap.xml",
    "/data.json",
    "/suggestions/?q=영",
]
FILES = ["/centers.csv", "/centers.json?region=51", "/centers.geojson", "/centers.xlsx"]


@pytest.fixture(autouse=True)
def as_if_committed(monkeypatch):
    """Take what a test writes for true; in the test's own transaction nothing would be kept."""
    monkeypatch.setattr(version, "is_in_transaction", lambda: False)
    version.invalidate()
    yield
    version.invalidate()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A second that lasts, however slow the machine is, until a test moves it on."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(version, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def center(announcement_2024):
    return Center.objects.get(region="51750")


@pytest.fixture
def visit(client, center):
    def visit(address, **headers):
        response = client.get(address.format(center=center.pk), headers=headers)
        if response.streaming:
            # Read to its end, which closes what the stream has opened.
            b"".join(response)
        return unnumbered(response)

    return visit


def unnumbered(response):
    """An answer without the number of its request, which no two have in common."""
    del response.headers["X-Request-ID"]
    return response


def queries(visit, address, **headers):
    with CaptureQueriesContext(connection) as captured:
        response = visit(address, **headers)
    return response, len(captured)


# --- one page for all ----------------------------------------------------------------------------


@pytest.mark.parametrize("address", KEPT)
def test_cached_page_equals_the_first_and_needs_no_query(visit, address):
    made = visit(address)
    kept, asked = queries(visit, address)

    assert made.status_code == kept.status_code == 200
    assert asked == 0
    assert kept.content == made.content
    assert kept.headers == made.headers
    assert made.headers["Cache-Control"].startswith("public, max-age=0")


@pytest.mark.parametrize("address", KEPT)
def test_kept_page_is_the_one_that_another_process_would_make(visit, center, address):
    visit(address)
    kept, fresh = visit(address), unnumbered(Client().get(address.format(center=center.pk)))

    assert kept.content == fresh.content
    assert kept.headers["ETag"] == fresh.headers["ETag"]
    assert set(kept.headers) == set(fresh.headers)


@pytest.mark.parametrize("first", ["br", "gzip", ""])
def test_page_has_the_encoding_that_each_request_accepts(visit, first):
    plain = Client().get("/").content
    visit("/", **{"accept-encoding": first})

    for encoding in ("gzip, deflate, br", "gzip", "identity", "br;q=0, gzip;q=0.5"):
        response = visit("/", **{"accept-encoding": encoding})
        expand = {
            "br": brotli.decompress,
            "gzip": lambda body: zlib.decompress(body, 31),
            None: bytes,
        }[response.get("Content-Encoding")]

        assert expand(response.content) == plain
        assert response["Vary"] == "Accept-Encoding"
        assert int(response["Content-Length"]) == len(response.content)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP;q=0.3", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000", ""),
        ("br;q=x", ""),
        ("*", ""),
        ("", ""),
        ("gzip," * 100, ""),
    ],
)
def test_best_encoding_is_one_that_the_reader_takes(accepted, encoding):
    assert choose_encoding(accepted) == encoding


@pytest.mark.parametrize("mark", ["utm_source=x", "fbclid=123", "gclid=a%20b"])
def test_marks_behind_a_link_make_no_other_page(visit, mark):
    made = visit("/?region=51")
    kept, asked = queries(visit, f"/?{mark}&region=51")

    assert asked == 0
    assert kept.content == made.content == Client().get(f"/?region=51&{mark}").content


#: One URL for each other cacheable view.
OTHERS = [
    "/accessibility/",
    "/announcements/feed/",
    "/centers/{center}/picture.png",
    "/count/",
    "/coverage.csv",
    "/data/releases/compare/",
    "/data/releases/feed/",
    "/data/releases/manifest.json",
    "/favicon.ico",
    "/llms.txt",
    "/manifest.webmanifest",
    "/opensearch.xml",
    "/opensearch/?q=영",
    "/points.json",
    "/privacy/",
    "/regions/",
    "/robots.txt",
    "/sitemap-pages.xml",
    "/.well-known/security.txt",
]


def test_cacheable_views_set_no_attribute_on_responses(visit, monkeypatch, settings, tmp_path):
    """The cache would lose it."""
    release = make_release(settings, tmp_path)
    of_release = [f"/data/releases/{release}{end}" for end in ("/", ".zip", "/centers.csv")]
    settings.CONTACT_EMAIL = "desk@example.kr"
    plain = vars(HttpResponse()).keys() | vars(TemplateResponse(None, "")).keys()
    seen, process_view = [], PageCacheMiddleware.process_view

    def note_view(middleware, request, view, args, kwargs):
        seen.append(request.resolver_match.view_name)
        return process_view(middleware, request, view, args, kwargs)

    def check(response, encoding):
        assert vars(response).keys() <= plain
        return build(response, encoding)

    build = CachedResponse.from_response
    monkeypatch.setattr(PageCacheMiddleware, "process_view", note_view)
    monkeypatch.setattr(CachedResponse, "from_response", check)

    latest = ["/data/releases/latest/", "/data/releases/latest.zip"]
    for address in [*KEPT, *OTHERS, *FILES, *of_release, *latest]:
        assert visit(address).status_code < 400, address
    patterns = get_resolver().url_patterns
    cacheable_views = {p.name for p in patterns if getattr(p.callback, "is_cacheable", False)}
    # The URL of the thanks page needs a receipt; it is rendered as other pages are.
    assert cacheable_views - set(seen) == {"correction_thanks"}


def test_head_is_answered_out_of_the_kept_page_too(visit, client):
    made = visit("/")
    with CaptureQueriesContext(connection) as captured:
        head = unnumbered(client.head("/"))

    assert len(captured) == 0
    assert head.headers == made.headers
    assert head.content == b""


# --- nothing has changed -------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*KEPT, *FILES])
def test_reader_who_has_the_answer_gets_no_second_one(visit, address):
    tag = visit(address)["ETag"]
    unchanged, asked = queries(visit, address, **{"if-none-match": f'"other", {tag}'})

    assert (unchanged.status_code, unchanged.content, asked) == (304, b"", 0)
    assert unchanged["ETag"] == tag
    assert unchanged["Vary"] == "Accept-Encoding"
    assert unchanged["Cache-Control"] == "public, max-age=0, s-maxage=10"


@pytest.mark.parametrize("address", [*KEPT, *FILES])
def test_reader_with_a_date_alone_is_told_as_well(visit, address):
    newest = visit(address)["Last-Modified"]

    assert visit(address, **{"if-modified-since": newest}).status_code == 304
    assert (
        visit(address, **{"if-modified-since": "Sat, 01 Jan 2000 00:00:00 GMT"}).status_code == 200
    )


@pytest.mark.parametrize("address", ["/", "/api/v1/centers/"])
def test_last_modified_advances_when_a_change_is_undone(visit, center, monkeypatch, address):
    began = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: began + timedelta(seconds=10))
    rename(center)
    changed = visit(address)["Last-Modified"]

    monkeypatch.setattr(timezone, "now", lambda: began + timedelta(seconds=20))
    center.history.first().delete()
    Center.objects.filter(pk=center.pk).update(name="", display_name="옛 이름")
    DataVersion.bump()

    again = visit(address, **{"if-modified-since": changed})
    assert again.status_code == 200
    assert parse_http_date(again["Last-Modified"]) == parse_http_date(changed) + 10


def test_process_that_never_made_the_page_knows_its_tag(visit):
    tag = visit("/?q=영월")["ETag"]
    fresh = Client()
    fresh.get("/about/")

    with CaptureQueriesContext(connection) as captured:
        assert fresh.get("/?q=영월", headers={"if-none-match": tag}).status_code == 304
    assert len(captured) == 0


def test_embed_policy_is_on_cached_responses_and_304s(visit):
    made, kept = visit("/embed/"), visit("/embed/")
    unchanged = visit("/embed/", **{"if-none-match": made["ETag"]})
    elsewhere = Client().get("/embed/", headers={"if-none-match": made["ETag"]})

    assert (unchanged.status_code, elsewhere.status_code) == (304, 304)
    for response in (made, kept, unchanged, elsewhere):
        assert "frame-ancestors *" in response["Content-Security-Policy"]
        assert "X-Frame-Options" not in response


def test_tags_of_different_addresses_differ(visit):
    tags = {visit(address)["ETag"] for address in [*KEPT, *FILES]}

    assert len(tags) == len(KEPT) + len(FILES)


# --- something has changed -----------------------------------------------------------------------


def test_release_of_the_data_shows_at_once(visit, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    before = visit("/data/releases/")
    headers = {"if-none-match": before["ETag"]}
    dated = {"if-modified-since": before["Last-Modified"]}
    assert visit("/data/releases/", **headers).status_code == 304

    release = make_release(settings, tmp_path)

    for known in (headers, dated, {}):
        after = visit("/data/releases/", **known)
        assert after.status_code == 200
        assert release in after.content.decode()
    assert Client().get("/data/releases/")["ETag"] == after["ETag"]

    # What somebody removes is gone.
    next((tmp_path / "releases").glob("*.zip")).unlink()
    assert release not in visit("/data/releases/").content.decode()


def rename(center, name="새 이름 센터"):
    center.name = name
    center.save()


def rename_past_the_records(center):
    Center.objects.filter(pk=center.pk).update(name="새 이름 센터")
    call_command("rebuild_search", verbosity=0)


def rename_many_at_once(center):
    Center.objects.filter(pk=center.pk).update(name="새 이름 센터", display_name="새 이름 센터")
    DataVersion.bump()


def unpublish(center):
    center.published = False
    center.save()


def delete(center):
    center.listings.all().delete()
    center.delete()


def rename_the_region(center):
    region = Region.objects.get(pk="51750")
    region.name = "새영월군"
    region.save()


def rename_the_trade(center):
    trade = Industry.objects.get(pk=center.industry_id)
    trade.name = trade.short_name = "새 업종"
    trade.save()


def rename_the_operator(center):
    center.operator = Operator.objects.create(name="새 운영기관")
    center.save()


CHANGES = [
    rename,
    rename_past_the_records,
    rename_many_at_once,
    unpublish,
    delete,
    rename_the_region,
    rename_the_trade,
    rename_the_operator,
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_kind_of_change_shows_at_once(visit, center, change):
    before = visit("/")

    change(center)

    after = visit("/", **{"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content
    assert after.content == Client().get("/").content


def test_change_at_the_desk_shows_at_once(visit, center, client):
    sign_in(desk := Client(), EDITOR)
    visit("/centers/{center}/")

    saved = submit(desk, page("center_change", center.pk), note="방금 적은 말")

    assert saved.status_code == 302
    assert "방금 적은 말" in visit("/centers/{center}/").content.decode()


def test_states_of_many_changed_at_once_show_at_once(visit, center):
    sign_in(desk := Client(), EDITOR)
    before = visit("/").content

    chosen = {"action": "mark_closed", "_selected_action": [center.pk]} | say_source()
    desk.post(page("center_changelist"), chosen)

    assert "운영 종료" in visit("/centers/{center}/").content.decode()
    assert before != visit("/").content == Client().get("/").content


def test_import_and_its_undoing_show_at_once(visit, settings, capsys):
    before = visit("/").content
    path = settings.BASE_DIR / "tests/data/status_list_2026.csv"
    details = {"title": "목록", "publisher": "공단", "published_on": date(2026, 7, 31)}

    call_command("import_list", path, announcement="new", kind="status_list", **details)
    taken_in = visit("/").content
    call_command("undo_import", ImportRun.objects.get().pk)

    assert "42곳" in taken_in.decode()
    assert visit("/").content != taken_in
    assert "5곳" in visit("/").content.decode()
    assert before != taken_in


def test_centre_that_is_withdrawn_is_gone_at_once(visit, center):
    address, feed = "/centers/{center}/", "/centers/{center}/feed/"
    tags = {address: visit(address)["ETag"], feed: visit(feed)["ETag"]}

    unpublish(center)

    for one, tag in tags.items():
        assert visit(one).status_code == 404
        assert visit(one, **{"if-none-match": tag}).status_code == 404


def test_new_announcement_shows_at_once(visit, make_announcement):
    visit("/announcements/")
    visit("/announcements/feed/")
    make_announcement(title="갓 나온 공고")

    assert "갓 나온 공고" in visit("/announcements/").content.decode()
    assert "갓 나온 공고" in visit("/announcements/feed/").content.decode()
    assert Announcement.objects.filter(title="갓 나온 공고").exists()


def test_change_by_another_process_shows_a_second_later(visit, center, clock):
    before = visit("/").content
    # Another process changes the number in the database, and this one cannot know.
    Center.objects.filter(pk=center.pk).update(display_name="새 이름 센터")
    DataVersion.objects.update(value=secrets.randbits(62))
    assert visit("/").content == before

    clock.now += version.MAX_AGE_SECONDS

    assert "새 이름 센터" in visit("/").content.decode()


def test_new_page_uses_no_reference_data_of_a_second_ago(visit, center):
    visit("/")
    # A region that this process has not heard of, and a centre in it.
    Region.objects.bulk_create(
        [Region(code="51999", level="sigungu", parent_id="51", name="새군", short_name="새")]
    )
    Center.objects.filter(pk=center.pk).update(region="51999")
    DataVersion.objects.update(value=secrets.randbits(62))

    assert "새군" in visit("/?sort=name").content.decode()


def test_number_read_while_it_was_changed_is_not_relied_on(center):
    changed = []

    def change_meanwhile(execute, *query):
        result = execute(*query)
        if not changed:
            changed.append(True)
            DataVersion.bump()
        return result

    with connection.execute_wrapper(change_meanwhile):
        DataVersion.fetch()

    assert DataVersion.cached() == DataVersion.objects.get().value


@pytest.mark.parametrize("address", ["/data/", "/", "/.well-known/security.txt"])
def test_next_day_makes_every_page_anew(visit, settings, monkeypatch, address):
    settings.CONTACT_EMAIL = "desk@example.kr"
    before = visit(address)
    tomorrow = date(2031, 2, 3)
    monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)

    _, asked = queries(visit, address)
    after = visit(address, **{"if-none-match": before["ETag"]})

    assert asked > 0
    assert after.status_code == 200
    assert "2031" in after["Last-Modified"]
    if address == "/data/":
        assert "2031" in after.content.decode()


# --- what is never kept --------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/nowhere/", "/centers/0/", "/?region=영월", "/admin/login/"])
def test_what_is_no_page_for_all_is_kept_nowhere(visit, address):
    for response in (visit(address), visit(address)):
        assert "no-store" in response["Cache-Control"]
        assert "public" not in response["Cache-Control"]
        assert "ETag" not in response


def test_refused_page_is_tried_again(visit, monkeypatch):
    def refuse(*_):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr("centers.web.views.ListPage", refuse)
        refused = visit("/")

    assert refused.status_code == 503
    assert refused["Cache-Control"] == "no-store"
    assert visit("/").status_code == 200


@pytest.mark.parametrize("error", [OperationalError, DatabaseError])
def test_cached_pages_go_on_without_the_database(visit, monkeypatch, error):
    def refuse(*_, **__):
        raise error("cannot answer") from damaged

    damaged = sqlite3.DatabaseError("database disk image is malformed")
    damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    tag = visit("/")["ETag"]
    version.invalidate()
    with connection.execute_wrapper(refuse):
        assert visit("/").status_code == 200
        assert visit("/", if_none_match=tag).status_code == 304
        assert visit("/?region=51").status_code == 503
    assert visit("/").status_code == 200


def test_failed_page_waits_for_the_version_once(visit, settings):
    """A locked table makes each query wait; the view's own is enough."""
    refused = []

    def refuse(execute, sql, *_):
        refused.append(sql)
        raise OperationalError("canceling statement due to lock timeout")

    version.invalidate()
    with connection.execute_wrapper(refuse):
        visit("/centers/1/")
        first = [sql for sql in refused if "centers_dataversion" in sql]
        refused.clear()
        visit("/centers/2/")

    assert len(first) == 2  # of the cache, and of the view
    assert len([sql for sql in refused if "centers_dataversion" in sql]) == 1


def test_change_shows_once_the_database_is_back(visit, monkeypatch):
    def refuse(*_, **__):
        raise OperationalError("cannot answer")

    monkeypatch.setattr("centers.http.middleware.page_cache.VERSION_RETRY_INTERVAL", 0)
    tag = visit("/")["ETag"]
    version.invalidate()
    with connection.execute_wrapper(refuse):
        visit("/")
    DataVersion.bump()

    assert visit("/")["ETag"] != tag


def test_question_mark_in_a_path_is_no_query(visit):
    assert visit("/?q=%EB%B4%89").status_code == 200

    assert visit("/%3Fq=%EB%B4%89").status_code == 404
    assert visit("/?q=%EB%B4%89?").status_code == 200
    assert visit("/%3Fq=%EB%B4%89%3F").status_code == 404


def test_path_with_a_question_mark_has_an_etag_of_its_own(rf):
    keys = {get_cache_key(rf.get(path)) for path in ("/?q=x", "/%3Fq=x", "/%253Fq=x", "/?q=x%3F")}

    assert len(keys) == 4


def test_clock_set_back_gives_no_304_by_date(visit):
    before = visit("/")["Last-Modified"]
    # A page of before the clock was set back, when it was an hour later.
    later = http_date(parse_http_date(before) + 3600)

    assert visit("/", if_modified_since=later).status_code == 200
    assert visit("/centers.csv", if_modified_since=later).status_code == 200
    assert visit("/api/v1/centers/", if_modified_since=later).status_code == 200
    assert visit("/", if_modified_since=before).status_code == 304


@pytest.mark.parametrize("address", ["/", "/centers.csv", "/api/v1/centers/"])
@pytest.mark.parametrize("hours", [1, 48])
def test_clock_set_back_twice_gives_no_304(visit, center, monkeypatch, address, hours):
    began = timezone.now()
    dates = set()
    for turn in range(3):
        # The second and the third change are in the same second of a clock set back.
        back = timedelta(hours=hours if turn else 0)
        monkeypatch.setattr(timezone, "now", lambda back=back: began - back)
        rename(center, f"이름 {turn}")
        connection.run_on_commit.clear()  # as after the commit
        assert all(visit(address, if_modified_since=date).status_code == 200 for date in dates)
        dates.add(visit(address)["Last-Modified"])


def test_unknown_host_gets_nothing_that_is_kept(visit):
    tag = visit("/")["ETag"]

    assert visit("/", host="evil.example").status_code == 400
    assert visit("/", **{"host": "evil.example", "if-none-match": tag}).status_code == 400
    assert "evil" not in visit("/").content.decode()


def test_editor_at_work_sees_pages_made_anew(center, admin_client):
    admin_client.get("/")
    # Another process has just saved what the editor asked it to.
    Center.objects.filter(pk=center.pk).update(display_name="새 이름 센터")
    DataVersion.objects.update(value=secrets.randbits(62))

    assert "새 이름 센터" in admin_client.get("/").content.decode()


def test_nothing_made_inside_a_transaction_is_kept(visit, monkeypatch):
    monkeypatch.setattr(version, "is_in_transaction", lambda: True)
    visit("/")

    _, asked = queries(visit, "/")
    assert asked > 1


def answered(view, monkeypatch, **extra):
    """How often a view is called for two requests through the middleware."""
    calls = []
    middleware = PageCacheMiddleware(lambda request: calls.append(request) or view(request))
    for _ in range(2):
        request = RequestFactory().get("/x/", **extra)
        middleware.process_view(request, view, (), {})
        middleware(request)
    return len(calls)


def with_cookie(request):
    response = HttpResponse("ok")
    response.set_cookie("a", "b")
    return response


@pytest.mark.parametrize(
    ("view", "extra", "calls"),
    [
        (cacheable(lambda request: HttpResponse("ok")), {}, 1),
        (lambda request: HttpResponse("ok"), {}, 2),
        (cacheable(with_cookie), {}, 2),
        (cacheable(lambda request: HttpResponse("ok", headers={"Vary": "Cookie"})), {}, 2),
        (cacheable(lambda request: HttpResponse("ok", headers={"Vary": "Accept"})), {}, 2),
        (cacheable(lambda request: HttpResponse("no", status=404)), {}, 2),
        (
            cacheable(lambda request: HttpResponse("ok", headers={"Cache-Control": "no-store"})),
            {},
            2,
        ),
        (
            cacheable(lambda request: HttpResponse("ok")),
            {"HTTP_COOKIE": f"sessionid={'a' * 32}"},
            2,
        ),
        (cacheable(lambda request: HttpResponse("ok")), {"HTTP_COOKIE": "sessionid=a"}, 1),
        (cacheable(lambda request: HttpResponse("ok")), {"HTTP_COOKIE": "theme=a"}, 1),
        (cacheable(lambda request: HttpResponse("ok")), {"HTTP_AUTHORIZATION": "Basic a"}, 2),
    ],
    ids=lambda value: "" if callable(value) else None,
)
def test_only_what_is_the_same_for_all_is_kept(db, monkeypatch, view, extra, calls):
    assert answered(view, monkeypatch, **extra) == calls


def test_cookie_with_another_name_does_not_bypass_the_cache(db, monkeypatch, settings):
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    view = cacheable(lambda request: HttpResponse("ok"))

    assert answered(view, monkeypatch, HTTP_COOKIE=f"sessionid={'a' * 32}") == 1
    assert answered(view, monkeypatch, HTTP_COOKIE=f"__Host-sessionid={'a' * 32}") == 2


# --- the bounds ----------------------------------------------------------------------------------

TODAY = SiteVersion(1, date(2026, 11, 22))


def a_page(size: int) -> CachedResponse:
    return CachedResponse({}, {"": b"x" * size})


def test_pages_longest_unasked_for_go_first():
    pages = PageCache(max_pages=3)
    for address in ("a", "b", "c"):
        pages.put(TODAY, address, a_page(1))
    pages.get(TODAY, "a")
    pages.put(TODAY, "d", a_page(1))

    assert [address for address in "abcd" if pages.get(TODAY, address)] == ["a", "c", "d"]


def test_bytes_kept_stay_within_their_bound():
    pages = PageCache(max_bytes=100_000)
    for number in range(1000):
        pages.put(TODAY, f"/?q={number % 70}", a_page(number * 17 % 9000))

        assert pages.size <= 100_000
    assert 0 < len(pages) < 50


def test_page_counts_what_it_grows_by():
    pages, page = PageCache(), a_page(5000)
    pages.put(TODAY, "a", page)
    before = pages.size
    page.encode_body("gzip")
    pages.put(TODAY, "a", page)

    assert pages.size == before + len(page.bodies["gzip"])


def test_enormous_pages_and_addresses_are_not_kept():
    pages = PageCache()
    pages.put(TODAY, "a", a_page(2_000_000))
    pages.put(TODAY, "b" * 2000, a_page(1))

    assert len(pages) == pages.size == 0


def test_next_edition_begins_anew():
    pages = PageCache()
    pages.put(TODAY, "a", a_page(1))
    tomorrow = SiteVersion(1, date(2026, 11, 23))

    assert pages.get(tomorrow, "a") is None
    pages.put(tomorrow, "b", a_page(1))
    assert pages.get(tomorrow, "a") is None
    assert len(pages) == 1
