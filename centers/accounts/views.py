"""The door of the staff desk: one page to sign in at, and the pages of the second step."""

from functools import wraps

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST


class AdminLoginForm(AdminAuthenticationForm):
    def clean_username(self):
        name = self.cleaned_data["username"]
        # Django tells the browser how long a name may be, and believes it.
        if len(name) > self.fields["username"].max_length:
            raise self.get_invalid_login_error()
        return name


class AdminLoginView(LoginView):
    """Asks for the name and password, then hands over to the second step of who has one."""

    authentication_form = AdminLoginForm
    template_name = "admin/login.html"

    def form_valid(self, form):
        user = form.get_user()
        # Who has just given the password may set up the second step without giving it again.
        record_authentication(self.request, user, "password", reauthenticated=True)
        return perform_login(self.request, Login(user=user, redirect_url=self.get_success_url()))


@never_cache
def login(request, extra_context=None):
    """The same page as Django's own; it is written anew because that one signs in at once."""
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
    """Tell until when the session lasts now; that it was asked for has made it longer."""
    if not admin.site.has_permission(request):
        return JsonResponse({}, status=403)
    return JsonResponse({"ends": request.session_ends.isoformat()})


def with_admin_context(view, title):
    """Dress a page of allauth as one of the desk; its own context goes before."""

    @never_cache
    @wraps(view)
    def dressed(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if getattr(response, "context_data", None) is not None:
            response.context_data = {
                **admin.site.each_context(request),
                "is_nav_sidebar_enabled": False,
                "title": title,
                **response.context_data,
            }
        return response

    return dressed
