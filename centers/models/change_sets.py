"""Acts of one person that change several records, and the records that were merged into others."""

from typing import Any

from django.db import models

from centers.models.data_version import DataVersion, per_data_version
from centers.models.fields import CleanCharField, build_act_fields, build_user_field


class ChangeSet(models.Model):
    """One act that changed, deleted or merged records, with what is needed to undo it.

    `centers.admin.change_sets` records and undoes it.
    """

    title = CleanCharField("한 일", max_length=200)
    reason = CleanCharField("사유", max_length=200, blank=True)
    source = CleanCharField("출처", max_length=300, blank=True)
    #: The names of the changed records, at most `MAX_NAMES` of them.
    names = models.JSONField("바뀐 기록", default=list, blank=True)
    #: What a merge moved that has no history of its own, by kind.
    moved = models.JSONField("옮긴 것", default=dict, blank=True)
    #: What an undo left as it was, since somebody had changed it in the meantime.
    left = models.JSONField("그대로 둔 것", default=list, blank=True)
    made_by = build_user_field("한 사람")
    made_at = models.DateTimeField("한 때", auto_now_add=True)
    undone_by, undone_at = build_act_fields("되돌린")

    made_by_id: int | None
    entries: "models.QuerySet[ChangeSetEntry]"
    merged_records: "models.QuerySet[MergedRecord]"

    class Meta:
        verbose_name = "한 번에 한 일"
        verbose_name_plural = "한 번에 한 일"
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.title


class ChangeSetEntry(models.Model):
    """One entry of the history that belongs to a change set."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="entries")
    #: The name of the model of the record: center.
    model = models.CharField("모델", max_length=20)
    history_id = models.BigIntegerField("이력 번호")

    class Meta:
        verbose_name = "한꺼번에 한 일의 이력"
        verbose_name_plural = "한꺼번에 한 일의 이력"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["model", "history_id"], name="change_set_entry_once_per_history_entry"
            )
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.history_id}"


class MergedRecord(models.Model):
    """A record that was merged into another one, to which its old address leads."""

    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.CASCADE, related_name="merged_records"
    )
    model = models.CharField("모델", max_length=20)
    old_key = models.BigIntegerField("옛 번호")
    #: The old slug of an announcement.
    old_slug = models.CharField("옛 주소 이름", max_length=50, blank=True)
    new_key = models.BigIntegerField("남은 번호")

    class Meta:
        verbose_name = "합친 기록"
        verbose_name_plural = "합친 기록"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["model", "old_key"], name="merged_record_once")
        ]
        indexes = [models.Index(fields=["model", "old_slug"], name="merged_record_old_slug")]

    def __str__(self) -> str:
        return f"{self.model} {self.old_key} → {self.new_key}"


@per_data_version
def get_merged_keys(version: int) -> dict[str, dict[int, int]]:
    """Return the key of the record that each merged one is part of now, by model name and old key.

    Cached for each data version, which every merge replaces.
    """
    steps: dict[str, dict[int, int]] = {"center": {}, "operator": {}, "announcement": {}}
    for name, old, new in MergedRecord.objects.values_list("model", "old_key", "new_key"):
        steps[name][old] = new
    return {name: {key: _follow(key, own) for key in own} for name, own in steps.items()}


def find_merged_into(model: type[models.Model], **lookup: Any) -> int | None:
    """Return the key of the record that a merged one is part of now; None if it was not merged.

    `lookup` is `old_key` or `old_slug`.
    """
    name = str(model._meta.model_name)
    merged = MergedRecord.objects.filter(model=name, **lookup).order_by("-pk").first()
    return get_merged_keys(DataVersion.fetch())[name].get(merged.old_key) if merged else None


def follow_merged(record: models.Model) -> bool:
    """Let a record refer to what the records that it names have been merged into since.

    Returns whether any of them had been.
    """
    merged = get_merged_keys(DataVersion.fetch())
    has_followed = False
    for field in record._meta.concrete_fields:
        if not field.is_relation:
            continue
        model: Any = field.related_model
        known, key = merged.get(model._meta.model_name, {}), getattr(record, field.attname)
        if key in known and not model._base_manager.filter(pk=key).exists():
            setattr(record, field.attname, known[key])
            has_followed = True
    return has_followed


def _follow(key: int, steps: dict[int, int]) -> int:
    """The last key of a chain of merges; the key itself of a chain that returns to it."""
    passed: set[int] = set()
    while key in steps and key not in passed:
        passed.add(key)
        key = steps[key]
    return key
