"""Centres as GeoJSON (RFC 7946)."""

import json
from collections.abc import Iterable, Iterator

from django.conf import settings

from centers.models import Center

GEOJSON_MEDIA_TYPE = "application/geo+json"


def build_feature(center: Center) -> dict:
    """One centre, with the region's point where its own is not known, and said to be so.

    `center` comes with its parts, as `Results` fetches them. In a region without a point it has no
    geometry.
    """
    place = center if center.lat is not None else center.region
    known = place.lat is not None
    return {
        "type": "Feature",
        "id": center.pk,
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]} if known else None,
        "properties": {
            "name": center.display_name,
            "located_by": ("center" if place is center else "region") if known else None,
            "kind": center.kind,
            "status": center.status,
            "region": center.region_id,
            "region_name": center.region.full_name,
            "industry": center.industry_id,
            "industry_name": center.industry.name if center.industry else None,
            "specialty": center.specialty or None,
            "operator": center.operator.name if center.operator else None,
            "cluster_size": center.cluster_size,
            "cluster_size_as_of": center.cluster_size_as_of and f"{center.cluster_size_as_of}",
            "designated_year": center.designated_year,
            "address": center.address or None,
            "phone": center.phone or None,
            "website": center.website or None,
            "confirmed_on": center.confirmed_on and f"{center.confirmed_on}",
            "page": settings.SITE_URL + center.get_absolute_url(),
        },
    }


def write_feature_collection(chunks: Iterable[list[Center]]) -> Iterator[str]:
    """The text of one collection of all the centres, a chunk of them at a time."""
    yield '{"type":"FeatureCollection","features":['
    comma = ""
    for centers in chunks:
        texts = (
            json.dumps(build_feature(center), ensure_ascii=False, separators=(",", ":"))
            for center in centers
        )
        yield comma + ",".join(texts)
        comma = ","
    yield "]}\n"
