"""Finds centres by what a message may hold: a number, a link, a telephone in any form."""

import re
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from centers.models import Center, Citation
from centers.text.hangul import clean
from centers.text.phones import PhoneError, split_phone

#: Largest primary key that a database holds.
MAX_KEY = 2**63 - 1
_NUMBERED = re.compile(r"(?:센터\s*(?:번호\s*)?)?#?\s*(\d{1,18})\s*번?\s*(?:센터)?")
_LINK = re.compile(r"/centers/(?:center/)?(\d{1,18})(?:[/?#]|\Z)")
_DIGITS_ALONE = re.compile(r"[\d\s().+\-‐-―−~·/]+")
_COUNTRY = re.compile(r"\+\s*82[\s.-]*(?:\(0\))?")
#: Digits of a telephone number without its area code.
MIN_PHONE_DIGITS = 7


def find_by_number(centers: QuerySet, words: list[str]) -> QuerySet | None:
    """Return the centres that a number, a link or a telephone names; None for other words."""
    text = clean(" ".join(words))
    if link := _LINK.search(text):
        return centers.filter(pk=read_key(link[1]))
    if digits := read_phone_digits(text):
        return centers.filter(match_phone(digits))
    numbered = _NUMBERED.fullmatch(text)
    # A number alone may as well be a part of an address: those are found, too.
    if numbered and not text.isdigit():
        return centers.filter(pk=read_key(numbered[1]))
    return None


def match_key(words: list[str]) -> Q:
    """Match the centre whose number is typed alone; nothing else."""
    text = "".join(words)
    is_key = len(words) == 1 and text.isascii() and text.isdigit() and len(text) <= 18
    return Q(pk=read_key(text)) if is_key else Q(pk__in=[])


def read_key(digits: str) -> int:
    return min(int(digits), MAX_KEY)


def read_phone_digits(text: str) -> str:
    """The digits of a telephone number without country and leading 0; "" for other words."""
    try:
        number = split_phone(text)[0]
    except PhoneError:
        number = text if _DIGITS_ALONE.fullmatch(text) else ""
    digits = re.sub(r"\D", "", _COUNTRY.sub("0", number)).lstrip("0")
    return digits if len(digits) >= MIN_PHONE_DIGITS else ""


def match_phone(digits: str) -> Q:
    """Match centres with this number of their own, their operator's, or in a citation."""
    stated = Citation.objects.filter(field="phone").annotate(digits=strip_dashes("value"))
    stated = stated.filter(digits__contains=digits)
    centers = Center.objects.annotate(
        own=strip_dashes("phone"), operator_digits=strip_dashes("operator__phone")
    )
    known = centers.filter(Q(own__contains=digits) | Q(operator_digits__contains=digits))
    return (
        Q(pk__in=known.values("pk"))
        | Q(pk__in=stated.exclude(center=None).values("center"))
        | Q(operator__in=stated.exclude(operator=None).values("operator"))
    )


def strip_dashes(name: str) -> Replace:
    return Replace(F(name), Value("-"), Value(""))


def open_center(request: HttpRequest) -> HttpResponseRedirect:
    """Lead to the form of the only centre that the words find, else to the list of them."""
    if not cast(Any, request.user).has_perm("centers.view_center"):
        raise PermissionDenied
    words = request.GET.get("q", "")
    found, _ = admin.site.get_model_admin(Center).get_search_results(
        request, Center.objects.order_by("pk"), words
    )
    keys = list(found.values_list("pk", flat=True)[:2]) if words.strip() else []
    if len(keys) == 1:
        return HttpResponseRedirect(reverse("admin:centers_center_change", args=keys))
    url = reverse("admin:centers_center_changelist")
    return HttpResponseRedirect(f"{url}?{urlencode({'q': words})}" if words else url)
