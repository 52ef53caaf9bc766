"""The code speaks the field's words: a list of what it must not say, in names and in prose."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
#: Migrations are history, and what is stored in them must not change.
MODULES = sorted(
    path
    for path in (ROOT / "centers").rglob("*.py")
    if "migrations" not in path.parts and "locale" not in path.parts
)
#: By CONTRIBUTING.md, "Words". In names as parts (`kept_pages`), in prose as words.
BANNED_IN_NAMES = {
    "anew", "asked", "asking", "clash", "desk", "door", "drawn", "edition", "kept", "refusal",
    "refuse", "rescue", "said", "told", "trade", "trades", "whatever", "whoever",
}  # fmt: skip
BANNED_IN_PROSE = re.compile(
    r"\b(anew|asked|by hand|by lot|clash(?:es)?|desks?|drawn|editions?|kept|refusals?|said|told"
    r"|trades?|whatever|whoever)\b",
    re.IGNORECASE,
)
#: What others hold on to, or what is a word of another library.
EXCUSED_NAMES = {"Asking", "drawn_at"}


def split_name(name: str) -> set[str]:
    """The words of `snake_case` and `CamelCase` names."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def find_names(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
    return names - EXCUSED_NAMES


def find_prose(source: str) -> list[str]:
    """The comments and docstrings of a module."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    return comments + [text for node in nodes if (text := ast.get_docstring(node))]


def test_the_list_would_catch_what_it_names():
    assert split_name("KeptPages") & split_name("kept_pages") & BANNED_IN_NAMES == {"kept"}
    assert find_names(ast.parse("def told(trade): self.kept = said = 1")) == {
        "told", "trade", "kept", "said",
    }  # fmt: skip
    assert BANNED_IN_PROSE.findall("Asked anew, by hand, whatever") == [
        "Asked", "anew", "by hand", "whatever",
    ]  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_and_prose_use_the_words_of_the_field(path: Path):
    source = path.read_text(encoding="utf-8")
    names = {name for name in find_names(ast.parse(source)) if split_name(name) & BANNED_IN_NAMES}
    prose = {word for text in find_prose(source) for word in BANNED_IN_PROSE.findall(text)}

    assert not names, f"names: {sorted(names)}"
    assert not prose, f"comments or docstrings: {sorted(prose)}"


@pytest.mark.parametrize("module", sorted(ROOT.glob("tests/**/test_*.py")), ids=lambda p: p.stem)
def test_test_names_have_at_most_60_characters(module: Path):
    names = find_names(ast.parse(module.read_text(encoding="utf-8")))
    assert not [name for name in names if name.startswith("test_") and len(name) > 60]
