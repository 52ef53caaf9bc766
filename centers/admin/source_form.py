"""The form fields that ask for the source of typed values, and the citation made of them."""

from typing import cast
from urllib.parse import urlsplit

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone

from centers.models import Citation
from centers.models.citations import validate_partial_date
from centers.text.hangul import normalise

SOURCE_FIELDS = ("source_means", "source_title", "source_url", "source_date")
SOURCES = frozenset(SOURCE_FIELDS)
NO_SOURCE = Citation.Rank.NONE.value
_RANKS = {
    Citation.Means.DOCUMENT.value: Citation.Rank.OFFICIAL,
    Citation.Means.WEBSITE.value: Citation.Rank.OPERATOR,
    Citation.Means.CALL.value: Citation.Rank.OPERATOR,
    Citation.Means.VISIT.value: Citation.Rank.OPERATOR,
}


class SourceForm(forms.Form):
    """What an editor says about the source of the values of one save."""

    source_means = forms.ChoiceField(
        label="어디서 알았는지",
        required=False,
        choices=[("", "---------"), *Citation.Means.choices],
    )
    source_title = forms.CharField(
        label="제목, 또는 이야기한 부서",
        required=False,
        max_length=200,
        help_text="사람의 이름은 적지 않습니다. 예: 소공인지원팀",
        widget=forms.TextInput(attrs={"size": 60}),
    )
    source_url = forms.CharField(
        label="웹 주소",
        required=False,
        max_length=500,
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message="http:// 또는 https://로 시작하는 주소를 적으세요.",
            )
        ],
        help_text="누리집이면 링크만 적어도 됩니다. 오늘 그 누리집에서 본 것으로 적습니다.",
        widget=forms.TextInput(attrs={"size": 60, "inputmode": "url"}),
    )
    source_date = forms.CharField(
        label="나오거나 확인한 날",
        required=False,
        max_length=10,
        validators=[validate_partial_date],
        help_text="2026-11-28처럼 적습니다. 문서의 날을 모르면 비웁니다.",
    )

    #: Whether the editor may say that there is no source.
    may_omit_source = False
    #: Whether a link without a day means that the editor has looked at the website today.
    takes_link_as_seen = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.may_omit_source and "source_means" in self.fields:
            field = cast(forms.ChoiceField, self.fields["source_means"])
            field.choices = [
                ("", "---------"),
                *Citation.Means.choices,
                (NO_SOURCE, Citation.Rank.NONE.label),
            ]

    def clean_source_title(self):
        return normalise(self.cleaned_data["source_title"])

    def complete_link(self) -> None:
        """Take a link alone for a website that the editor has looked at today."""
        data = self.cleaned_data
        url, means = data.get("source_url"), data.get("source_means")
        if (
            not self.takes_link_as_seen
            or not url
            or means not in ("", Citation.Means.WEBSITE)
            or self.errors.keys() & SOURCES
        ):
            return
        data["source_means"] = Citation.Means.WEBSITE.value
        data["source_title"] = data.get("source_title") or (urlsplit(url).hostname or "")
        data["source_date"] = data.get("source_date") or timezone.localdate().isoformat()

    def add_source_errors(self, unsourced: list[str]) -> None:
        """Add the errors of the source; `unsourced` are the labels of values that need one."""
        self.complete_link()
        data = self.cleaned_data
        means = data.get("source_means", "")
        has_error = "source_means" in self.errors
        if not means and unsourced and not has_error:
            labels = ", ".join(unsourced)
            self.add_error("source_means", f"새로 적은 값의 출처를 골라 주세요: {labels}")
        typed = [name for name in SOURCE_FIELDS[1:] if data.get(name)]
        if not means:
            if typed and not unsourced and not has_error:
                self.add_error("source_means", "어디서 알았는지 골라 주세요.")
            return
        if means == NO_SOURCE:
            if data.get("source_title"):
                self.add_error("source_title", "‘출처 없음’이면 비웁니다.")
            return
        if not data.get("source_title") and "source_title" not in self.errors:
            self.add_error("source_title", "문서의 제목이나 이야기한 부서를 적어 주세요.")
        if data.get("source_date") or "source_date" in self.errors:
            return
        if means in (Citation.Means.CALL, Citation.Means.VISIT):
            self.add_error("source_date", "전화하거나 찾아간 날을 적어 주세요.")
        elif means == Citation.Means.WEBSITE and not self.takes_link_as_seen:
            self.add_error("source_date", "그 누리집을 직접 열어 본 날을 적어 주세요.")

    def build_citation(self, **values) -> Citation:
        """Build the citation of one value, unsaved."""
        data = self.cleaned_data
        means, url = data["source_means"], data["source_url"]
        is_missing = means == NO_SOURCE
        day = data["source_date"]
        if is_missing:
            day = day or timezone.localdate().isoformat()
        return Citation(
            means=Citation.Means.DOCUMENT if is_missing else means,
            rank=Citation.Rank.NONE if is_missing else _RANKS[means],
            source_title=data["source_title"],
            publisher=urlsplit(url).hostname or "" if means == Citation.Means.WEBSITE else "",
            published_on=day,
            url=url,
            confidence=Citation.Confidence.MEDIUM,
            **values,
        )

    def describe_source(self) -> str:
        """The source in words; "" if none was given."""
        if not self.cleaned_data.get("source_means"):
            return ""
        return self.build_citation(field="name").source_text
