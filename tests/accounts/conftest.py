"""What tests of sign-in share: a budget for passwords that the first one spends."""

import pytest

from centers.accounts import hashing_budget


@pytest.fixture
def small_budget(monkeypatch):
    """A budget that one password spends, and that does not come back."""
    budget = hashing_budget.HashingBudget(share=0, burst=0)
    monkeypatch.setattr(hashing_budget, "budget", budget)
    return budget
