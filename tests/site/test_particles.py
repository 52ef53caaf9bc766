"""Particles behind words that vary follow from the word: 경기도는, 부산은."""

import re

import pytest
from django.conf import settings

FOLDERS = {"templates": "*.html", "centers": "*.py", "static/js": "*.js"}
FILES = [
    path
    for folder, pattern in FOLDERS.items()
    for path in sorted((settings.BASE_DIR / folder).rglob(pattern))
    if "migrations" not in path.parts
]
#: A variable of a template, an f-string or a template literal, maybe quoted, and a particle whose
#: form depends on the word before it.
VARIED = re.compile(
    r"(?<!%)\}[’”]*(?:</\w+>)?(은|는|이|가|을|를|과|와|으로|로|이라|라)(?=[\s.,;:)’”\"'<]|$)"
)
#: Values whose ending is known: constants, and row numbers, which end with 행.
KNOWN = re.compile(r"\{[A-Z_]+\}|\{format_(?:row_numbers|lines)\(\w+\)\}")


def find_fixed_particles(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if VARIED.search(KNOWN.sub("", line))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_fixed_particle_behind_a_varying_word(path):
    assert find_fixed_particles(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("패스키 ‘{{ name }}’를 지웁니다.", True),
        ('f"정렬 ‘{label}’은 여기서"', True),
        ("`${name}이 없습니다`", True),
        ("{{ name }} 센터를 찾습니다.", False),
        ("{{ place }}에는 없습니다.", False),
        ("{count}곳이 있습니다.", False),
    ],
)
def test_search_finds_a_fixed_particle(line, is_found):
    assert bool(find_fixed_particles(line)) is is_found
