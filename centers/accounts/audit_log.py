"""The audit log of sign-ins and accounts, without names and whole IP addresses."""

import logging
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from simple_history.models import HistoricalRecords

from centers.http.client_ip import anonymize_ip, get_client_ip

log = logging.getLogger("centers.accounts.audit_log")

#: The fields that decide what an account may do, beside its groups and permissions.
WATCHED_FIELDS = ("is_active", "is_staff", "is_superuser")


def log_event(event: str, request=None, level: int = logging.INFO, **facts) -> None:
    """Log one event with its facts: accounts by id, and the client's network from the request."""
    if request is not None:
        facts["address"] = anonymize_ip(get_client_ip(request))
    words = " ".join(f"{name}={value}" for name, value in facts.items())
    log.log(level, "%s %s", event, words, extra={"event": event, **facts})


def get_actor_id() -> int | None:
    """Return the id of the account that makes the current request; None in a command."""
    request = getattr(HistoricalRecords.context, "request", None)
    return getattr(getattr(request, "user", None), "pk", None)


def connect_signals() -> None:
    """Connect all receivers of this module (called once, by `CentersConfig.ready`)."""
    from allauth.mfa import signals as second
    from axes.signals import user_locked_out

    user: Any = get_user_model()
    for signal, receiver in (
        (user_logged_in, log_login),
        (user_logged_out, log_logout),
        (user_login_failed, log_login_failed),
        (user_locked_out, log_locked_out),
        (second.authenticator_added, log_factor_added),
        (second.authenticator_removed, log_factor_removed),
        (second.authenticator_reset, log_recovery_codes_renewed),
        (second.authenticator_used, log_factor_used),
    ):
        signal.connect(receiver)
    pre_save.connect(store_previous_values, sender=user)
    post_save.connect(log_account_saved, sender=user)
    post_delete.connect(log_account_deleted, sender=user)
    m2m_changed.connect(log_groups_changed, sender=user.groups.through)
    m2m_changed.connect(log_permissions_changed, sender=user.user_permissions.through)
    m2m_changed.connect(log_group_permissions_changed, sender=Group.permissions.through)


# --- sign-in -------------------------------------------------------------------------------------


def log_login(sender, request, user, **kwargs):
    log_event("login", request, account=user.pk)


def log_logout(sender, request, user, **kwargs):
    if user is not None:
        log_event("logout", request, account=user.pk)


def log_login_failed(sender, credentials, request=None, **kwargs):
    log_event(
        "login_failed",
        request,
        logging.WARNING,
        account=find_account_id(credentials.get("username")),
    )


def log_locked_out(sender, request, username, **kwargs):
    log_event("locked_out", request, logging.WARNING, account=find_account_id(username))


def find_account_id(username) -> int | None:
    """Return the id of the account with this name; None if there is none."""
    user: Any = get_user_model()
    if not username or "\0" in username:
        return None
    found = user.objects.filter(**{user.USERNAME_FIELD: username})
    return found.values_list("pk", flat=True).first()


# --- the second factor ---------------------------------------------------------------------------


def log_factor_added(sender, request, user, authenticator, **kwargs):
    log_event("second_factor_added", request, account=user.pk, type=str(authenticator.type))


def log_factor_removed(sender, request, user, authenticator, **kwargs):
    facts = {"account": user.pk, "type": str(authenticator.type)}
    log_event("second_factor_removed", request, logging.WARNING, **facts)


def log_recovery_codes_renewed(sender, request, user, authenticator, **kwargs):
    log_event("recovery_codes_renewed", request, account=user.pk)


def log_factor_used(sender, request, user, authenticator, **kwargs):
    log_event("second_factor_used", request, account=user.pk, type=str(authenticator.type))


# --- accounts ------------------------------------------------------------------------------------


def store_previous_values(sender, instance, update_fields=None, **kwargs):
    """Remember the stored values of an account before it is saved, if they can change."""
    instance._before = None
    # Signing in may renew the hash of a password, and then saves that field alone.
    if update_fields is None or set(update_fields) & set(WATCHED_FIELDS):
        fields = ("password", *WATCHED_FIELDS)
        instance._before = sender.objects.filter(pk=instance.pk).values(*fields).first()


def log_account_saved(sender, instance, created, **kwargs):
    if created:
        log_event("account_made", account=instance.pk, by=get_actor_id())
    elif before := getattr(instance, "_before", None):
        if instance.password != before["password"]:
            log_event("password_changed", account=instance.pk, by=get_actor_id())
        for name in WATCHED_FIELDS:
            if (now := getattr(instance, name)) != before[name]:
                log_event(
                    "rights_changed", account=instance.pk, by=get_actor_id(), what=f"{name}={now}"
                )


def log_account_deleted(sender, instance, **kwargs):
    log_event("account_deleted", account=instance.pk, by=get_actor_id())


def log_groups_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if action in ("post_add", "post_remove", "post_clear") and (pk_set or action == "post_clear"):
        # Changed from the side of the group, the ids are those of accounts.
        accounts, groups = (pk_set, {instance.pk}) if reverse else ({instance.pk}, pk_set)
        for account in accounts or {None}:
            what = f"{action[5:]} groups {format_ids(groups)}"
            log_event("rights_changed", account=account, by=get_actor_id(), what=what)


def log_permissions_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if not reverse and action in ("post_add", "post_remove", "post_clear"):
        what = f"{action[5:]} permissions {format_ids(pk_set)}"
        log_event("rights_changed", account=instance.pk, by=get_actor_id(), what=what)


def log_group_permissions_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if not reverse and action in ("post_add", "post_remove", "post_clear"):
        what = f"{action[5:]} permissions {format_ids(pk_set)}"
        log_event("group_changed", group=instance.pk, by=get_actor_id(), what=what)


def format_ids(keys) -> str:
    return ",".join(map(str, sorted(keys or ()))) or "all"
