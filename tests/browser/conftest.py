"""A real browser against a real server: `manage.py serve` in a process of its own.

The server has its own folder and database, so these tests do not touch other tests' records.
"""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.chosen import chosen_browser
from tests.support.sites import prepared_database, running

#: Playwright's own list, which this option replaces, and two pages of Chromium's own that a window
#: of its full headless mode renders for its unseen address bar: half the time of a short test.
WITHOUT_FEATURES = """
AimEnabled AvoidCorsURLLoaderRestartOnRedirect AvoidUnnecessaryBeforeUnloadCheckSync
DestroyProfileOnBrowserClose HttpsFirstBalancedModeAutoEnable HttpsUpgrades LensOverlay MediaRouter
NetworkTimeServiceQuerying OptimizationHints PaintHolding PreconnectToSearch
ThirdPartyStoragePartitioning WebUIOmniboxAimPopup WebUIOmniboxPopup
""".split()
#: Without these a browser calls its maker's servers on its own account.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(WITHOUT_FEATURES)}",
    "--disable-gpu",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--no-first-run",
]
#: Milliseconds before a page counts as not doing what it should.
PATIENCE = 10_000
expect.set_options(timeout=PATIENCE)

#: The admin account of the full site, and its data.
MAIL = "help@centers.example.kr"
ACCOUNT = {"username": "desk", "password": "only-for-tests-0"}
STRAIN = f"""
from django.contrib.auth.models import User
from tests.support import extremes
User.objects.create_superuser(**{ACCOUNT})
print(extremes.make())
"""


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The address of a site with the centres of the 2024 announcement alone, two on a page."""
    folder = tmp_path_factory.mktemp("site")
    with (
        prepared_database(folder, "2024") as url,
        running(folder, "--no-load", DATABASE_URL=url, PAGE_SIZE=2) as site,
    ):
        yield f"http://127.0.0.1:{site.wait().port}"


@pytest.fixture(scope="session")
def full_site(tmp_path_factory):
    """A site with the shipped facts, records of extreme length, and an admin account.

    Yields its address, and the number of an import that waits there.
    """
    folder = tmp_path_factory.mktemp("full")
    with (
        prepared_database(folder) as url,
        running(folder, "--no-load", DATABASE_URL=url, PAGE_SIZE=5, CONTACT_EMAIL=MAIL) as site,
    ):
        site.wait()
        site.manage("release_data")
        waiting = site.manage("shell", "-v0", "-c", STRAIN)
        site.manage("release_data")
        yield f"http://127.0.0.1:{site.port}", int(waiting)


# A started Playwright leaves its event loop running in this thread, where Django refuses to query
# the database. So it ends with each module, before the tests of another one begin.
@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        path = chosen_browser(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(
            executable_path=path, args=QUIET, chromium_sandbox=False
        )
        yield browser
        browser.close()


class Watch:
    """The requests and errors of one page visit."""

    def __init__(self, context, address):
        self.host = urlsplit(address).netloc
        self.requests = []
        self.troubles = []
        context.on("request", self.see)
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))

    def see(self, request):
        self.requests.append(request)
        if urlsplit(request.url).netloc != self.host:
            self.troubles.append(f"request to another host: {request.url}")

    def hear(self, message):
        if message.type in ("error", "warning"):
            self.troubles.append(f"console {message.type}: {message.text}")

    def asked(self, path):
        """The requests for one path so far."""
        return [request for request in self.requests if urlsplit(request.url).path == path]

    def forgive(self, words):
        """Take back the one trouble with these words, which a test has caused on purpose."""
        [trouble] = [trouble for trouble in self.troubles if words in trouble]
        self.troubles.remove(trouble)


@pytest.fixture
def visitor():
    """What is special about the visitor's browser; a module or test may say otherwise."""
    return {}


@pytest.fixture
def context(browser, address, visitor):
    """One visitor's browser; the tests fail for errors and for requests to other hosts."""
    with browser.new_context(base_url=address, locale="ko-KR", **visitor) as context:
        context.set_default_timeout(PATIENCE)
        context.watch = Watch(context, address)
        yield context
        # A late error must not be lost, so the pages end first.
        for page in context.pages:
            page.close()
        assert context.watch.troubles == []


@pytest.fixture
def watch(context):
    return context.watch


@pytest.fixture
def page(context):
    return context.new_page()
