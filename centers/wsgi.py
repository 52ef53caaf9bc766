"""The WSGI application that granian serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from centers.env import limit_waiting
from centers.http.charset import require_text_charset
from centers.http.closing import close_streams

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centers.settings")

limit_waiting(settings.DATABASES["default"], settings.DATABASE_STATEMENT_SECONDS)

application = close_streams(require_text_charset(get_wsgi_application()))

# Import everything before the first request, then exempt it from garbage collection: each full
# collection would otherwise take a tenth of a second of some request.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
# A response makes thousands of objects and few cycles: looking for these after each 700 objects,
# as is the default, takes a tenth of a large file's time.
gc.set_threshold(50_000)
