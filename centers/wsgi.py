"""The WSGI application that granian serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centers.settings")

application = get_wsgi_application()

# All code before the first request; what has been loaded by then stays as long as the process, and
# looking through it for garbage again and again would hold up a request for a tenth of a second.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
