"""The browser that the tests use."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

#: Programs on the path, the best first: the shell renders the same pages without the windows, menus
#: and other pages of a whole Chromium, in two thirds of the time.
PROGRAMS = ("chromium-headless-shell", "chromium")


def find_browser() -> str | None:
    """The browser that CHROMIUM_PATH names, else the best on the path."""
    named = os.environ.get("CHROMIUM_PATH")
    return named or next(filter(None, map(shutil.which, PROGRAMS)), None)


def launch_browser(playwright: Playwright) -> Browser:
    """Launch that browser, for the scripts that draw pictures."""
    return playwright.chromium.launch(executable_path=find_browser(), chromium_sandbox=False)


def chosen_browser(own: str) -> str:
    """The browser of `find_browser`, else `own`, Playwright's.

    Skips the test where there is none, and fails it where CI=true, which must have seen a browser.
    """
    path = find_browser() or own
    if not Path(path).exists():
        missing = f"There is no browser at {path}; install {PROGRAMS[0]} or set CHROMIUM_PATH."
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return path
