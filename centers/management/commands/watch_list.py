"""Look for a newer list of the centres at the open data portal."""

import logging

from django.conf import settings
from django.core.management.base import CommandError

from centers.importer.list_watch import WatchError, watch_list
from centers.management.cli import DataCommand, ensure_writable

log = logging.getLogger("centers.list_watch")


class Command(DataCommand):
    help = (
        "Ask the open data portal (LIST_WATCH_URL) for the date of its list of centres; plan a "
        "newer one for the admin. Nothing is applied. Without LIST_WATCH_URL, nothing is requested."
    )

    def handle(self, **options):
        if not settings.LIST_WATCH_URL:
            self.stdout.write("LIST_WATCH_URL is empty: nothing is watched.")
            return
        ensure_writable()
        try:
            result = watch_list(settings.LIST_WATCH_URL)
        except WatchError as error:
            log.warning("list_watch_failed %s", error, extra={"event": "list_watch_failed"})
            raise CommandError(str(error)) from None
        day = result.description.file_date
        if not result.is_newer:
            self.stdout.write(f"The list of {day} is not newer than those here.")
        elif result.run:
            log.warning("new_list date=%s run=%s", day, result.run.pk, extra={"event": "new_list"})
            self.stdout.write(f"The list of {day} is new: plan {result.run.pk} waits in the admin.")
        else:
            log.warning(
                "new_list date=%s reason=%s", day, result.reason, extra={"event": "new_list"}
            )
            self.stdout.write(f"The list of {day} is new, but {result.reason}.")
