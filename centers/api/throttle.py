"""How often one address may ask."""

from django.conf import settings
from rest_framework.throttling import SimpleRateThrottle

from centers.addresses import client_address


class AddressThrottle(SimpleRateThrottle):
    """So many requests a minute from one address, counted by each server process for itself."""

    scope = "api"

    def get_rate(self) -> str:
        return f"{settings.API_RATE}/minute"

    def get_cache_key(self, request, view) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}

    def get_ident(self, request) -> str:
        return client_address(request) or ""
