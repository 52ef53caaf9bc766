"""All regions in memory as a tree, and distances between points."""

from collections import defaultdict
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

from centers.models import Region

#: The Earth's mean radius in km: (2a + b) / 3 of the WGS84 ellipsoid, IUGG's R1.
EARTH_RADIUS_KM = 6371.0088


class RegionTree:
    """All regions, loaded with one query."""

    def __init__(self) -> None:
        self.by_code: dict[str, Region] = {}
        self.children: dict[str | None, list[Region]] = defaultdict(list)
        for region in Region.objects.order_by("code"):
            self.by_code[region.code] = region
            self.children[region.parent_id].append(region)
        # The 시·도 in the order of the alphabet (가나다); the codes of new ones follow no order.
        self.children[None].sort(key=lambda sido: sido.short_name)
        for region in self.by_code.values():
            region.parent = self.by_code.get(region.parent_id or "")

    def list_enclosing_codes(self, code: str) -> list[str]:
        """Return the code and those of the regions around it, the smallest first."""
        codes = []
        region = self.by_code.get(code)
        while region:
            codes.append(region.code)
            region = region.parent
        return codes

    def list_full_names(self, codes: list[str]) -> list[str]:
        """Return the names from the 시·도 down of the regions that there are."""
        return [self.by_code[code].full_name for code in codes if code in self.by_code]

    def collect_inner_codes(self, code: str) -> set[str]:
        """Return the code and those of all regions inside it."""
        codes = {code}
        for child in self.children[code]:
            codes |= self.collect_inner_codes(child.code)
        return codes

    def filter_narrowest(self, codes: list[str]) -> list[str]:
        """Drop the codes of regions that have another of the codes inside."""
        wider = {outer for code in codes for outer in self.list_enclosing_codes(code)[1:]}
        return [code for code in codes if code not in wider]

    def filter_widest(self, codes: list[str]) -> list[str]:
        """Drop the codes of regions that are inside another of the codes."""
        if len(codes) < 2:
            return codes
        return [code for code in codes if not set(self.list_enclosing_codes(code)[1:]) & set(codes)]

    @cached_property
    def by_former_code(self) -> dict[str, Region]:
        """Regions of today by the codes of former regions that they contain whole."""
        return {old: region for region in self.by_code.values() for old in region.former_codes}


def measure_distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance in km between two points, each (lat, lon) in degrees.

    By the haversine formula; at most 0.6 % off, as the Earth is not a sphere.
    """
    # In few steps: a page measures to thousands of points.
    lat_a, lon_a, lat_b, lon_b = radians(a[0]), radians(a[1]), radians(b[0]), radians(b[1])
    haversine = (
        sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(sqrt(haversine))
