"""One number that says whether anything has changed."""

import secrets

from django.db import models


class DataVersion(models.Model):
    """A number that every change of a record replaces, so that copies know when they are old.

    Drawn by lot, not counted: a database restored from a backup must not repeat a number that
    other data once had.
    """

    value = models.BigIntegerField("번호")

    class Meta:
        verbose_name = "자료 판"
        verbose_name_plural = "자료 판"

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def current(cls) -> int:
        return cls.objects.values_list("value", flat=True).filter(pk=1).first() or 0

    @classmethod
    def advance(cls, **_signal) -> None:
        """Replace the number; also serves as a receiver of save and delete signals."""
        value = secrets.randbits(62) + 1
        if not cls.objects.filter(pk=1).update(value=value):
            cls.objects.create(pk=1, value=value)
