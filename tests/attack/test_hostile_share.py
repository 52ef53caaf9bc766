"""A share of the corpus of `python -m tests.hostile`, sent to a site with hostile text in it."""

import pytest

from tests.hostile.admin_requests import AdminRequests
from tests.hostile.client import Client
from tests.hostile.public_requests import MOST_OF_ADDRESS, PublicRequests
from tests.hostile.runner import Runner
from tests.hostile.stored import TEXTS
from tests.support.sites import prepared_database, running

#: Shares of the corpus that are sent; the admin has a smaller one, as its pages are slower.
SHARE, ADMIN_SHARE = 0.012, 0.004
#: Generous, since a busy machine must not fail the test; the script measures the speed.
PATIENCE = 25
PASSWORD = "아무도 짐작하지 못할 긴 암호 7q"
MAKE = (
    "from tests.hostile import stored; stored.create_hostile_records();"
    "from django.contrib.auth import get_user_model as model;"
    f"model().objects.create_superuser('hostile', password={PASSWORD!r})"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with (
        prepared_database(folder) as url,
        running(folder, "--no-load", DATABASE_URL=url, API_RATE=1_000_000) as site,
    ):
        site.wait().manage("release_data")
        site.manage("shell", "--no-imports", "-c", MAKE)
        site.manage("release_data")
        yield site


def address(site) -> str:
    return f"http://127.0.0.1:{site.port}"


def test_public_pages_keep_every_promise(site):
    client = Client(address(site))
    runner = Runner(client, slowest=PATIENCE)

    runner.fire(PublicRequests(client).generate_requests(), SHARE)

    assert runner.is_clean, runner.report()
    assert runner.count > 200
    # Both successes and errors; a server that rejects everything would keep every promise.
    assert runner.statuses[200] > 50 and runner.statuses[400] > 50 and runner.statuses[404] > 5


def test_admin_keeps_every_promise(site):
    admin = AdminRequests(Client(address(site)))
    admin.sign_in("hostile", PASSWORD)
    runner = Runner(admin.client, slowest=PATIENCE)

    runner.fire(admin.generate_requests(), ADMIN_SHARE)

    assert runner.is_clean, runner.report()
    assert runner.count > 100
    assert runner.statuses[200] > 20
    admin.check_signed_in()


def test_spam_of_reports_ends_and_loses_none(site):
    client = Client(address(site))
    admin = AdminRequests(Client(address(site)))
    admin.sign_in("hostile", PASSWORD)
    runner = Runner(client, slowest=PATIENCE)

    runner.fire(PublicRequests(client).build_spam_requests(60))

    assert runner.is_clean, runner.report()
    assert 0 < runner.statuses[303] <= MOST_OF_ADDRESS
    assert runner.statuses[303] + runner.statuses[409] + runner.statuses[429] == 120
    # The reports from before are there, and the newest can be opened.
    _, response, page = admin.open_page("/admin/centers/correction/?all=")
    numbers = [cell.get_text(strip=True) for cell in page.select("#result_list tbody th")]
    assert "1번" in numbers and len(numbers) == len(TEXTS) + runner.statuses[303]
    assert response.status == 200


@pytest.mark.parametrize(
    "header", ["SCRIPT_NAME", "Script-Name", "X-Forwarded-Host", "X-Forwarded-Prefix"]
)
def test_forwarding_headers_change_no_link(site, header):
    plain, claimed = site.get("/about/"), site.get("/about/", **{header: "//evil.example"})

    assert claimed.status == 200
    assert claimed.body == plain.body


def test_site_still_works_after_the_attack(site):
    assert "Traceback" not in site.printed
    assert site.process.poll() is None
    assert site.get("/").status == 200
