"""The models whose records have a history."""

from typing import Any

from django.apps import apps


def list_record_models() -> list[Any]:
    """The models with a history, each after those that it refers to."""
    names = ("region", "industry", "operator", "announcement", "center", "listing", "citation")
    return [
        *(apps.get_model("centers", name) for name in names),
        *(apps.get_model("centers", name) for name in ("word", "landmark")),
    ]
