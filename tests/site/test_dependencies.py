"""Dependencies: their licences, the bill of materials and the vulnerability audit."""

import json
import re
import subprocess
import sys
from importlib.metadata import metadata
from pathlib import Path

import pytest
from django.conf import settings

from tests import dependencies as supply
from tests.site.test_requirements import pins

OPERATIONS = (settings.BASE_DIR / "docs/operations.md").read_text()
#: Licences that permit use in a service, modified or not.
ALLOWED = {
    *("MIT", "MIT-0", "MIT-CMU", "MIT License", "ISC", "ISC License (ISCL)", "0BSD"),
    *("BSD-2-Clause", "BSD-3-Clause", "BSD 3-Clause", "BSD License"),
    *("Apache-2.0", "Apache Software License"),
    *("PSF-2.0", "Python Software Foundation License", "PSFL"),
    *("MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)"),
    # Permitted for a replaceable library: psycopg.
    *("LGPL-3.0-only", "GNU Lesser General Public License v3 (LGPLv3)"),
}


def licences(name: str) -> set[str]:
    """Return the licences that an installed package declares."""
    data = metadata(name)
    kinds = [one for one in data.get_all("Classifier", []) if one.startswith("License :: OSI")]
    if stated := data.get("License-Expression") or (not kinds and data.get("License", "")):
        return set(re.split(r" (?:AND|OR) ", re.sub("[()]", "", stated)))
    return {one.rpartition(" :: ")[2] for one in kinds}


@pytest.mark.parametrize("name", sorted(pins((settings.BASE_DIR / "requirements.txt").read_text())))
def test_runtime_licences_are_free(name):
    assert licences(name)
    assert licences(name) <= ALLOWED


def shell(command: str, folder: Path) -> str:
    """Run a command of docs/operations.md with the tools of this environment."""
    command = command.replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    command = command.replace(" sbom.json", f" {folder}/sbom.json")
    ended = subprocess.run(
        ["bash", "-c", command], cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def command(tool: str) -> str:
    [found] = re.findall(rf"^\.venv/bin/{tool} .*$", OPERATIONS, re.MULTILINE)
    return found


def test_command_lists_the_licence_of_everything_that_runs(tmp_path):
    printed = shell(command("pip-licenses"), tmp_path)

    for name in pins((settings.BASE_DIR / "requirements.txt").read_text()):
        assert re.search(rf"^\| {re.sub('[-_.]', '[-_.]', name)} ", printed, re.I | re.M), name


def test_command_writes_a_bill_of_everything_that_runs(tmp_path):
    shell(command("cyclonedx-py"), tmp_path)
    bill = json.loads((tmp_path / "sbom.json").read_text())

    named = {part["name"]: part["version"] for part in bill["components"]}
    wanted = (settings.BASE_DIR / "requirements.txt").read_text()
    assert named.items() >= {
        (name, str(pin.specifier).removeprefix("==")) for name, pin in pins(wanted).items()
    }


# --- the audit -----------------------------------------------------------------------------------

SOUND = {"name": "django", "version": "1.0", "vulns": []}
HOLED = {"name": "django", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "django", "skip_reason": "not found"}
NPM_SOUND, NPM_HOLED = {"vulnerabilities": {}}, {"vulnerabilities": {"axe": {"severity": "high"}}}
OFFLINE: dict = {}


@pytest.fixture
def audit(monkeypatch, capsys):
    """Run the audit with these responses of both services and npm; return status and output."""

    def audit(first, second, npm):
        def read_answer(*command):
            if "npm" in command:
                return npm
            package = first if command[-1].endswith("pypi") else second
            return {"dependencies": [package]} if package else {}

        monkeypatch.setattr(supply, "read_answer", read_answer)
        return supply.main(), capsys.readouterr().out

    return audit


@pytest.mark.parametrize(
    ("first", "second", "npm", "end", "words"),
    [
        (SOUND, OFFLINE, NPM_SOUND, 0, "No known vulnerability in anything pinned."),
        (UNKNOWN, SOUND, NPM_SOUND, 0, "No known vulnerability in anything pinned."),
        (HOLED, OFFLINE, NPM_SOUND, 1, "KNOWN VULNERABILITY: django 1.0: CVE-1 (mended: 1.1)"),
        (UNKNOWN, HOLED, NPM_SOUND, 1, "KNOWN VULNERABILITY: django 1.0: CVE-1 (mended: 1.1)"),
        (SOUND, OFFLINE, NPM_HOLED, 1, "KNOWN VULNERABILITY: tests/: axe (high)"),
        (HOLED, OFFLINE, OFFLINE, 1, "NOT CHECKED, no service could be asked: the npm packages"),
        (UNKNOWN, OFFLINE, NPM_SOUND, 0, "NOT CHECKED, no service could be asked: all of "),
        (OFFLINE, OFFLINE, NPM_SOUND, 0, "NOT CHECKED, no service could be asked: all of "),
    ],
)
def test_audit_reports_advisories_and_unreachable_services_apart(
    audit, first, second, npm, end, words
):
    ended, printed = audit(first, second, npm)

    assert ended == end
    assert words in printed
    assert ("No known vulnerability" in printed) == ("No known vulnerability" in words)


def test_package_unknown_to_the_service_is_named(monkeypatch, capsys):
    answer = {"dependencies": [SOUND, UNKNOWN | {"name": "unknown"}]}
    monkeypatch.setattr(supply, "read_answer", lambda *command: {} if "npm" in command else answer)

    assert supply.main() == 0
    assert (
        "no service could be asked: of requirements-dev.txt: unknown\n" in capsys.readouterr().out
    )


def test_audit_is_part_of_what_must_pass():
    assert (
        "\n.venv/bin/python -m tests.dependencies\n" in (settings.BASE_DIR / ".ci/run").read_text()
    )
