"""The browser that the tests use."""

import os
import shutil
from pathlib import Path

import pytest


def chosen_browser(own: str) -> str:
    """The browser that CHROMIUM_PATH names, else the machine's, else `own`, Playwright's.

    Skips the test where there is none, and fails it where CI=true, which must have seen a browser.
    """
    path = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or own
    if not Path(path).exists():
        missing = f"There is no browser at {path}; install chromium or set CHROMIUM_PATH."
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return path
