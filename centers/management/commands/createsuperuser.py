"""Django's `createsuperuser`, whose dialogue no log line interrupts."""

from django.contrib.auth.management.commands import createsuperuser

from centers.management.cli import log_at_end


class Command(createsuperuser.Command):
    def execute(self, *args, **options):
        with log_at_end():
            return super().execute(*args, **options)
