"""Delete expired sessions, failed sign-ins and old reports of readers."""

import time

from django.core.management import call_command

from centers.accounts.lockout import delete_expired_failures
from centers.management.cli import DataCommand, ensure_writable
from centers.models import Asking, Correction


class Command(DataCommand):
    help = (
        "Remove sessions that have ended, failed sign-ins that no longer count and reports of "
        "readers after 90 days. To be run every day, as the page 개인정보 처리방침 says how long "
        "each of them stays."
    )

    def handle(self, **options):
        ensure_writable()
        call_command("clearsessions")
        self.stdout.write(
            f"Removed ended sessions, {delete_expired_failures()} failed sign-ins and "
            f"{Correction.objects.expired().delete()[0]} reports of readers."
        )
        Asking.delete_before(int(time.time() // 60) - 1)
