"""No page of the staff desk opens before the second step of signing in."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

#: Pages of the desk that show and change nothing.
EXEMPT_ADMIN_VIEWS = {"login", "logout", "jsi18n"}
#: Where the second step is taken.
MFA_STEP_VIEWS = {"mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


class MFARequiredMiddleware:
    """Leads who has no second step to setting one up, and who has not taken it to taking it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        asked = request.resolver_match
        at_desk = asked.namespace == "admin" and asked.url_name not in EXEMPT_ADMIN_VIEWS
        of_step = (asked.url_name or "").startswith("mfa_") and asked.url_name not in MFA_STEP_VIEWS
        if not settings.STAFF_SECOND_FACTOR or not (at_desk or of_step):
            return None
        if not request.user.is_authenticated:
            return None
        # Imported late: the forms in there read the settings that name them.
        from centers.accounts import mfa as second_factor

        if second_factor.is_mfa_passed(request):
            return None
        if second_factor.has_mfa(request.user):
            # Also before another one is added or this one is taken away.
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")
        if of_step:
            return None
        messages.warning(
            request, "편집실에 들어가려면 먼저 2단계 인증을 정해야 합니다. 하나를 골라 주세요."
        )
        return HttpResponseRedirect(reverse("mfa_index"))
