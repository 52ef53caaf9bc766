"""What tests of sign-in share: an editor, and a budget for passwords that the first one spends."""

import pytest

from centers.accounts import hashing_budget
from tests.support.staff import EDITOR, PASSWORD, make_account


@pytest.fixture
def editor(db):
    account = make_account("편집", EDITOR)
    # As the site hashes it: a sign-in would replace a quicker hash, and end open sessions by that.
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def small_budget(monkeypatch):
    """A budget that one password spends, and that does not come back."""
    budget = hashing_budget.HashingBudget(share=0, burst=0)
    monkeypatch.setattr(hashing_budget, "budget", budget)
    return budget
