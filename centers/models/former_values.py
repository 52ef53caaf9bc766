"""What a centre or an operator was called, who ran it and where it was before."""

import re
from collections.abc import Mapping
from typing import Any

from centers.models.centers import Center
from centers.models.regions import Operator
from centers.text.hangul import normalise, strip_legal_form, to_plain_text

#: The list of the former values of a field, by model and field.
FORMER_FIELDS: dict[type, dict[str, str]] = {
    Center: {
        "name": "former_names",
        "operator": "former_operators",
        "address": "former_addresses",
    },
    Operator: {"name": "former_names"},
}
_ADDRESS_BREAKS = re.compile(r"[\s,()]+")


def get_current_texts(record: Any) -> dict[str, str]:
    """The values of today that have former ones, as text; "" if unknown."""
    texts = {}
    for name in FORMER_FIELDS[type(record)]:
        value = getattr(record, name)
        texts[name] = str(value.name if isinstance(value, Operator) else value or "")
    return texts


def keep_former_values(
    record: Center | Operator, before: Mapping[str, str]
) -> dict[str, list[str]]:
    """Put the values that have changed first in the lists of the former ones.

    `before` are those of `get_current_texts` before the change. What is spelt otherwise or only
    more exactly, and what has been cleared, was no other value. Returns the lists that have
    changed, by name; the record is not saved.
    """
    changed = {}
    now = get_current_texts(record)
    for name, former in FORMER_FIELDS[type(record)].items():
        listed = getattr(record, former)
        old = normalise(before.get(name) or "")
        is_former = bool(old) and now[name] and not is_same(name, old, now[name])
        values = [old, *(one for one in listed if one != old)] if is_former else listed
        values = leave_out_current(record, name, values)
        if values != listed:
            setattr(record, former, values)
            changed[former] = values
    return changed


def leave_out_current(record: Center | Operator, name: str, former: list[str]) -> list[str]:
    """The former values of a field without the one of today."""
    current = get_current_texts(record)[name]
    return [one for one in dict.fromkeys(former) if not is_equal(one, current)]


def is_equal(one: str, other: str) -> bool:
    """Whether two values differ in their spelling at most."""
    return make_key(one) == make_key(other)


def make_key(text: str) -> str:
    """A key that ignores spaces, punctuation, case and the legal form of an operator."""
    return to_plain_text(strip_legal_form(text) or text)


def is_same(name: str, old: str, new: str) -> bool:
    """Whether a new value means the old one: spelt otherwise, or an address that is more exact."""
    if is_equal(old, new):
        return True
    return name == "address" and _is_part(*(_split_address(text) for text in (old, new)))


def _split_address(text: str) -> list[str]:
    return list(filter(None, _ADDRESS_BREAKS.split(text)))


def _is_part(one: list[str], other: list[str]) -> bool:
    """Whether the shorter of two lists stands in the longer."""
    short, long = sorted((one, other), key=len)
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))
