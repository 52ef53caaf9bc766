"""Remove the second factor of an account whose owner has lost it."""

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from centers.accounts.audit_log import log_event
from centers.accounts.mfa import delete_authenticators
from centers.management.cli import DataCommand


class Command(DataCommand):
    help = (
        "Remove the app, passkeys and recovery codes of one account. At the next visit the admin "
        "asks its owner to set up new ones. Make sure first that it is they who ask."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username!r}.")
        count = delete_authenticators(user)
        log_event("second_factor_reset", account=user.pk, by="command")
        self.stdout.write(f"Removed {count} from {username}: app, passkeys and recovery codes.")
