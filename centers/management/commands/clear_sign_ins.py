"""Delete expired sessions and failed sign-ins."""

from django.core.management import call_command
from django.core.management.base import BaseCommand

from centers.accounts.lockout import delete_expired_failures
from centers.management.cli import ensure_writable


class Command(BaseCommand):
    help = (
        "Remove sessions that have ended and failed sign-ins that no longer count. To be run every "
        "day, as the page 개인정보 처리방침 says how long both are kept."
    )

    def handle(self, **options):
        ensure_writable()
        call_command("clearsessions")
        self.stdout.write(
            f"Removed ended sessions and {delete_expired_failures()} failed sign-ins."
        )
