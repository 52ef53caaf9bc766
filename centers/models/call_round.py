"""Rounds of telephone calls that confirm centres, and links that a check found broken."""

from collections.abc import Callable
from typing import cast

from django.db import models
from django.db.models import F
from django.utils import timezone

from centers.models.centers import Center
from centers.models.fields import CleanCharField, CleanURLField, build_act_fields, build_user_field


class CallRound(models.Model):
    """One round: its centres were chosen when it began. The newest round is the current one."""

    calls: "CallQuerySet"

    started_at = models.DateTimeField("시작한 때", default=timezone.now)
    started_by = build_user_field("시작한 사람")

    class Meta:
        verbose_name = "전화 확인"
        verbose_name_plural = "전화 확인"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{timezone.localtime(self.started_at):%Y-%m-%d}에 시작한 전화 확인"

    @classmethod
    def current(cls) -> "CallRound | None":
        return cls.objects.order_by("-pk").first()


class CallQuerySet(models.QuerySet["Call"]):
    def in_order(self):
        """The oldest confirmation as it was when the round began comes first."""
        return self.order_by(F("confirmed_on").asc(nulls_first=True), "center_id")

    def waiting(self):
        return self.filter(result="")


class Call(models.Model):
    """One centre of a round: why it is in it, and what its call brought."""

    center_id: int
    call_round_id: int
    get_result_display: Callable[[], str]

    class Result(models.TextChoices):
        RIGHT = "right", "맞음"
        MENDED = "mended", "고침"
        NO_ANSWER = "no_answer", "안 받음"
        NO_SUCH_NUMBER = "no_such_number", "없는 번호"

    call_round = models.ForeignKey(CallRound, on_delete=models.CASCADE, related_name="calls")
    center = models.ForeignKey(Center, on_delete=models.CASCADE, related_name="calls")
    #: The keys of the reasons for which it is in the round.
    reasons = models.JSONField(default=list)
    #: The confirmation date when the round began, which orders it.
    confirmed_on = models.DateField(null=True, blank=True)
    result = models.CharField("결과", max_length=14, choices=Result, blank=True)
    number = CleanCharField("건 번호", max_length=30, blank=True)
    called_by, called_at = build_act_fields("건", is_optional=False)

    objects = cast(CallQuerySet, CallQuerySet.as_manager())

    class Meta:
        verbose_name = "확인 전화"
        verbose_name_plural = "확인 전화"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["call_round", "center"], name="call_once_per_round")
        ]

    def __str__(self) -> str:
        return f"{self.center}: {self.get_result_display() or '아직'}"

    @classmethod
    def find_dead_numbers(cls):
        """The numbers that nobody needs to call again, as a subquery."""
        dead = cls.objects.filter(result=cls.Result.NO_SUCH_NUMBER).exclude(number="")
        return dead.values("number")

    def describe(self) -> str:
        """The result with who called when: 안 받음 (김편집, 2026-11-29 14:05)."""
        if not self.result or self.called_at is None:
            return ""
        by = self.called_by.get_username() if self.called_by else "지운 계정"
        when = f"{timezone.localtime(self.called_at):%Y-%m-%d %H:%M}"
        return f"{self.get_result_display()} ({by}, {when})"


class BrokenLink(models.Model):
    """A website that could not be opened when it was last checked."""

    url = CleanURLField("주소", max_length=500, unique=True)
    problem = CleanCharField("까닭", max_length=100)
    checked_at = models.DateTimeField("확인한 때", default=timezone.now)

    class Meta:
        verbose_name = "열리지 않는 누리집"
        verbose_name_plural = "열리지 않는 누리집"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.url}: {self.problem}"
