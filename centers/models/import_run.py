"""Imports of published lists: the parsed table, the decisions and the applied changes."""

from collections.abc import Callable

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from centers.models.announcements import Announcement
from centers.models.fields import CleanCharField, build_act_fields, build_user_field


class ImportRun(models.Model):
    """The import of one published list: a draft, applied, or undone.

    `centers.importer` (drafts, apply, undo) defines the shapes of the JSON columns.
    """

    announcement_id: int | None
    get_state_display: Callable[[], str]

    class State(models.TextChoices):
        PLANNED = "planned", "준비"
        APPLIED = "applied", "반영"
        UNDONE = "undone", "되돌림"

    announcement = models.ForeignKey(
        Announcement,
        verbose_name="공고",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="imports",
    )
    # Text besides the foreign key, since undoing an import deletes the announcement it created.
    slug = models.SlugField("공고의 주소 이름")
    title = CleanCharField("공고의 제목", max_length=200)
    file_name = CleanCharField("파일 이름", max_length=255, blank=True)
    digest = models.CharField("내용 식별값(해시)", max_length=64, blank=True)
    table = models.JSONField("읽은 표")
    details = models.JSONField("공고에 대해 적은 것")
    decisions = models.JSONField("정한 것", default=dict, blank=True)
    plan = models.JSONField("보여 준 계획")
    before = models.JSONField("앞선 값", default=dict, blank=True, encoder=DjangoJSONEncoder)
    state = models.CharField("상태", max_length=7, choices=State, default=State.PLANNED)
    made_by = build_user_field("준비한 사람", blank=True)
    made_at = models.DateTimeField("준비한 때", auto_now_add=True)
    applied_by, applied_at = build_act_fields("반영한")
    undone_by, undone_at = build_act_fields("되돌린")

    class Meta:
        verbose_name = "가져오기"
        verbose_name_plural = "가져오기"
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.title} 가져오기 {self.pk or ''}".strip()
