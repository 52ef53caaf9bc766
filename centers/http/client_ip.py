"""The IP address of a client, by which the lockout and the API's rate limit count."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def get_client_ip(request: HttpRequest) -> str | None:
    """Return the client's IPv4 address or its IPv6 /64 network, which one customer holds whole.

    Behind a proxy it is the last address in X-Forwarded-For, which the proxy itself has added:
    those before it anyone could have written. Returns None if it is unknown.
    """
    candidates = [request.META.get("REMOTE_ADDR", "")]
    if settings.BEHIND_PROXY:
        candidates.insert(0, request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2])
    for text in candidates:
        with suppress(ValueError):
            return str(_normalize_ip(ip_address(text.strip())))
    return None


def anonymize_ip(address: str | None) -> str:
    """Return the /24 network of an IPv4 or the /48 of an IPv6 address, as the log may hold it."""
    try:
        version = ip_address(address or "").version
    except ValueError:
        return "unknown"
    return str(ip_network(f"{address}/{24 if version == 4 else 48}", strict=False))


def _normalize_ip(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if address.version == 4:
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    # Computed from the number, which leaves out a scope (%eth0).
    return ip_network((int(address) >> 64 << 64, 64)).network_address
