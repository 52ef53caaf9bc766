"""Sign-in to the admin, and allauth's pages of the second factor in the admin's frame."""

from functools import wraps
from typing import cast

from allauth.account.utils import perform_login
from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth import REDIRECT_FIELD_NAME, authenticate
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from centers.accounts.hashing_budget import BudgetSpentError, spend_on_password
from centers.accounts.mfa import get_current_request, mark_password_entered

#: In seconds, after a 503 because too many passwords are being checked.
BUSY_RETRY_AFTER = 5


def respond_busy(view):
    """Decorate a view to respond with 503 if it may not check a password now."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except BudgetSpentError:
            page = render_to_string("admin/busy.html")
            headers = {"Retry-After": str(BUSY_RETRY_AFTER), "Cache-Control": "no-store"}
            return HttpResponse(page, status=503, headers=headers)

    return wrapped


class AdminLoginForm(AdminAuthenticationForm):
    def clean_username(self):
        name = self.cleaned_data["username"]
        # Django sends the limit to the browser, but does not check it.
        field = cast(forms.CharField, self.fields["username"])
        if field.max_length is not None and len(name) > field.max_length:
            raise self.get_invalid_login_error()
        return name

    def clean(self):
        """Check name and password, if the process may spend its time on that."""
        name = self.cleaned_data.get("username")
        if not name:
            return super().clean()
        with spend_on_password(cast(HttpRequest, self.request), name):
            return super().clean()


class AdminLoginView(LoginView):
    """Check name and password, then leave the rest to allauth, which asks for a second factor."""

    authentication_form = AdminLoginForm
    template_name = "admin/login.html"

    def form_valid(self, form):
        user = form.get_user()
        mark_password_entered(self.request, user)
        return perform_login(self.request, user, redirect_url=self.get_success_url())


@never_cache
@respond_busy
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


class OwnPasswordForm(AdminPasswordChangeForm):
    """A new password for who enters the old one, which is checked like one at sign-in."""

    def clean_old_password(self):
        request, name = get_current_request(), self.user.get_username()
        password = self.cleaned_data["old_password"]
        with spend_on_password(request, name):
            # Unlike check_password, this counts and logs failures, and ends at a lockout.
            found = authenticate(request, username=name, password=password)
        if found != self.user:
            raise forms.ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return password


@respond_busy
def change_password(request, extra_context=None):
    """Show Django's admin page for one's own password with a form that limits guesses."""
    request.current_app = admin.site.name
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context={**admin.site.each_context(request), **(extra_context or {})},
    )
    return view(request)


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
    @respond_busy
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
