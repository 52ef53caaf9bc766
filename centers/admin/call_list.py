"""What a round of calls consists of: the centres to confirm, and why each is among them."""

from collections import defaultdict
from typing import Any

from django.db import transaction

from centers.admin.data_quality import CHECKS, Check
from centers.models import Call, CallRound, Center

#: The data checks that a call can settle.
CALL_CHECKS = ("unconfirmed", "phone", "call", "link", "old")


def get_call_checks() -> dict[str, Check]:
    """Return the checks whose centres are called, by name."""
    by_name = {check.name: check for check in CHECKS}
    return {name: by_name[name] for name in CALL_CHECKS}


def find_reasons() -> dict[int, list[str]]:
    """Return why each open centre is to be called, by primary key; one query for each check."""
    reasons: dict[int, list[str]] = defaultdict(list)
    open_centers = Center.objects.exclude(status=Center.Status.CLOSED)
    for name, check in get_call_checks().items():
        for pk in check.filter_centers(open_centers).values_list("pk", flat=True).distinct():
            reasons[pk].append(name)
    return dict(reasons)


def start_round(user: Any) -> CallRound:
    """Start a round of all centres that need a call; calls of earlier rounds stay as they are."""
    with transaction.atomic():
        call_round = CallRound.objects.create(started_by=user)
        add_centers(call_round)
    return call_round


def add_centers(call_round: CallRound) -> int:
    """Add the centres that need a call and are not yet in the round; return how many."""
    reasons = find_reasons()
    known = set(call_round.calls.values_list("center_id", flat=True))
    days = dict(Center.objects.filter(pk__in=reasons).values_list("pk", "confirmed_on"))
    new = [
        Call(call_round=call_round, center_id=pk, reasons=reasons[pk], confirmed_on=days[pk])
        for pk in sorted(reasons)
        if pk not in known and pk in days
    ]
    Call.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def list_labels(reasons: list[str]) -> list[str]:
    """The reasons in words; one that is no check any more is left out."""
    checks = get_call_checks()
    return [checks[name].label for name in reasons if name in checks]
