"""Why a row is among the results: words that only a former name, operator or address holds."""

from centers.models import Center
from centers.models.fields import get_model_field
from centers.models.former_values import FORMER_FIELDS
from centers.text.formatting import Highlight

#: How the former names of an operator are called beside a centre.
OPERATOR_LABEL = "운영기관의 옛 이름"


def list_former_values(center: Center) -> list[tuple[str, list[str]]]:
    """Return all former values of a centre and the former names of its operator, by label."""
    found = [
        (str(get_model_field(Center, name).verbose_name), getattr(center, name))
        for name in FORMER_FIELDS[Center].values()
    ]
    if center.operator:
        found.append((OPERATOR_LABEL, center.operator.former_names))
    return found


def find_former_matches(center: Center, highlight: Highlight) -> list[tuple[str, str]]:
    """Return the former values, with their labels, that hold a word which no present one holds."""
    if not highlight or not highlight.words:
        return []
    former = [(label, text) for label, texts in list_former_values(center) for text in texts]
    if not former:
        return []
    present = [
        center.display_name,
        *center.industry_names,
        center.region.full_name,
        center.operator.name if center.operator else "",
        center.address,
    ]
    words = [
        one
        for one in (Highlight((word,), highlight.by_keys) for word in highlight.words)
        if not any(any(one.find_spans(text)) for text in present)
    ]
    return [
        (label, text) for label, text in former if any(any(one.find_spans(text)) for one in words)
    ]
