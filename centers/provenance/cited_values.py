"""The citations of records: which one states the value of today, and what the others state."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q

from centers.models import Center, Citation
from centers.models.center_fields import CENTER_FIELDS_BY_NAME
from centers.models.citations import CITED_CENTER_FIELDS, CITED_OPERATOR_FIELDS
from centers.models.data_version import MAX_CACHED_CENTERS, per_data_version
from centers.models.former_values import is_equal

#: Fields of which even statements of low confidence are shown, as other statements.
_SHOWN_IF_LOW = ("cluster_size", "designated_year")
#: As many other statements are listed in the open; more are folded.
MAX_OPEN_STATEMENTS = 2


@dataclass
class CitedValue:
    """What citations state about one field of a record."""

    name: str
    label: str
    #: The best statement of the value that the record has; None if none states it.
    current: Citation | None = None
    #: Further statements of that value.
    confirming: list[Citation] = field(default_factory=list)
    #: Statements of something else, the best first.
    others: list[Citation] = field(default_factory=list)

    @property
    def statements(self) -> list[Citation]:
        """All statements, that of the value first."""
        current = [self.current] if self.current else []
        return [*current, *self.confirming, *self.others]

    @property
    def is_stated_only(self) -> bool:
        """Whether the record has no such field, so that these are its only statements."""
        return self.name not in CENTER_FIELDS_BY_NAME

    @property
    def is_folded(self) -> bool:
        return len(self.others) > MAX_OPEN_STATEMENTS


def is_public(citation: Citation) -> bool:
    """Whether readers see the statement: one of low confidence only beside sizes and years."""
    return citation.confidence != Citation.Confidence.LOW or citation.field in _SHOWN_IF_LOW


def find_citations(centers: Sequence[Center]) -> dict[int, list[Citation]]:
    """Return the public citations of centres and their operators, by centre; one query.

    The best come first.
    """
    operators = {center.operator_id for center in centers} - {None}
    rows = Citation.objects.filter(
        Q(center__in_keys=[center.pk for center in centers]) | Q(operator__in_keys=operators)
    ).order_by()
    by_record: dict[tuple[str, int], list[Citation]] = defaultdict(list)
    for one in sorted(filter(is_public, rows), key=lambda one: (one.order_key, one.field, one.pk)):
        if one.operator_id:
            by_record["operator", one.operator_id].append(one)
        elif one.center_id:
            by_record["center", one.center_id].append(one)
    return {
        center.pk: [
            *by_record["center", center.pk],
            *by_record["operator", center.operator_id or 0],
        ]
        for center in centers
    }


@per_data_version(maxsize=MAX_CACHED_CENTERS)
def get_center_citations(version: int, center: Center) -> list[Citation]:
    """Return the public citations of one centre and its operator for a data version."""
    return find_citations([center])[center.pk]


def sort_by_value(record: Any, citations: Iterable[Citation]) -> dict[str, CitedValue]:
    """Return what the citations of one record state, by field name."""
    is_center = isinstance(record, Center)
    fields = CITED_CENTER_FIELDS if is_center else CITED_OPERATOR_FIELDS
    found: dict[str, CitedValue] = {}
    for one in citations:
        if (one.center_id if is_center else one.operator_id) != record.pk:
            continue
        if (described := fields.get(one.field)) is None:
            continue
        cited = found.setdefault(one.field, CitedValue(one.field, described.label))
        if states_value(record, one):
            if cited.current is None and one.confidence != Citation.Confidence.LOW:
                cited.current = one
            else:
                cited.confirming.append(one)
        else:
            cited.others.append(one)
    return found


def states_value(record: Any, citation: Citation) -> bool:
    """Whether a citation states the value that its record has."""
    stated = citation.parsed_value
    if citation.field == "operator":
        try:
            value = record.operator and record.operator.name
        except ObjectDoesNotExist:  # possible in the history
            return False
    else:
        is_code = citation.field in ("region", "industry")
        value = getattr(record, f"{citation.field}_id" if is_code else citation.field, None)
    if stated is None or value in (None, "", []):
        return False
    if isinstance(stated, str) and isinstance(value, str):
        return _simplify(stated) == _simplify(value)
    return stated == value or str(stated) == str(value)


def _simplify(text: str) -> str:
    """Leave out what makes no difference in telephone numbers, URLs and addresses."""
    return text.replace("+82-", "0").replace("-", "").replace(" ", "").rstrip("/")


def list_further_statements(center: Center, citations: Iterable[Citation]) -> list[CitedValue]:
    """Return the statements about fields of which the centre has no value."""
    found = []
    for cited in sort_by_value(center, citations).values():
        described = CENTER_FIELDS_BY_NAME.get(cited.name)
        if CITED_CENTER_FIELDS[cited.name].is_change:
            # The day stands in the timeline.
            continue
        if cited.name == "former_operator":
            # The others stand beside the former operators.
            cited.others = [
                one
                for one in cited.others
                if not any(is_equal(one.value, name) for name in center.former_operators)
            ]
        if cited.others and not (described and described.has_value(center)):
            found.append(cited)
    return found


def list_former_operators(
    center: Center, citations: Iterable[Citation]
) -> list[tuple[str, list[Citation]]]:
    """Return the former operators, each with the statements that name it, the best first."""
    stated = [one for one in citations if one.field == "former_operator"]
    return [
        (name, [one for one in stated if is_equal(one.value, name)])
        for name in center.former_operators
    ]


def list_stated_values(center: Center, citations: Iterable[Citation]) -> list[CitedValue]:
    """Return the values of a centre and of its operator that a citation states."""
    citations = list(citations)
    return [
        cited
        for record in (center, center.operator)
        if record and citations
        for cited in sort_by_value(record, citations).values()
        if cited.current
    ]


def list_statement_notes(values: Iterable[CitedValue]) -> list[str]:
    """Return a note for each value that a citation states: 지정연도: 충청뉴스 2016-03-24 (보도)."""
    return [f"{one.label}: {describe_statement(one.current)}" for one in values if one.current]


def describe_statement(citation: Citation) -> str:
    """What was counted, and the source: 오정동 일대 · 중도일보 2023-03-28 (보도)."""
    return " · ".join(filter(None, [citation.scope, citation.source_text]))
