"""Makers' words and the industrial classes they stand for."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from centers.models.base import Record
from centers.models.fields import CleanCharField, NameListField
from centers.models.history import History
from centers.text.hangul import clean

#: A KSIC division, group, class or subclass.
CODE_PATTERN = r"^[0-9]{2,5}\Z"
MAX_CODES = 10


class CodeListField(NameListField):
    """A list of KSIC codes of 2 to 5 digits, of which the classification holds every one."""

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if len(value) > MAX_CODES:
            raise ValidationError(f"코드는 {MAX_CODES}개까지 적습니다.")
        if unknown := find_unknown_codes(value):
            raise ValidationError(
                f"표준산업분류(제조업)에 없는 코드입니다: {', '.join(unknown)}", code="unknown"
            )


def find_unknown_codes(codes: list[str]) -> list[str]:
    """The codes that neither a division nor a narrower class has."""
    from centers.models.regions import Industry

    narrow = [code for code in codes if len(code) > 2]
    known = set(IndustryClass.objects.filter(code__in=narrow).values_list("code", flat=True))
    known |= set(Industry.objects.filter(code__in=codes).values_list("code", flat=True))
    return [code for code in codes if code not in known]


class IndustryClassQuerySet(models.QuerySet["IndustryClass"]):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class IndustryClass(models.Model):
    """A manufacturing group, class or subclass of KSIC (10차), keyed by its 3 to 5 digits.

    Source: 통계청 한국표준산업분류. Fixed facts without a history; only the display name is ours.
    """

    code = models.CharField(
        "코드", primary_key=True, max_length=5, validators=[RegexValidator(r"^[0-9]{3,5}\Z")]
    )
    name = CleanCharField("이름", max_length=100)
    #: Plain and short; "" where no reader meets the class.
    display_name = CleanCharField("보이는 이름", max_length=40, blank=True)

    objects = cast(IndustryClassQuerySet, IndustryClassQuerySet.as_manager())

    class Meta:
        verbose_name = "업종 세분류"
        verbose_name_plural = "업종 세분류"
        ordering = ["code"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.display_name or self.name

    def natural_key(self):
        return (self.code,)


class WordQuerySet(models.QuerySet["Word"]):
    def get_by_natural_key(self, text):
        return self.get(text=text)


class Word(Record):
    """An everyday word of makers: a product, tool or process, and the classes it means.

    A word is another spelling of a standard one, or stands for KSIC codes of any depth; 주얼리 is
    331, 쥬얼리 is spelt 주얼리.
    """

    text = CleanCharField(
        "말",
        max_length=40,
        unique=True,
        error_messages={"unique": "이미 있는 말입니다."},
        help_text="띄어쓰기 없이",
    )
    codes = CodeListField(
        "업종 코드", help_text="표준산업분류 코드 2~5자리를 한 줄에 하나씩. 예: 331"
    )
    standard = CleanCharField(
        "표준 표기",
        max_length=40,
        blank=True,
        help_text="다르게 적는 말일 때만. 예: 쥬얼리 → 주얼리",
    )
    is_part = models.BooleanField(
        "긴 말의 일부로도",
        default=True,
        help_text="도토리묵의 ‘묵’처럼 긴 말의 끝이나 앞에서도 알아봅니다.",
    )

    history: Any = History()
    objects = cast(WordQuerySet, WordQuerySet.as_manager())

    class Meta:
        verbose_name = "찾는 말"
        verbose_name_plural = "찾는 말"
        ordering = ["text"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(standard="") | models.Q(codes=[]),
                name="word_codes_or_standard",
                violation_error_message="업종 코드와 표준 표기 가운데 하나만 적습니다.",
            )
        ]

    def __str__(self) -> str:
        return self.text

    def natural_key(self):
        return (self.text,)

    def clean(self):
        errors = {}
        if len(clean(self.text).split()) > 1:
            errors["text"] = "한 낱말로 적습니다(띄어쓰기 없이)."
        if not self.codes and not self.standard:
            errors["codes"] = "업종 코드나 표준 표기가 있어야 합니다."
        if self.standard and self.standard == self.text:
            errors["standard"] = "표준 표기는 다른 말이어야 합니다."
        if errors:
            raise ValidationError(errors)
