"""The region of a printed row, from its label, its address and the name of its centre."""

import re
from functools import lru_cache

from centers.importer.cell_parsers import split_count
from centers.importer.facts import WIDE_AREA, RowFacts
from centers.models import Region
from centers.models.gazetteer import get_gazetteer
from centers.models.place_parser import get_place_parser
from centers.models.region_tree import RegionTree
from centers.text.formatting import quote

#: Between several regions in one cell: 대전·세종, 충남/충북, 시흥시·안산시.
_BETWEEN = re.compile(r"\s*[·ㆍ∙・/,、&+~]\s*|\s+(?:및|와|과)\s+")


class RegionReader:
    """Finds the regions that a row may mean; needs no query of its own."""

    def __init__(self, tree: RegionTree) -> None:
        self.tree = tree
        self.places = get_place_parser(tree)
        # Few labels and first words stand in many rows.
        self.read_label = lru_cache(maxsize=500)(self._read_label_uncached)
        self._find_several = lru_cache(maxsize=500)(self._find_several_uncached)

    def add_region(
        self, facts: RowFacts, texts: dict[str, str], decided: str | None = None
    ) -> RowFacts:
        """The facts with their regions; `decided` is a code that an editor chose."""
        label, by_label = self.read_label(texts.get("region", ""))
        by_name = self.places.find_regions(facts.name)
        several = self._find_several(label) or self._find_several(facts.name.partition(" ")[0])
        by_address = self._find_address_regions(facts.address, label, by_label)
        regions = by_address or by_label or by_name
        regions = self._narrow(self._narrow(regions, by_label), by_name)
        warnings: list[str] = []
        offered = facts.offered
        named, column = self._find_named_inside(label, facts, regions)
        if named and not several and not by_address:
            regions = named
            offered |= {"region"} if column == "name" else set()
            text = label if column == "region" else facts.address
            if len(named) == 1 and column != "name":
                read_as = quote(named[0].full_name, "으로", "로")
                warnings.append(f"지역: {quote(text)} {read_as} 읽었습니다.")
        if several:
            regions, note = self._settle_several(several, by_address, label or facts.name)
            warnings += [note] if note else []
        elif by_address and by_label and not self._are_nested(by_address, by_label):
            warnings.append(
                f"지역은 {quote(label, '인데', '인데')} 주소는 {by_address[0].full_name} 안입니다."
                " 주소를 따랐습니다."
            )
        if facts.kind == WIDE_AREA and not several:
            # The address is only that of the office; the centre serves the whole 시·도.
            around = {
                code for region in regions for code in self.tree.list_enclosing_codes(region.code)
            }
            sidos = [r for r in by_name if r.level == Region.Level.SIDO and r.code in around]
            regions = sidos or regions
        read_from = facts.read_from
        if regions != by_label and not (named and regions == named and column == "region"):
            column = "name" if regions == by_name or not facts.address else "address"
            read_from = {**read_from, "region": column}
        typed = facts.typed
        if decided:
            if all(region.code != decided for region in regions):
                typed |= {"region"}
            regions, warnings, offered = [self.tree.by_code[decided]], [], offered - {"region"}
            read_from = {name: column for name, column in read_from.items() if name != "region"}
        return facts.with_changes(
            regions=tuple(regions),
            warnings=(*facts.warnings, *warnings),
            read_from=read_from,
            typed=typed,
            offered=offered,
        )

    def _find_named_inside(
        self, label: str, facts: RowFacts, regions: list[Region]
    ) -> tuple[list[Region], str]:
        """The regions of a 읍·면·동 or cluster that the row names, and the column that names it.

        None where the row names regions that are no wider.
        """
        gazetteer = get_gazetteer(self.tree)
        texts = {
            "region": lambda: gazetteer.find(label),
            "address": lambda: gazetteer.find_by_address(facts.address),
            "name": lambda: gazetteer.find(facts.name.partition(" ")[0]),
        }
        for column, find in texts.items():
            named = {one.region.code: one.region for one in find() if one.is_part}
            # What is named further must lie where the row says.
            inside = [
                one for one in named.values() if not regions or self._are_nested([one], regions)
            ]
            if inside and (not regions or column == "region"):
                return inside, column
        return [], ""

    def _read_label_uncached(self, text: str) -> tuple[str, list[Region]]:
        """A printed label without the count of its rows, and the regions that it may mean."""
        label, _ = split_count(text)
        return label, self.places.find_regions(label)

    def _find_several_uncached(self, label: str) -> list[Region]:
        """The regions of a label that names several, none within another; else none."""
        parts = [part for part in _BETWEEN.split(label) if part]
        if len(parts) < 2:
            return []
        # The later parts may leave out the 시·도: 충북 청주·증평.
        front = parts[0].partition(" ")[0]
        found: list[Region] = []
        for part in parts:
            regions = self.places.find_regions(part)
            if len(regions) != 1 and (inside := self.places.find_regions(f"{front} {part}")):
                regions = inside
            found += regions
        distinct = list({region.code: region for region in found}.values())
        outer = [
            one
            for one in distinct
            if not any(other != one and self._is_within(other, one) for other in distinct)
        ]
        return outer if len(outer) > 1 else []

    def _settle_several(
        self, several: list[Region], by_address: list[Region], label: str
    ) -> tuple[list[Region], str]:
        """The regions among several that the address lies in, and a note in Korean; else all."""
        if len(by_address) == 1 and self._are_nested(by_address, several):
            return by_address, (
                f"{quote(label)} 여러 지역입니다. 주소를 따라 {by_address[0].full_name}만 적습니다."
            )
        return several, ""

    def _find_address_regions(
        self, address: str, label: str, by_label: list[Region]
    ) -> list[Region]:
        """The regions of an address; one without a 시·도 is completed by the region's label."""
        found = self.places.find_regions(address)
        if len(found) == 1 or not (address and label):
            return found
        inside = self.places.find_regions(f"{label} {address}")
        return inside if inside and inside != by_label else found

    def _narrow(self, regions: list[Region], others: list[Region]) -> list[Region]:
        """Narrow ambiguous or wide regions by others that agree with them."""
        if len(regions) == len(others) == 1:
            return others if self._is_within(others[0], regions[0]) else regions
        if len(regions) > 1 and others:
            return [one for one in regions if self._are_nested([one], others)] or regions
        return regions

    def _are_nested(self, some: list[Region], others: list[Region]) -> bool:
        """Whether any region of one list lies in any region of the other."""
        return any(
            self._is_within(other, one) or self._is_within(one, other)
            for one in some
            for other in others
        )

    def _is_within(self, inner: Region, outer: Region) -> bool:
        return outer.code in self.tree.list_enclosing_codes(inner.code)
