"""Where a value came from: each entry of the history names its document and its import."""

from django.db import models


class Provenance(models.Model):
    """What an entry of the history says besides simple-history's own columns.

    Neither is there for what an editor entered. Both keep their key when the document or the import
    itself has been deleted, so ask `source_id` before `source`.
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
    """Carry a record's `_source` and `_run` into the entry made of it; receives a signal."""
    if isinstance(history_instance, Provenance):
        history_instance.source = getattr(instance, "_source", None)
        history_instance.run = getattr(instance, "_run", None)
