"""What every test stands on: the reference records, and static files without hashes."""

import gc
import os

import pytest
from django.conf import settings
from django.template.base import Template
from django.test import override_settings
from django.test import utils as test_utils

from tests.support.factories import (
    AnnouncementFactory,
    CenterFactory,
    CitationFactory,
    ListingFactory,
    OperatorFactory,
)
from tests.support.pages import ListPage
from tests.support.sites import open_templates, remove_templates

QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"


def is_worker(config) -> bool:
    """Whether pytest-xdist has started this process."""
    return hasattr(config, "workerinput")


def pytest_xdist_auto_num_workers():
    """Two workers for each processor: many tests wait for a site or a database of their own.

    PYTEST_XDIST_AUTO_NUM_WORKERS takes precedence.
    """
    return int(os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS") or 2 * len(os.sched_getaffinity(0)))


def pytest_configure(config):
    if not is_worker(config):
        # Hundreds of processes are started, which would compile the same modules again.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        open_templates()


def pytest_unconfigure(config):
    if not is_worker(config):
        remove_templates()


#: Folders and files that take a process longest, of which none should be the last to begin.
SLOW = (
    "tests/attack",
    "tests/browser/test_axe_desk.py",
    "tests/browser/test_axe.py",
    "tests/browser/test_keyboard.py",
    "tests/management/test_serve.py",
    "tests/management/test_backup.py",
    "tests/site/test_all_urls.py",
    "tests/admin/test_merge_circles.py",
    "tests/admin/test_edit_conflicts.py",
    "tests/api/test_schema.py",
    "tests/management/test_load_fixtures.py",
    "tests/site/test_database_parity.py",
    "tests/site/test_list_consistency.py",
)


# After pytest-randomly, whose order stays, and pytest-django, which would part a file's tests.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    first = {}
    for number, item in enumerate(items):
        first.setdefault(item.path, number)
    items.sort(key=lambda item: (not item.nodeid.startswith(SLOW), first[item.path]))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """Look for circles of garbage less often, and not in what is there for the whole run.

    A quarter of the run went into it, since each page that a test reads is a tree of circles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def shared_database():
    from tests.support.shared_database import SharedDatabase

    return SharedDatabase()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, shared_database):
    """Begin with a copy of the database that another process of this run has made."""
    shared_database.begin()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, shared_database):
    """Load the reference data once; tests run in transactions above them."""
    with django_db_blocker.unblock():
        shared_database.finish()


@pytest.fixture(scope="session", autouse=True)
def templates_render_as_in_production(django_test_environment):
    """Copy no context of each part of a page for `response.context`, which no test reads."""
    Template._render = test_utils._TestState.saved_data.template_render


@pytest.fixture(scope="session", autouse=True)
def quick_settings(tmp_path_factory):
    """Serve static files by their own names, and hash passwords in no time.

    So no test needs a collectstatic before it, and WhiteNoise, which reads the whole folder for
    each test client, finds it empty. Scrypt is slow on purpose.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        STORAGES=settings.STORAGES | {"staticfiles": plain},
        PASSWORD_HASHERS=[QUICK_HASHER, *settings.PASSWORD_HASHERS],
    ):
        yield


@pytest.fixture
def real_password_hashers():
    """Hash passwords as in production."""
    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS[1:]):
        yield


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    """Forget who has asked the API how often, since all tests ask from one address."""
    from centers.api.throttle import request_counter

    request_counter.reset()


@pytest.fixture(autouse=True)
def free_download_slot(monkeypatch):
    """Give each test a slot of its own, since a response that is not read to its end holds one."""
    from centers.exports import download_slots

    monkeypatch.setattr(download_slots, "slots", download_slots.DownloadSlots())


@pytest.fixture(scope="session")
def snapshots(django_db_setup, shared_database):
    """The announcement of 2024 and after it the list of 2026, loaded once by the command itself."""
    return shared_database.snapshots


@pytest.fixture
def announcement_2024(db, snapshots):
    """The real announcement of 2024: five centres and their five printed rows."""
    from centers.models import Announcement
    from tests.support.snapshots import restored

    with restored(snapshots[0]):
        yield Announcement.objects.get(slug="2024-selection")


@pytest.fixture
def status_list_2026(announcement_2024, snapshots):
    """The real list of 2026 above the announcement of 2024: 42 centres, 45 printed rows."""
    from centers.models import Announcement
    from tests.support.snapshots import restored

    with restored(snapshots[1]):
        yield Announcement.objects.get(slug="2026-status-list")


@pytest.fixture
def ask(client, db):
    """Ask the list page and return what it shows."""

    def ask(query=""):
        response = client.get(f"/?{query}", follow=True)
        assert response.status_code == 200
        return ListPage(response)

    return ask


@pytest.fixture
def make_center(db):
    return CenterFactory


@pytest.fixture
def make_operator(db):
    return OperatorFactory


@pytest.fixture
def make_announcement(db):
    return AnnouncementFactory


@pytest.fixture
def make_citation(db):
    return CitationFactory


@pytest.fixture
def make_listing(db):
    return ListingFactory
