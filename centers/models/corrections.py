"""Corrections that readers report: what is wrong, the right value, and how they know."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from centers.models.center_fields import CENTER_FIELDS_BY_NAME
from centers.models.centers import Center
from centers.models.fields import CleanCharField, CleanTextField, build_act_fields

#: How long a report stays, settled or not; the page 개인정보 처리방침 names it.
RETENTION_DAYS = 90
MAX_MESSAGE_LENGTH = 2_000
#: The fields of a centre that a report may be about.
REPORTABLE_FIELDS = (
    "phone",
    "address",
    "website",
    "name",
    "operator",
    "status",
    "industry",
    "cluster_size",
    "services",
    "service_area",
)
OTHER = "other"


def list_reportable_fields() -> list[tuple[str, str]]:
    """The choices of `Correction.field`."""
    known = [(name, CENTER_FIELDS_BY_NAME[name].label) for name in REPORTABLE_FIELDS]
    return [*known, (OTHER, "그 밖의 것")]


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def waiting(self):
        """Those that nobody has settled yet."""
        return self.filter(state=Correction.State.WAITING)

    def expired(self):
        """Those to be deleted, by `RETENTION_DAYS`."""
        return self.filter(sent_at__lt=timezone.now() - timedelta(days=RETENTION_DAYS))


class Correction(models.Model):
    """What one reader reports about one centre; its number is the primary key.

    No record: it changes no page, so that it neither replaces the data version nor has a history.
    """

    id: int
    center_id: int
    merged_into_id: int | None
    get_field_display: Callable[[], str]
    get_evidence_display: Callable[[], str]
    get_state_display: Callable[[], str]

    class State(models.TextChoices):
        WAITING = "waiting", "기다림"
        ACCEPTED = "accepted", "받아들임"
        REJECTED = "rejected", "받아들이지 않음"
        MERGED = "merged", "다른 제보와 합침"

    class Evidence(models.TextChoices):
        LINK = "link", "링크"
        DOCUMENT = "document", "문서"
        CALL = "call", "전화"

    center = models.ForeignKey(
        Center, verbose_name="센터", on_delete=models.CASCADE, related_name="corrections"
    )
    field = models.CharField("무엇이", max_length=30, choices=list_reportable_fields)
    value = CleanCharField("맞는 값", max_length=300, blank=True)
    message = CleanTextField("적은 글", max_length=MAX_MESSAGE_LENGTH, blank=True)
    evidence = models.CharField("어떻게 알았는지", max_length=8, choices=Evidence)
    evidence_text = CleanCharField("링크나 문서", max_length=500, blank=True)
    sent_at = models.DateTimeField("보낸 때", default=timezone.now, db_index=True)
    #: A form is stored once: the random part of its token.
    token_key = models.CharField("보낸 화면의 번호", max_length=40, unique=True, editable=False)
    state = models.CharField("처리", max_length=8, choices=State, default=State.WAITING)
    reason = CleanCharField("받아들이지 않은 까닭", max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name="합친 제보",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged_reports",
    )
    settled_by, settled_at = build_act_fields("처리한")

    objects = cast(CorrectionQuerySet, CorrectionQuerySet.as_manager())

    class Meta:
        verbose_name = "이용자 제보"
        verbose_name_plural = "이용자 제보"
        ordering = ["-pk"]
        default_permissions = ("view", "change", "delete")

    def __str__(self) -> str:
        return f"제보 {self.pk}번"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    def settle(
        self,
        state: "Correction.State",
        user: Any,
        *,
        reason: str = "",
        merged_into: "Correction | None" = None,
    ) -> None:
        """Settle a waiting report once; raises ValidationError with what stands against it.

        Two editors may press at the same time: the second learns what the first has decided.
        """
        with transaction.atomic():
            # Locked in one order, so that two merges of the same pair cannot wait for each other.
            keys = sorted({self.pk, *([merged_into.pk] if merged_into else [])})
            rows = Correction.objects.select_for_update(no_key=True).filter(pk__in=keys)
            locked = {row.pk: row for row in rows.order_by("pk")}
            own = locked.get(self.pk)
            if own is None:
                raise ValidationError("그사이 지운 제보입니다.")
            if not own.is_waiting:
                raise ValidationError(f"이미 처리한 제보입니다: {own.describe_state()}.")
            if merged_into:
                own.check_merge(locked.get(merged_into.pk))
            own.state, own.reason, own.merged_into = state, reason, merged_into
            own.settled_at, own.settled_by = timezone.now(), user
            own.full_clean()
            own.save()

    def check_merge(self, other: "Correction | None") -> None:
        """Raise ValidationError if this report cannot be merged into the other one."""
        if other is None:
            raise ValidationError("그런 제보가 없습니다.")
        if other.pk == self.pk:
            raise ValidationError("제보를 자기 자신과 합칠 수 없습니다.")
        if other.center_id != self.center_id:
            raise ValidationError("다른 센터의 제보와는 합칠 수 없습니다.")
        if other.state == self.State.MERGED:
            raise ValidationError(f"{other} 제보는 다른 제보와 합친 것입니다. 그 제보를 고르세요.")

    def describe_state(self) -> str:
        """The state with who settled it and when: 받아들임 (김편집, 2026-11-29 14:05)."""
        if self.settled_at is None:
            return self.get_state_display()
        when: datetime = timezone.localtime(self.settled_at)
        by = str(self.settled_by.get_username()) if self.settled_by else "지운 계정"
        return f"{self.get_state_display()} ({by}, {when:%Y-%m-%d %H:%M})"
