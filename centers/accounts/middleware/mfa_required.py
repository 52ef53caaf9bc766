"""The second factor is required for every page of the admin."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

#: Views of the admin that show and change no records.
EXEMPT_ADMIN_VIEWS = {"login", "logout", "jsi18n"}
#: Views where the second factor is entered.
MFA_STEP_VIEWS = {"mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


class MFARequiredMiddleware:
    """Redirect to the set-up of a second factor, or to entering the one that is set up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        is_admin = match.namespace == "admin" and match.url_name not in EXEMPT_ADMIN_VIEWS
        is_mfa = (match.url_name or "").startswith("mfa_") and match.url_name not in MFA_STEP_VIEWS
        if not settings.STAFF_SECOND_FACTOR or not (is_admin or is_mfa):
            return None
        if not request.user.is_authenticated:
            return None
        # Imported late: the forms there need settings that name them.
        from centers.accounts.mfa import has_mfa, is_mfa_passed

        if is_mfa_passed(request):
            return None
        if has_mfa(request.user):
            # Also before another one is added or this one is removed.
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")
        if is_mfa:
            return None
        messages.warning(
            request, "편집실에 들어가려면 먼저 2단계 인증을 정해야 합니다. 하나를 골라 주세요."
        )
        return HttpResponseRedirect(reverse("mfa_index"))
