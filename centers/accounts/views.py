"""Sign-in to the admin, and allauth's pages of the second factor in the admin's frame."""

from functools import wraps
from typing import cast

from allauth.account.utils import perform_login
from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from centers.accounts.hashing_budget import budget
from centers.accounts.lockout import is_locked_out
from centers.accounts.mfa import mark_password_entered

#: In seconds, after a 503 because too many passwords are being checked.
BUSY_RETRY_AFTER = 5


class AdminLoginForm(AdminAuthenticationForm):
    #: Whether the password was left unchecked, since too many are being checked.
    is_busy = False

    def clean_username(self):
        name = self.cleaned_data["username"]
        # Django sends the limit to the browser, but does not check it.
        field = cast(forms.CharField, self.fields["username"])
        if field.max_length is not None and len(name) > field.max_length:
            raise self.get_invalid_login_error()
        return name

    def clean(self):
        """Check name and password, if the process may spend its time on that.

        Who is locked out costs nothing, and so is no reason to turn others away.
        """
        name = self.cleaned_data.get("username")
        request = cast(HttpRequest, self.request)
        if name and budget.is_spent() and not is_locked_out(request, name):
            self.is_busy = True
            raise forms.ValidationError("지금은 비밀번호를 확인할 수 없습니다.")
        with budget.spend():
            return super().clean()


class AdminLoginView(LoginView):
    """Check name and password, then leave the rest to allauth, which asks for a second factor."""

    authentication_form = AdminLoginForm
    template_name = "admin/login.html"

    def form_valid(self, form):
        user = form.get_user()
        mark_password_entered(self.request, user)
        return perform_login(self.request, user, redirect_url=self.get_success_url())

    def form_invalid(self, form):
        if cast(AdminLoginForm, form).is_busy:
            page = render_to_string("admin/busy.html")
            headers = {"Retry-After": str(BUSY_RETRY_AFTER), "Cache-Control": "no-store"}
            return HttpResponse(page, status=503, headers=headers)
        return super().form_invalid(form)


@never_cache
def login(request, extra_context=None):
    """Show Django's admin login page with a view that asks for a second factor first."""
    index = reverse("admin:index")
    if request.method == "GET" and admin.site.has_permission(request):
        return HttpResponseRedirect(index)
    context = {
        **admin.site.each_context(request),
        "title": "로그인",
        "subtitle": None,
        "app_path": request.get_full_path(),
        "username": request.user.get_username(),
        **(extra_context or {}),
    }
    if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
        context[REDIRECT_FIELD_NAME] = index
    return AdminLoginView.as_view(extra_context=context)(request)


@require_POST
@never_cache
def extend_session(request):
    """Return when the session ends; the middleware has prolonged it for this request."""
    if not admin.site.has_permission(request):
        return JsonResponse({}, status=403)
    return JsonResponse({"ends": request.session_ends.isoformat()})


def with_admin_context(view, title):
    """Decorate a view of allauth to have the context of admin pages; its own context wins."""

    @never_cache
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if getattr(response, "context_data", None) is not None:
            response.context_data = {
                **admin.site.each_context(request),
                "is_nav_sidebar_enabled": False,
                "title": title,
                **response.context_data,
            }
        return response

    return wrapped
