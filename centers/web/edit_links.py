"""The link 고치기 on public pages, for editors who are signed in."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse

from centers.http.session_key import has_session_key


def build_edit_url(request: HttpRequest, model: str, pk: int) -> str:
    """Return the URL of the form for a record in the admin; "" for readers.

    The session is read only where there may be one: a page that depends on it is not cached.
    """
    if not has_session_key(request):
        return ""
    user = cast(User, request.user)
    if not user.is_authenticated or not user.is_staff:
        return ""
    if not user.has_perm(f"centers.change_{model}"):
        return ""
    return reverse(f"admin:centers_{model}_change", args=[pk])
