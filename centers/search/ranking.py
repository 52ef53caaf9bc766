"""Relevance: which of the centres that match all words come first."""

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any, cast

from django.db.models import F, Func, IntegerField
from django.db.models.expressions import OrderBy

from centers.models import Center
from centers.models.centers import GROUP_ENDS
from centers.search.knowledge import Knowledge
from centers.search.terms import Term
from centers.text.hangul import (
    find_whole_match,
    has_whole_syllables,
    to_plain_text,
    to_query_keys,
)


class MatchRank(Func):
    """The number of the first group of a search column that contains `part`, counted from 0.

    It is the number of groups where none contains it. LIKE is several times as fast as any SQL
    function that returns a position, and this expression compiles several times as fast as one
    built of Case, When and lookups.
    """

    output_field: Any = IntegerField()

    def __init__(self, column: str, part: str, **extra):
        super().__init__(F(column), **extra)
        self.part = part

    def as_sql(self, compiler, connection, **extra_context):
        column, _ = compiler.compile(self.source_expressions[0])
        cases = [f"WHEN {column} LIKE %s THEN {number}" for number in range(len(GROUP_ENDS))]
        patterns = [f"%{self.part}%{end}%" for end in GROUP_ENDS]
        return f"CASE {' '.join(cases)} ELSE {len(GROUP_ENDS)} END", patterns


class ClassRank(Func):
    """0 for centres of some classes or with a word in the name, 1 for all others."""

    output_field: Any = IntegerField()

    def __init__(self, class_keys: list[str], word: str, **extra):
        super().__init__(F("class_key"), F("plain_text"), **extra)
        self.class_keys, self.word = class_keys, word

    def as_sql(self, compiler, connection, **extra_context):
        (key, _), (text, _) = map(compiler.compile, self.source_expressions)
        tests, params = [], []
        if self.class_keys:
            tests.append(f"{key} IN ({', '.join(['%s'] * len(self.class_keys))})")
            params += self.class_keys
        if self.word:
            tests.append(f"{text} LIKE %s")
            params.append(f"% {self.word}%{GROUP_ENDS[0]}%")
        if not tests:
            # A bare number would be the position of a column.
            return "(1 + 0)", []
        return f"CASE WHEN {' OR '.join(tests)} THEN 0 ELSE 1 END", params


class WideAreaRank(Func):
    """1 for the centres of a whole 시·도, which come after those in a place, 0 for all others."""

    output_field: Any = IntegerField()

    def __init__(self, **extra):
        super().__init__(F("kind"), **extra)

    def as_sql(self, compiler, connection, **extra_context):
        column, _ = compiler.compile(self.source_expressions[0])
        return f"CASE WHEN {column} = %s THEN 1 ELSE 0 END", [Center.Kind.WIDE_AREA.value]


def build_term_ordering(terms: Iterable[Term], knowledge: Knowledge) -> list[OrderBy]:
    """Build the terms of ORDER BY that put the best match of all terms together first.

    First a class that is the meant one or narrower, or the word in a name; then by where the words
    stand: in the name, the industry, the region, the operator or the address.
    """
    ranks: list[Func] = []
    for term in terms:
        if term.codes:
            ranks.append(ClassRank(knowledge.find_narrow_class_keys(term.codes), term.text))
        elif term.place and not term.text:
            ranks.append(WideAreaRank())
        elif term.text:
            ranks.append(MatchRank("plain_text", find_whole_match(term.text)))
    return [reduce(cast(Any, add), ranks).asc()] if ranks else []


def build_relevance_ordering(words: list[str]) -> list[OrderBy]:
    """Build the terms of ORDER BY that put the best match of all words together first.

    A match in the name or industry comes before one in the region, the operator or the address.
    Among equals, whole syllables come before half-typed ones (가 finds 가 before 각).
    """
    weights = [MatchRank("search_text", to_query_keys(word)) for word in words]
    whole = [
        MatchRank("plain_text", to_plain_text(word)) for word in words if has_whole_syllables(word)
    ]
    return [reduce(cast(Any, add), parts).asc() for parts in (weights, whole) if parts]
