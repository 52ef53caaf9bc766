"""Doubts about where a centre is: its address, region and point may name different places."""

from hashlib import sha256
from typing import Any, cast

from django import forms

from centers.models import Center, DataVersion, Region
from centers.models.place_parser import get_place_parser
from centers.models.reference_data import get_reference_data
from centers.models.region_tree import RegionTree
from centers.search.nearest import measure_to
from centers.text.hangul import to_plain_text

#: A point in another 시·도 is in doubt this far from the middle of the centre's region, in km.
DOUBTFUL_KM = 25
#: And so is any point this far away: the widest 시·군·구 reach about 50 km from their middle.
FAR_KM = 80
PLACE_FIELDS = ("address", "region", "lat", "lon")


def find_place_warnings(center: Center, before: dict[str, Any]) -> dict[str, str]:
    """Return what may be wrong about the place of a centre, by field; none of it is an error.

    `before` are the values that the centre had, by field; empty for a new one.
    """
    regions, _ = get_reference_data(DataVersion.cached())
    warnings = {}
    if text := _doubt_address(center, regions):
        warnings["address"] = text
    old_point = before.get("lat"), before.get("lon")
    has_moved = to_plain_text(before.get("address") or "") != to_plain_text(center.address)
    if text := _doubt_point(center, regions):
        warnings["lat"] = text
    elif before and has_moved and center.lat is not None and old_point == (center.lat, center.lon):
        warnings["lat"] = "주소를 바꾸었는데 좌표는 그대로입니다."
    return warnings


def _doubt_address(center: Center, regions: RegionTree) -> str:
    """Say where the address is, if that is neither inside the region nor around it."""
    own = center.region_id
    named = get_place_parser(regions).find_regions(center.address)
    if own not in regions.by_code or not named:
        return ""
    around = {*regions.list_enclosing_codes(own), *regions.collect_inner_codes(own)}
    if any(region.code in around for region in named):
        return ""
    where = " 또는 ".join(region.full_name for region in named[:3])
    return f"주소는 {where}인데 지역은 {regions.by_code[own].full_name}입니다."


def _doubt_point(center: Center, regions: RegionTree) -> str:
    """Say where the point is, if that is far from the region."""
    own = regions.by_code.get(center.region_id)
    if own is None or center.lat is None or center.lon is None:
        return ""
    point = center.lat, center.lon
    nearest = min(
        (one for one in regions.by_code.values() if one.level != Region.Level.SIDO),
        key=lambda one: measure_to(point, one),
        default=own,
    )
    km = measure_to(point, own)
    if own.level == Region.Level.SIDO:
        is_doubtful = nearest.sido.code != own.code and km > FAR_KM
    else:
        is_doubtful = km > FAR_KM or (nearest.sido.code != own.sido.code and km > DOUBTFUL_KM)
    if not is_doubtful:
        return ""
    return f"좌표는 {nearest.full_name} 근처인데 지역은 {own.full_name}입니다."


class PlaceWarningForm(forms.ModelForm):
    """A form of a centre that says once what may be wrong about its place, and then saves."""

    #: Names the warnings that the editor has seen.
    seen_warnings = forms.CharField(required=False, widget=forms.HiddenInput)

    def _post_clean(self):
        # Here the values are on the record, and were checked one by one.
        cast(Any, super())._post_clean()
        is_new = self.instance._state.adding
        if self.errors or not (is_new or {*PLACE_FIELDS} & {*self.changed_data}):
            return
        warnings = find_place_warnings(self.instance, {} if is_new else self.get_old_values())
        key = sha256("".join(warnings.values()).encode()).hexdigest()[:16] if warnings else ""
        if key == self.cleaned_data.get("seen_warnings", ""):
            return
        data = cast(Any, self.data).copy()
        data[self.add_prefix("seen_warnings")] = key
        self.data = data
        for name, text in warnings.items():
            self.add_error(name, f"{text} 이대로 맞으면 한 번 더 저장해 주세요.")

    def get_old_values(self) -> dict[str, Any]:
        """The values of the record before this form."""
        return {name: self.initial.get(name) for name in PLACE_FIELDS}
