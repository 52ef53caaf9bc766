"""The documents: README is short, and the paths and links that documents name exist."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
MAX_README_WORDS = 1_200
#: Documents name modules from here: `search/results.py`, `browser/test_axe.py`.
BASES = [ROOT, *(ROOT / name for name in ("centers", "tests", "docs", "templates"))]
PATH = re.compile(r"(?<!/)\b[\w.@-]+(?:/[\w.@-]+)*\.(?:py|html|md|json|conf|service|toml|png|txt)")


def find_paths(text: str) -> set[str]:
    """The relative paths of files in backticks, without commands and URL paths."""
    quoted = re.findall(r"`([^`\s]+)`", text)
    names = {name.partition("::")[0] for name in quoted if not name.startswith(("/", "…"))}
    return {name for name in names if PATH.fullmatch(name)}


def find_tests(text: str) -> set[tuple[str, str]]:
    """The tests named as `path::name`."""
    return set(re.findall(r"`([\w/]+\.py)::(\w+)`", text))


@cache
def list_file_names() -> set[str]:
    folders = ("centers", "templates", "tests", "static", "deploy", "docs", "fixtures")
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.*"))
    return {path.name for path in found if "node_modules" not in path.parts}


def exists(name: str) -> bool:
    """Whether a file has this path from one of the bases or, for a bare file name, anywhere."""
    if any((base / name).exists() for base in BASES):
        return True
    return "/" not in name and name in list_file_names()


@pytest.mark.parametrize("name", ["centers/asked.py", "search/rescue.py", "no_such_file.py"])
def test_path_that_does_not_exist_is_found(name):
    assert [path for path in find_paths(f"See `{name}` and `urls.py`.") if not exists(path)] == [
        name
    ]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_named_in_documents_exist(path: Path):
    text = path.read_text(encoding="utf-8")
    missing = {name for name in find_paths(text) if not exists(name)}
    folders = re.findall(r"`((?:centers|tests|docs|deploy|templates|static)/[\w/-]*)`", text)
    missing |= {name for name in folders if not (ROOT / name).exists()}
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    missing |= {link for link in links if not (path.parent / link).exists()}

    assert not missing


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_tests_and_commands_named_in_documents_exist(path: Path):
    text = path.read_text(encoding="utf-8")
    missing = {
        f"{file}::{name}"
        for file, name in find_tests(text)
        if not re.search(rf"\b(def|class) {name}\b", (ROOT / "tests" / file).read_text())
    }
    modules = re.findall(r"python -m (tests(?:\.\w+)+)", text)
    missing |= {
        name
        for name in modules
        if not (ROOT / name.replace(".", "/")).with_suffix(".py").exists()
        and not (ROOT / name.replace(".", "/") / "__main__.py").exists()
    }

    assert not missing


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) < MAX_README_WORDS
