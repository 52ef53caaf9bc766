"""The source of a change: each entry of the history refers to its document and its import."""

from functools import cache

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

#: The change reason of the first state of bundled records.
INITIAL_LOAD_REASON = "첫 자료"
#: The change reason of values that bundled citations state, which nobody has typed.
CITED_LOAD_REASON = "출처가 있는 값"


class ReusedHistoryManager(HistoryManager):
    """The library's manager; its class is built once, not each time that `history` is read.

    Building it takes longer than a query, and a save reads `history` several times.
    """

    @classmethod
    @cache
    def from_queryset(cls, queryset_class, class_name=None):
        return super().from_queryset(queryset_class, class_name)


class History(HistoricalRecords):
    """The history of a model: simple-history's, with the manager above."""

    def __init__(self, **options):
        super().__init__(history_manager=ReusedHistoryManager, **options)


class Provenance(models.Model):
    """The columns that entries of the history have besides those of simple-history.

    Both are None for what an editor entered. Both keep the key of a document or import that has
    been deleted since, so check `source_id` before reading `source`.
    """

    source = models.ForeignKey(
        "centers.Announcement",
        verbose_name="출처",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
    )
    run = models.ForeignKey(
        "centers.ImportRun",
        verbose_name="가져오기",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True


def set_history_source(*, instance, history_instance, **_signal) -> None:
    """Copy a record's `_source` and `_run` to its history entry (pre_create_historical_record)."""
    if isinstance(history_instance, Provenance):
        history_instance.source = getattr(instance, "_source", None)
        history_instance.run = getattr(instance, "_run", None)
