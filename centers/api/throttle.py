"""How often one address may ask."""

from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from rest_framework.throttling import SimpleRateThrottle


class AddressThrottle(SimpleRateThrottle):
    """So many requests a minute from one address, counted by each server process for itself."""

    scope = "api"

    def get_rate(self) -> str:
        return f"{settings.API_RATE}/minute"

    def get_cache_key(self, request, view) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}

    def get_ident(self, request) -> str:
        """The reader's address; behind a proxy the one that the proxy has seen itself.

        What stands before that in the header, anyone could have written.
        """
        if settings.BEHIND_PROXY:
            with suppress(ValueError):
                named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2]
                return str(ip_address(named.strip()))
        return request.META.get("REMOTE_ADDR", "")
