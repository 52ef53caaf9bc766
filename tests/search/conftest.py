"""What tests of questions and words share: how the API understands them."""

import pytest


@pytest.fixture
def understand(client, status_list_2026):
    """What the API says that a query means."""
    return lambda words: client.get("/api/v1/understand/", {"q": words}).json()


def divisions(answer) -> set[str]:
    return {one["code"][:2] for one in answer["industries"]}
