"""The requirements files and npm locks pin, with hashes, exactly what is required and installed."""

import json
import re
import tomllib
from importlib.metadata import distribution, version

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = settings.BASE_DIR
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
STATED = {
    "requirements.txt": PROJECT["dependencies"],
    "requirements-dev.txt": PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"],
}
COMPILE = (
    "uv pip compile pyproject.toml {}--universal --python-version 3.11 --generate-hashes "
    "--no-emit-index-url -o {}"
)


@pytest.fixture(params=STATED)
def file(request):
    return request.param


@pytest.fixture
def text(file):
    return (ROOT / file).read_text()


def entries(text: str) -> list[str]:
    """Return the logical lines of a requirements file."""
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]


def pins(text: str) -> dict[str, Requirement]:
    """Return the versions pinned for this platform, by name."""
    found = [Requirement(entry.partition("--hash")[0]) for entry in entries(text)]
    here = [pin for pin in found if pin.marker is None or pin.marker.evaluate()]
    names = {canonicalize_name(pin.name): pin for pin in here}
    assert len(names) == len(here)
    return names


def pinned_version(pin: Requirement) -> str:
    [specifier] = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


def needed_by(requirement: Requirement) -> list[Requirement]:
    """Return the requirements of an installed package with its extras on this platform."""
    found = map(Requirement, distribution(requirement.name).requires or [])
    return [
        needed
        for needed in found
        if needed.marker is None
        or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras))
    ]


def test_every_requirement_is_pinned_to_an_allowed_version(file, text):
    pinned = pins(text)

    for requirement in map(Requirement, STATED[file]):
        pin = pinned.get(canonicalize_name(requirement.name))
        assert pin, f"{requirement} is not in {file}"
        assert requirement.specifier.contains(pinned_version(pin)), f"{requirement} against {pin}"


def test_only_needed_packages_are_pinned(file, text):
    pinned = pins(text)
    waiting = [Requirement(stated) for stated in STATED[file]]
    reached = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"{requirement} is needed but not in {file}"
        assert requirement.specifier.contains(pinned_version(pinned[name])), requirement
        if (name, *sorted(requirement.extras)) not in reached:
            reached.add((name, *sorted(requirement.extras)))
            waiting += needed_by(requirement)

    assert {name for name, *_ in reached} == set(pinned)


def test_installed_versions_are_the_pinned_ones(text):
    wanted = {name: pinned_version(pin) for name, pin in pins(text).items()}

    assert {name: version(name) for name in wanted} == wanted


def test_every_line_pins_one_version_and_has_hashes(text):
    for entry in entries(text):
        assert re.fullmatch(
            r"[a-z0-9-]+==[^\s;]+( ; [^-]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", entry
        ), entry


def test_nothing_says_where_to_download_from(text):
    assert "://" not in text
    assert not re.search(r"^\s*-", re.sub(r"\\\n", " ", text), re.MULTILINE)
    assert " @ " not in text


def test_compile_command_is_in_the_file_and_in_the_documentation(file, text):
    extra = "--extra dev " if "dev" in file else ""
    command = COMPILE.format(extra, file)

    assert f"\n#    {command}\n" in text
    assert f".venv/bin/{command}\n" in (ROOT / "README.md").read_text()


def test_dev_requirements_only_add_to_the_runtime_ones():
    runs, develops = (
        {name: pinned_version(pin) for name, pin in pins((ROOT / file).read_text()).items()}
        for file in STATED
    )

    assert runs.items() <= develops.items()


@pytest.mark.parametrize("folder", ["tests", "tests/lighthouse", "tests/openapi"])
def test_npm_lock_has_hashes_and_no_download_urls(folder):
    wanted = json.loads((ROOT / folder / "package.json").read_text())["devDependencies"]
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    itself = packages.pop("")

    assert itself["devDependencies"] == wanted
    for name, stated in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == stated
    for package in packages.values():
        assert re.fullmatch(r"sha512-[\w+/]+=*", package["integrity"])
        assert "resolved" not in package
