"""The form 알려 주기: readers report what is wrong or missing on a centre's page.

It works without a cookie: a signed and timed token stands for the page that was opened, and each
token is taken once. Nothing is published before an editor accepts it.
"""

import secrets
import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode

from centers.http.client_ip import get_client_ip
from centers.http.decorators import accepts_signed_form, require_safe
from centers.http.pages import render_page
from centers.models import Center, Correction, Service
from centers.models.corrections import MAX_MESSAGE_LENGTH, RETENTION_DAYS, list_reportable_fields
from centers.text.hangul import normalise
from centers.web.correction_limits import count_report, is_day_full, take_turn

#: In seconds: as long as somebody may take to look something up and type it.
TOKEN_MAX_AGE = 2 * 60 * 60
OLD_FORM_NOTE = (
    "보낸 화면이 오래되었거나 이 화면이 아닙니다. 적은 것은 남아 있으니 다시 보내 주세요."
)
DAY_FULL_NOTE = "오늘은 받은 글이 많아 더 받지 못합니다. 내일 다시 보내 주세요."
#: In seconds, in the responses that reject a report because of a limit.
RETRY_AFTER = 60 * 60
#: Characters of a value of today beside its field.
MAX_SHOWN_VALUE = 40
_token_signer = signing.TimestampSigner(salt="centers.corrections")
_receipt_signer = signing.Signer(salt="centers.corrections.receipt")


class PlainTextField(forms.CharField):
    """Text without control characters; lines only in a text area."""

    def to_python(self, value):
        text = str(value or "")
        if any(unicodedata.category(char) == "Cc" and char not in "\r\n\t" for char in text):
            raise ValidationError(
                "쓸 수 없는 글자(제어 문자)가 들어 있습니다. 지우고 다시 보내 주세요."
            )
        return super().to_python(
            normalise(text, keep_lines=isinstance(self.widget, forms.Textarea))
        )


class CorrectionForm(forms.Form):
    """What a reader reports about one centre; nothing personal is among the fields."""

    field = forms.ChoiceField(
        label="무엇이 다른가요?",
        choices=list_reportable_fields,
        error_messages={"required": "무엇이 다른지 골라 주세요."},
    )
    value = PlainTextField(
        label="맞는 값",
        required=False,
        max_length=300,
        help_text="바르게 고친 것만 적습니다. 예: 02-123-4567",
    )
    message = PlainTextField(
        label="무엇이 틀렸거나 빠졌나요?",
        required=False,
        max_length=MAX_MESSAGE_LENGTH,
        help_text=f"{MAX_MESSAGE_LENGTH:,}자까지. 맞는 값을 모르면 여기에만 적어도 됩니다.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    evidence = forms.ChoiceField(
        label="어떻게 알았나요?",
        choices=Correction.Evidence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "어떻게 알았는지 골라 주세요."},
    )
    evidence_text = PlainTextField(
        label="링크 주소, 문서 제목, 또는 전화한 날",
        required=False,
        max_length=500,
        help_text="담당자가 확인할 때 봅니다.",
    )
    #: People leave it empty, programs that fill in every field do not.
    confirm_text = PlainTextField(label="이 칸은 비워 두세요", required=False, max_length=500)

    def __init__(self, center: Center, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        known: Any = self.fields["field"]
        known.choices = [
            ("", "고르세요"),
            *((name, describe_choice(center, name, label)) for name, label in known.choices),
        ]
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.RadioSelect):
                continue  # neither attribute is allowed on a single choice
            field.widget.attrs["autocomplete"] = "off"
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_help"
            if name in self.errors:
                field.widget.attrs["aria-invalid"] = "true"
                field.widget.attrs["aria-describedby"] = f"id_{name}_error"
        self.fields["confirm_text"].widget.attrs["tabindex"] = "-1"

    def clean_confirm_text(self):
        if self.cleaned_data["confirm_text"]:
            raise ValidationError("비워 두어야 하는 칸에 글이 있습니다. 지우고 다시 보내 주세요.")
        return ""

    def clean(self):
        data: dict[str, Any] = super().clean() or {}
        stated = ("value", "message")
        if not any(data.get(name) or name in self.errors for name in stated):
            self.add_error("value", "맞는 값이나 틀린 점 가운데 하나는 적어 주세요.")
        evidence, text = data.get("evidence"), data.get("evidence_text", "")
        if "evidence_text" in self.errors:
            return data
        if evidence == Correction.Evidence.LINK:
            try:
                data["evidence_text"] = clean_link(text)
            except ValidationError as error:
                self.add_error("evidence_text", error)
        elif evidence == Correction.Evidence.DOCUMENT and not text:
            self.add_error("evidence_text", "문서의 제목을 적어 주세요.")
        return data


def describe_choice(center: Center, name: str, label: str) -> str:
    """The label of a field with the value of today: 전화 (지금: 02-123-4567)."""
    value = getattr(center, name, "")
    if name == "status":
        value = center.get_status_display()
    elif name == "industry":
        value = center.industry.short_name if center.industry else ""
    elif name == "services":
        value = ", ".join(str(Service(key).label) for key in value)
    elif name == "service_area":
        value = ""
    text = str(value or "")
    if not text:
        return label
    if len(text) > MAX_SHOWN_VALUE:
        text = f"{text[:MAX_SHOWN_VALUE]}…"
    return f"{label} (지금: {text})"


def clean_link(text: str) -> str:
    """The URL of a page that a reader names, with its scheme; raises ValidationError."""
    if text and "://" not in text:
        text = f"https://{text}"
    message = "링크 주소를 https://example.kr/처럼 적어 주세요."
    URLValidator(schemes=["http", "https"], message=message)(text)
    return text


def make_token(center: Center) -> str:
    """Make the token of a page that is opened now: the centre and a random part, signed."""
    return _token_signer.sign(f"{center.pk}.{secrets.token_hex(16)}")


def read_token(center: Center, token: str) -> str:
    """Return the random part of a token; "" if it is forged, too old or of another centre."""
    try:
        key, _, random_part = _token_signer.unsign(token[:200], max_age=TOKEN_MAX_AGE).partition(
            "."
        )
    except signing.BadSignature:
        return ""
    return random_part if key == str(center.pk) else ""


@accepts_signed_form
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form of one centre, and store what was sent."""
    if not settings.CORRECTIONS:
        raise Http404
    centers = Center.objects.published().select_related("region", "industry", "operator")
    center = get_object_or_404(centers, pk=pk)
    if request.method != "POST":
        return render_form(request, center, CorrectionForm(center))
    form = CorrectionForm(center, request.POST)
    token = request.POST.get("token", "")
    token_key = read_token(center, token)
    if not token_key:
        return render_form(request, center, form, status=400, note=OLD_FORM_NOTE)
    if stored := Correction.objects.filter(token_key=token_key).first():
        return render_repeated(request, center, stored)
    if not form.is_valid():
        return render_form(request, center, form, status=400, token=token)
    if is_day_full():
        return render_rejected(request, center, form, token, DAY_FULL_NOTE)
    values = {name: value for name, value in form.cleaned_data.items() if name != "confirm_text"}
    same = Correction.objects.waiting().filter(center=center, **values).first()
    if same is None:
        if not count_report(get_client_ip(request) or ""):
            note = "한곳에서 하루에 보낼 수 있는 글의 수를 넘었습니다. 내일 다시 보내 주세요."
            return render_rejected(request, center, form, token, note)
        try:
            with transaction.atomic():
                take_turn()
                # Others may have been stored since the count above.
                if is_day_full():
                    return render_rejected(request, center, form, token, DAY_FULL_NOTE)
                same = Correction.objects.create(center=center, token_key=token_key, **values)
        except IntegrityError:
            # The same form was sent twice at once.
            stored = get_object_or_404(Correction, token_key=token_key)
            return render_repeated(request, center, stored)
    receipt = _receipt_signer.sign(str(same.pk))
    url = reverse("correction_thanks", args=[center.pk])
    response = HttpResponseRedirect(f"{url}?{urlencode({'receipt': receipt})}")
    response.status_code = 303
    return response


def render_form(
    request: HttpRequest,
    center: Center,
    form: CorrectionForm,
    status: int = 200,
    note: str = "",
    token: str = "",
) -> HttpResponse:
    """Render the form, with a new token unless the page's own can still be used."""
    response = render_page(
        request,
        "corrections/form.html",
        canonical=reverse("correction", args=[center.pk]),
        center=center,
        form=form,
        token=token or make_token(center),
        note=note,
        retention_days=RETENTION_DAYS,
        is_read_only=settings.READ_ONLY,
        noindex=True,
    )
    response.status_code = status
    return response


def render_repeated(request: HttpRequest, center: Center, stored: Correction) -> HttpResponse:
    """Reject a form that has been sent before, and offer an empty one."""
    note = (
        f"이미 받은 글이라 다시 받지 않았습니다. 번호는 {stored.pk}번입니다."
        " 다른 것을 알리려면 새로 적어 주세요."
    )
    return render_form(request, center, CorrectionForm(center), status=409, note=note)


def render_rejected(
    request: HttpRequest, center: Center, form: CorrectionForm, token: str, note: str
) -> HttpResponse:
    """Reject a report because of a limit; what was typed stays."""
    response = render_form(request, center, form, status=429, note=note, token=token)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


@require_safe
def correction_thanks(request: HttpRequest, pk: int) -> HttpResponse:
    """Thank for a report and name its number, which the receipt in the query string proves."""
    center = get_object_or_404(Center.objects.published(), pk=pk)
    try:
        number = _receipt_signer.unsign(request.GET.get("receipt", ""))
    except signing.BadSignature:
        raise Http404 from None
    return render_page(
        request,
        "corrections/thanks.html",
        canonical=reverse("correction", args=[center.pk]),
        center=center,
        number=number,
        retention_days=RETENTION_DAYS,
        noindex=True,
    )
