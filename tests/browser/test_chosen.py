"""Choice of the browser: by setting, then on the path, then Playwright's own."""

import pytest

from tests.browser.chosen import chosen_browser


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Makes a machine with these browsers: the named one, those on its path, and its own."""

    def make(*there, ci="") -> str:
        for name in there:
            (tmp_path / name).touch(mode=0o700)
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setenv("CI", ci)
        monkeypatch.delenv("CHROMIUM_PATH", raising=False)
        if "named" in there:
            monkeypatch.setenv("CHROMIUM_PATH", str(tmp_path / "named"))
        return str(tmp_path / "own")

    return make


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        (("named", "chromium-headless-shell", "chromium", "own"), "named"),
        (("chromium-headless-shell", "chromium", "own"), "chromium-headless-shell"),
        (("chromium", "own"), "chromium"),
        (("own",), "own"),
    ],
)
def test_browser_is_chosen_by_setting_then_path_then_playwright(machine, tmp_path, there, chosen):
    assert chosen_browser(machine(*there)) == str(tmp_path / chosen)


def test_without_a_browser_tests_are_skipped(machine):
    with pytest.raises(pytest.skip.Exception, match="install chromium-headless-shell or set"):
        chosen_browser(machine())


@pytest.mark.parametrize("named", ["", "/nowhere/chromium"])
def test_without_a_browser_ci_fails(machine, monkeypatch, named):
    own = machine(*(["own"] if named else []), ci="true")
    monkeypatch.setenv("CHROMIUM_PATH", named)

    # A name that leads nowhere is a mistake, which another browser must not hide.
    with pytest.raises(pytest.fail.Exception, match=named or "own"):
        chosen_browser(own)
