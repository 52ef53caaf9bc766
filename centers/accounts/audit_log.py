"""What happens at the door and to accounts, written down without names and whole addresses."""

import logging

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from simple_history.models import HistoricalRecords

from centers.http.client_ip import client_address, shortened

log = logging.getLogger("centers.accounts.audit_log")

#: What makes an account able to do more or less.
WATCHED = ("is_active", "is_staff", "is_superuser")


def note(event: str, request=None, level: int = logging.INFO, **facts) -> None:
    """Write down one event: what, to which account (by its number), from about where."""
    if request is not None:
        facts["address"] = shortened(client_address(request))
    words = " ".join(f"{name}={value}" for name, value in facts.items())
    log.log(level, "%s %s", event, words, extra={"event": event, **facts})


def by() -> int | None:
    """The number of the account at whose request something happens; None for a command."""
    request = getattr(HistoricalRecords.context, "request", None)
    return getattr(getattr(request, "user", None), "pk", None)


def listen() -> None:
    """Hear of every event (called once, when the program starts)."""
    from allauth.mfa import signals as second
    from axes.signals import user_locked_out

    user = get_user_model()
    for signal, receiver in (
        (user_logged_in, entered),
        (user_logged_out, left),
        (user_login_failed, failed),
        (user_locked_out, locked_out),
        (second.authenticator_added, added),
        (second.authenticator_removed, removed),
        (second.authenticator_reset, renewed),
        (second.authenticator_used, used),
    ):
        signal.connect(receiver)
    pre_save.connect(remember, sender=user)
    post_save.connect(changed, sender=user)
    post_delete.connect(deleted, sender=user)
    m2m_changed.connect(regrouped, sender=user.groups.through)
    m2m_changed.connect(permitted, sender=user.user_permissions.through)
    m2m_changed.connect(group_permitted, sender=Group.permissions.through)


# --- the door ------------------------------------------------------------------------------------


def entered(sender, request, user, **kwargs):
    note("login", request, account=user.pk)


def left(sender, request, user, **kwargs):
    if user is not None:
        note("logout", request, account=user.pk)


def failed(sender, credentials, request=None, **kwargs):
    note("login_failed", request, logging.WARNING, account=number_of(credentials.get("username")))


def locked_out(sender, request, username, **kwargs):
    note("locked_out", request, logging.WARNING, account=number_of(username))


def number_of(username) -> int | None:
    """The number of an account; None for a name that nobody has."""
    user = get_user_model()
    if not username or "\0" in username:
        return None
    found = user.objects.filter(**{user.USERNAME_FIELD: username})
    return found.values_list("pk", flat=True).first()


# --- the second step -----------------------------------------------------------------------------


def added(sender, request, user, authenticator, **kwargs):
    note("second_factor_added", request, account=user.pk, type=str(authenticator.type))


def removed(sender, request, user, authenticator, **kwargs):
    facts = {"account": user.pk, "type": str(authenticator.type)}
    note("second_factor_removed", request, logging.WARNING, **facts)


def renewed(sender, request, user, authenticator, **kwargs):
    note("recovery_codes_renewed", request, account=user.pk)


def used(sender, request, user, authenticator, **kwargs):
    note("second_factor_used", request, account=user.pk, type=str(authenticator.type))


# --- accounts ------------------------------------------------------------------------------------


def remember(sender, instance, update_fields=None, **kwargs):
    """Keep what an account was before it is saved, unless nothing watched can change."""
    instance._before = None
    # A password alone is saved when signing in renews its hash.
    if update_fields is None or set(update_fields) & set(WATCHED):
        fields = ("password", *WATCHED)
        instance._before = sender.objects.filter(pk=instance.pk).values(*fields).first()


def changed(sender, instance, created, **kwargs):
    if created:
        note("account_made", account=instance.pk, by=by())
    elif before := getattr(instance, "_before", None):
        if instance.password != before["password"]:
            note("password_changed", account=instance.pk, by=by())
        for name in WATCHED:
            if (now := getattr(instance, name)) != before[name]:
                note("rights_changed", account=instance.pk, by=by(), what=f"{name}={now}")


def deleted(sender, instance, **kwargs):
    note("account_deleted", account=instance.pk, by=by())


def regrouped(sender, instance, action, reverse, pk_set, **kwargs):
    if action in ("post_add", "post_remove", "post_clear") and (pk_set or action == "post_clear"):
        # Seen from the group, the numbers are those of its accounts.
        accounts, groups = (pk_set, {instance.pk}) if reverse else ({instance.pk}, pk_set)
        for account in accounts or {None}:
            what = f"{action[5:]} groups {numbers(groups)}"
            note("rights_changed", account=account, by=by(), what=what)


def permitted(sender, instance, action, reverse, pk_set, **kwargs):
    if not reverse and action in ("post_add", "post_remove", "post_clear"):
        what = f"{action[5:]} permissions {numbers(pk_set)}"
        note("rights_changed", account=instance.pk, by=by(), what=what)


def group_permitted(sender, instance, action, reverse, pk_set, **kwargs):
    if not reverse and action in ("post_add", "post_remove", "post_clear"):
        what = f"{action[5:]} permissions {numbers(pk_set)}"
        note("group_changed", group=instance.pk, by=by(), what=what)


def numbers(keys) -> str:
    return ",".join(map(str, sorted(keys or ()))) or "all"
