#!/usr/bin/env python
"""The command line of the directory."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centers.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A wrong setting is the operator's to mend: one line says which, a traceback would hide it.
        sys.exit(f"Setting error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)  # as the shell counts an end by Ctrl+C


if __name__ == "__main__":
    main()
