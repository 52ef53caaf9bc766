"""System checks of the database (`manage.py check --database default`)."""

from django.core.checks import Tags, Warning, register
from django.db import DatabaseError

from centers.models import Center


@register(Tags.database)
def check_search_columns(databases=None, **kwargs):
    """Warn when derived search columns are stale, as after an update in bulk."""
    if not databases:
        return []
    try:
        stale = Center.objects.find_stale()
    except DatabaseError:  # before the first migration there is no table
        return []
    if not stale:
        return []
    return [
        Warning(
            f"The search columns of {len(stale)} centres are stale.",
            hint="Run manage.py rebuild_search.",
            id="centers.W001",
        )
    ]
