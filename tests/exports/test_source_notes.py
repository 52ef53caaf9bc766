"""Notes on sources in files: what is read quickly says the same as all that is printed."""

import csv
import io
import random
from itertools import product

import pytest

from centers.importer import statements
from centers.models import Center

REGIONS = ("", "부산", "부산광역시 금정구", "부산(3)", "서울·부산", "상동", "미정", "없는곳")
INDUSTRIES = ("", "의복 제조업", "14", "식료품, 인쇄", "미정", "상동", "모르는 것")
OPERATORS = ("", "(재)가나", "상동", "-")
NAMES = ("", "부산 봉제 소공인특화지원센터((재)가나)", "서울 상생 소공인특화지원센터")
ADDRESSES = ("", "부산광역시 금정구 가나로 1", "서울특별시 종로구 가나로 2")


@pytest.fixture
def read_notes(client, db):
    def read_notes():
        text = client.get("/centers.csv").getvalue().decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        return {row["관리번호"]: row["출처설명"] for row in rows}

    return read_notes


@pytest.fixture
def read_whole_rows(monkeypatch):
    """Read every cell of every row for the notes."""

    def read_whole_rows():
        path = "centers.provenance.sources."
        monkeypatch.setattr(path + "find_plain_evidence", lambda *arguments: {})
        monkeypatch.setattr(
            path + "statements_about",
            lambda center, listings, reader, fields: statements.statements_about(
                center, listings, reader
            ),
        )

    return read_whole_rows


def test_notes_are_those_of_the_whole_row(
    read_notes, read_whole_rows, make_center, make_announcement, make_listing, make_operator
):
    announcement, operator = make_announcement(), make_operator(name="(재)가나")
    cells = [*product(REGIONS, INDUSTRIES, OPERATORS, NAMES, ADDRESSES)]
    names = ("region", "industry", "operator", "name", "address")
    kinds = [{}, {"kind": "wide_area", "industry": None, "region": "26"}]
    for number, texts in enumerate(random.Random(18).sample(cells, 80), 1):
        center = make_center(operator=operator, **kinds[number % len(kinds)])
        printed = dict(zip(names, texts, strict=True))
        make_listing(center=center, announcement=announcement, row=number, **printed)
    quick = read_notes()

    read_whole_rows()

    assert len(set(quick.values())) > 3
    assert quick == read_notes()


def test_notes_of_the_bundled_lists_are_those_of_whole_rows(
    read_notes, read_whole_rows, status_list_2026
):
    center = Center.objects.first()
    center.phone, center.address = "051-123-4567", "부산광역시 금정구 가나로 1"
    center.save()
    quick = read_notes()

    read_whole_rows()

    assert quick == read_notes()
