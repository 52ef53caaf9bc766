"""Values of query parameters that name places: by code, by name or, to measure from, by address."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from centers.models.gazetteer import (
    Gazetteer,
    Locality,
    build_region_locality,
    find_key,
    get_gazetteer,
)
from centers.models.region_tree import RegionTree
from centers.text.formatting import quote
from centers.text.hangul import clean, retype
from centers.text.word_endings import PARTICLES, list_stems

#: Parameters whose values are places, by code or by name.
FILTER_PARAMETER, ORIGIN_PARAMETER = PLACE_PARAMETERS = ("region", "near")


@dataclass(frozen=True)
class Candidate:
    """One of several places that a value may mean."""

    #: The value that means this place alone.
    code: str
    full_name: str
    #: Where the choice leads, if not to the list with this value.
    url: str = ""


class OriginField(forms.CharField):
    """A place to measure from, by its key (`Locality.key`)."""

    def __init__(self, *, tree: RegionTree, **kwargs):
        super().__init__(**kwargs)
        self.tree = tree

    def clean(self, value: str) -> str:
        """Return the key; raises ValidationError for a place that is unknown or has no point."""
        found = find_key(value, self.tree)
        if found is None or found.lat is None:
            raise ValidationError("")
        return value


def find_places(name: str, value: str, tree: RegionTree) -> list[Locality]:
    """Find the places that a value of a parameter may mean; none for one that is a key already.

    A filter has whole regions: of a 읍·면·동, the region around it.
    """
    known = find_key(value, tree)
    if known and (name == ORIGIN_PARAMETER or not known.name):
        return []
    if successor := tree.by_former_code.get(value):
        return [build_region_locality(successor)]
    places = [known] if known else find_named_places(name, value, get_gazetteer(tree))
    if name != FILTER_PARAMETER:
        return places
    by_code = {one.region.code: one for one in places}
    return [Locality(one.region, is_part=one.is_part) for one in by_code.values()]


def find_named_places(name: str, value: str, gazetteer: Gazetteer) -> list[Locality]:
    return (
        gazetteer.find(value)
        or gazetteer.find(retype(clean(value).lower()) or "")
        or _find_without_particle(value, gazetteer)
        # An address is enough to measure from, but a filter must be exact.
        or (gazetteer.find_by_address(value) if name == ORIGIN_PARAMETER else [])
    )


def _find_without_particle(value: str, gazetteer: Gazetteer) -> list[Locality]:
    """Find the places of a name with a particle: 성수동에서, 부산 근처."""
    stems = (stem.strip() for stem in list_stems(clean(value), PARTICLES))
    return next((found for stem in stems if len(stem) > 1 and (found := gazetteer.find(stem))), [])


def build_candidates(places: list[Locality]) -> list[Candidate]:
    """Build the choices between several places."""
    return [Candidate(one.key, one.full_name) for one in places]


def describe_reading(label: str, value: str, place: Locality) -> str:
    """Say which region stands for a place inside it."""
    read_as = quote(place.full_name, "으로", "로")
    return f"{label} {quote(value)} {read_as} 읽었습니다."
