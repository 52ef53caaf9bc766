"""Admin of accounts and groups; nobody can grant permissions that they do not have."""

from typing import Any, cast

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401 (both register models, which are unregistered below)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.utils import reset as lift_lockout
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from centers.accounts.audit_log import log_event
from centers.accounts.mfa import delete_authenticators
from centers.accounts.second_step import forget_wrong_codes
from centers.admin.base import BaseAdmin
from centers.admin.edit_conflicts import is_valid_key

#: The group that is proposed for a new account: it may least.
EDITORS = "편집자"
PERMISSION_LABELS = {"view": "보기", "add": "추가", "change": "변경", "delete": "삭제"}


def get_permissions(user):
    """Return the permissions of the account and its groups, even of an inactive account."""
    return Permission.objects.filter(Q(group__user=user) | Q(user=user)).distinct()


def has_more_permissions(account, user) -> bool:
    """Whether the account has a permission that the user lacks."""
    if user.is_superuser:
        return False
    beyond = get_permissions(account).exclude(pk__in=get_permissions(user).values("pk"))
    return account.is_superuser or beyond.exists()


class PermissionsField(forms.ModelMultipleChoiceField):
    """Permissions with Korean labels; Django stores their names in English."""

    def label_from_instance(self, permission):
        verb = permission.codename.partition("_")[0]
        return f"{permission.content_type.name} — {PERMISSION_LABELS.get(verb, verb)}"


class AccountAdmin(BaseAdmin):
    """Base of the account and group admins."""

    empty_value_display = "—"
    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.related_model is Permission:
            in_this_admin = Q()
            for model in self.admin_site._registry:
                in_this_admin |= Q(
                    content_type__app_label=model._meta.app_label,
                    content_type__model=model._meta.model_name,
                )
            kwargs["form_class"] = PermissionsField
            kwargs["queryset"] = Permission.objects.filter(in_this_admin).select_related(
                "content_type"
            )
        # Checkboxes, since Django's select needs a held-down key for several choices.
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_deleted_objects(self, objs, request):
        """List the deleted objects, without the rows of many-to-many tables."""
        *_, perms_needed, protected = super().get_deleted_objects(objs, request)
        counts = {str(self.opts.verbose_name_plural): len(objs)}
        return [str(obj) for obj in objs], counts, perms_needed, protected

    def construct_change_message(self, request, form, formsets, add=False):
        """Name the changed fields in Korean; Django stores their English names."""
        parts = cast(
            list[dict[str, Any]], super().construct_change_message(request, form, formsets, add)
        )
        labels = [str(form.fields[name].label) for name in form.changed_data if name in form.fields]
        for part in parts:
            if labels and "fields" in part.get("changed", {}):
                part["changed"]["fields"] = labels
        return parts


class AccountForm(UserCreationForm):
    """A new account with its first password, which is typed once and readable for its author."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        password = self.fields["password1"]
        password.label = "첫 비밀번호"
        password.widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def _post_clean(self):
        form: Any = super()
        form._post_clean()
        form.validate_password_for_user(self.instance, "password1")


class PasswordForm(AdminPasswordChangeForm):
    """Sets a new password; no account can be without one, as all sign in by password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)


# allauth's records are private to their owner, or of no use here.
admin.site.unregister([EmailAddress, Authenticator])
admin.site.unregister([get_user_model(), Group])


@admin.register(get_user_model())
class StaffAdmin(AccountAdmin, UserAdmin):
    """Accounts. Only superusers create superusers or grant single permissions."""

    add_form = AccountForm
    change_form_template = "admin/auth/user/change_form.html"
    change_password_form = PasswordForm
    list_display = ["username", "full_name", "group_names", "state", "last_login"]
    list_filter = ["is_active", "groups"]
    actions = ["unlock", "reset_second_factor"]
    search_help_text = "사용자 이름, 이름, 성, 이메일로 찾습니다."
    readonly_fields = ["last_login", "date_joined"]
    people: tuple[str, Any] = ("사람", {"fields": [("last_name", "first_name"), "email"]})
    dates: tuple[str, Any] = ("날짜", {"fields": ["last_login", "date_joined"]})
    add_fieldsets = [
        (None, {"fields": ["username", "password1"]}),
        people,
        ("할 수 있는 일", {"fields": ["is_staff", "groups"]}),
    ]
    fieldsets: list[Any] = [
        (None, {"fields": ["username", "password"]}),
        people,
        ("할 수 있는 일", {"fields": ["is_active", "is_staff", "groups"]}),
        dates,
    ]
    superuser_fieldsets = [
        *fieldsets[:2],
        ("할 수 있는 일", {"fields": ["is_active", "is_staff", "groups", "is_superuser"]}),
        ("따로 주는 권한", {"fields": ["user_permissions"], "classes": ["collapse"]}),
        dates,
    ]
    view_fieldsets = [
        (None, {"fields": ["username", "full_name", "email", "group_names", "state"]})
    ]

    @admin.display(description="이름", ordering="last_name")
    def full_name(self, user):
        return f"{user.last_name}{user.first_name}" or self.empty_value_display

    @admin.display(description="그룹")
    def group_names(self, user):
        if user.is_superuser:
            return "모든 권한"
        names = sorted(group.name for group in user.groups.all())
        return ", ".join(names) or self.empty_value_display

    @admin.display(description="계정", ordering="is_active")
    def state(self, user):
        return "사용 중" if user.is_active else "중지"

    @admin.action(description="고른 사용자의 로그인 잠금 풀기", permissions=["change"])
    def unlock(self, request, queryset):
        accounts = self.filter_changeable(request, queryset)
        for account in accounts:
            lift_lockout(username=account.get_username())
            forget_wrong_codes(account)
            log_event("lockout_lifted", request, account=account.pk, by=request.user.pk)
        LogEntry.objects.log_actions(request.user.pk, accounts, CHANGE, "로그인 잠금 풀기")
        self.report_result(request, f"{len(accounts)}명의 로그인 잠금을 풀었습니다.", accounts)

    @admin.action(description="고른 사용자의 2단계 인증 지우기", permissions=["change"])
    def reset_second_factor(self, request, queryset):
        # Users reset their own second factor on a page that asks for the password again.
        accounts = self.filter_changeable(request, queryset.exclude(pk=request.user.pk))
        for account in accounts:
            delete_authenticators(account)
            log_event("second_factor_reset", request, account=account.pk, by=request.user.pk)
        LogEntry.objects.log_actions(request.user.pk, accounts, CHANGE, "2단계 인증 지우기")
        self.report_result(request, f"{len(accounts)}명의 2단계 인증을 지웠습니다.", accounts)

    def get_urls(self):
        view = self.admin_site.admin_view(self.second_factor_view)
        own = path("<int:pk>/second-factor/", view, name="auth_user_second_factor")
        return [own, *super().get_urls()]

    def second_factor_view(self, request, pk):
        """Delete the second factor of one account, as the action of the list does."""
        account = get_object_or_404(User, pk=pk) if is_valid_key(User, str(pk)) else None
        if account is None:
            raise Http404
        if request.method != "POST" or not self.may_reset(request, account):
            raise PermissionDenied
        self.reset_second_factor(request, User.objects.filter(pk=pk))
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[pk]))

    def may_reset(self, request, account: User) -> bool:
        """Whether the user may delete the second factor of another account, which has one."""
        is_other = account.pk != request.user.pk
        has_factor = Authenticator.objects.filter(user=account).exists()
        return is_other and has_factor and self.has_change_permission(request, account)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_reset"] = obj is not None and self.may_reset(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def filter_changeable(self, request, queryset):
        """Return the selected accounts that the user may change."""
        return [one for one in queryset if self.has_change_permission(request, one)]

    def report_result(self, request, text, accounts):
        """Show the result of an action, and how many selected accounts it skipped."""
        selected = len(request.POST.getlist(ACTION_CHECKBOX_NAME))
        if (skipped := selected - len(accounts)) > 0:
            text += f" 본인이거나 권한이 더 많은 {skipped}명은 그대로 두었습니다."
        self.message_user(request, text, messages.WARNING if skipped else messages.SUCCESS)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        account = form.instance
        may_nothing = not (account.is_superuser or get_permissions(account).exists())
        if account.is_active and account.is_staff and may_nothing:
            text = (
                f"{account} 계정에는 그룹이 없어 편집실에 들어와도 아무것도 보이지 않습니다."
                " ‘할 수 있는 일’에서 편집자나 관리자를 골라 주세요."
            )
            self.message_user(request, text, messages.WARNING)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request, obj=None):
        if obj and cast(User, request.user).is_superuser:
            return self.superuser_fieldsets
        if obj and not self.has_change_permission(request, obj):
            return self.view_fieldsets
        return super().get_fieldsets(request, obj)

    def get_changeform_initial_data(self, request):
        editors = Group.objects.filter(name=EDITORS)
        usual = {"is_staff": True, "groups": editors}
        return usual | super().get_changeform_initial_data(request)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups" and not request.user.is_superuser:
            beyond = Permission.objects.exclude(pk__in=get_permissions(request.user).values("pk"))
            kwargs["queryset"] = Group.objects.exclude(permissions__in=beyond)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        if obj and has_more_permissions(obj, request.user):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        # Accounts with log entries can only be deactivated, so that the history keeps the name.
        if obj and (
            has_more_permissions(obj, request.user) or LogEntry.objects.filter(user=obj).exists()
        ):
            return False
        return super().has_delete_permission(request, obj)


@admin.register(Group)
class StaffGroupAdmin(AccountAdmin, GroupAdmin):
    search_help_text = "이름으로 찾습니다."
