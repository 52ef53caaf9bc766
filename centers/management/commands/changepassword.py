"""Django's `changepassword`, whose dialogue no log line interrupts."""

from django.contrib.auth.management.commands import changepassword

from centers.management.cli import log_at_end


class Command(changepassword.Command):
    def execute(self, *args, **options):
        with log_at_end():
            return super().execute(*args, **options)
