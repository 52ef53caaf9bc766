#!/usr/bin/env python
"""The command line of the directory."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centers.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A wrong setting is the operator's to mend: one line says which, a traceback would hide it.
        sys.exit(f"Setting error: {error}")
    except DatabaseError:
        # A command of Django's own, such as createsuperuser, in read-only mode.
        from django.conf import settings

        from centers.management.cli import READ_ONLY_MESSAGE

        if not settings.READ_ONLY:
            raise
        sys.exit(f"CommandError: {READ_ONLY_MESSAGE}")
    except KeyboardInterrupt:
        sys.exit(130)  # as the shell counts an end by Ctrl+C


if __name__ == "__main__":
    main()
