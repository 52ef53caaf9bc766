"""From which address a request comes: what the lockout and the API's limit count by."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def get_client_ip(request: HttpRequest) -> str | None:
    """The address that asks; of IPv6 the /64 net, which one customer holds whole. None if unknown.

    Behind a proxy it is the last one in X-Forwarded-For, which the proxy has seen itself: what
    stands before that, anyone could have written.
    """
    named = [request.META.get("REMOTE_ADDR", "")]
    if settings.BEHIND_PROXY:
        named.insert(0, request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2])
    for text in named:
        with suppress(ValueError):
            return str(_normalize_ip(ip_address(text.strip())))
    return None


def anonymize_ip(address: str | None) -> str:
    """An address as it may be written down: the /24 of IPv4 or the /48 of IPv6."""
    try:
        version = ip_address(address).version
    except ValueError:
        return "unknown"
    return str(ip_network(f"{address}/{24 if version == 4 else 48}", strict=False))


def _normalize_ip(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if address.version == 4:
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    # By its number, which leaves out the name of an interface after a %.
    return ip_network((int(address) >> 64 << 64, 64)).network_address
