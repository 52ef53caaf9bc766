"""Scores which centre a printed row describes: at most one, and a question where it is unclear.

Points: same operator 40; same name 40, former printed names included; same region 20, or 12 if one
lies in the other; same industry 20. Deducted: another industry 40, another 시·도 30, another name
15. A row of the same announcement that was imported before scores 100 more.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from centers.importer.decisions import RowDecision
from centers.importer.facts import (
    RowFacts,
    collapse_spaces,
    make_address_key,
    make_name_key,
    make_operator_key,
    make_phone_key,
)
from centers.importer.name_parser import strip_brackets
from centers.models import Center, Listing, Region
from centers.models.region_tree import RegionTree

#: From this score on, a row describes the centre.
MATCH_SCORE = 60
#: From this score on, it may.
POSSIBLE_SCORE = 40
#: The lead that the best candidate, or the best row of a centre, needs over the next.
CLEAR_MARGIN = 20
#: From this score on, two rows are taken for one centre; different names prevent it.
DUPLICATE_SCORE = 80


@dataclass(frozen=True)
class MatchCandidate:
    """A centre that a row may describe."""

    center: Center
    score: int
    #: What is alike, in Korean.
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """The result for one row: its centre, a new centre (None), or a question to the editor."""

    center: Center | None = None
    candidates: tuple[MatchCandidate, ...] = ()
    #: Why the editor has to decide, in Korean; "" if no decision is needed.
    question: str = ""
    #: Centres of the place and industry of a new one.
    neighbours: tuple[Center, ...] = ()

    @property
    def best(self) -> MatchCandidate | None:
        """The candidate that is the matched centre."""
        own = (candidate for candidate in self.candidates if candidate.center == self.center)
        return next(own, None)


@dataclass(frozen=True)
class MatchFeatures:
    """The features of a centre or a row that are compared."""

    names: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    #: The codes of all regions that may be meant.
    regions: tuple[str, ...] = ()
    #: Values of `RowFacts.industry_key`.
    industries: frozenset[str] = frozenset()


@dataclass
class CenterIndex:
    """The saved centres and listings, indexed by the features that rows are compared by."""

    tree: RegionTree
    centers: Iterable[Center]
    listings: Iterable[Listing]
    #: The primary key of the imported announcement; None if it is not saved yet.
    announcement: int | None = None
    by_key: dict[int, Center] = field(default_factory=dict, init=False)
    features: dict[int, MatchFeatures] = field(default_factory=dict, init=False)
    #: The listings of the imported announcement by `make_row_key`.
    printed_before: dict[tuple, list[Listing]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._index: dict[tuple, set[int]] = defaultdict(set)
        self._lookalikes: dict[tuple[str, str], set[int]] = defaultdict(set)
        #: The cores of the names of centres with their keys, by 시·도.
        self._cores: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.by_key = {center.pk: center for center in self.centers}
        names: dict[int, set[str]] = defaultdict(set)
        for listing in self.listings:
            names[listing.center_id].add(make_name_key(listing.name))
            if listing.announcement_id == self.announcement:
                self.printed_before.setdefault(make_row_key(listing.texts), []).append(listing)
        for center in self.by_key.values():
            features = build_center_features(center, names[center.pk])
            self.features[center.pk] = features
            for key in _build_lookup_keys(features):
                self._index[key].add(center.pk)
            for key in build_lookalike_keys(center.name, center.address, center.phone):
                self._lookalikes[key].add(center.pk)
            core = make_core_key(center.name)
            self._cores[self._get_sido(center.region_id)].append((core, center.pk))

    def find_candidates(self, facts: RowFacts) -> list[MatchCandidate]:
        """The centres that the row may describe, best first."""
        features = build_row_features(facts)
        if center := self._find_printed_before(facts):
            score, reasons = compare_features(features, self.features[center], self.tree)
            # The centre may have been edited since; the row still describes it.
            reasons = ("같은 공고의 같은 내용", *reasons)
            return [MatchCandidate(self.by_key[center], 100 + max(score, 0), reasons)]
        keys = _build_lookup_keys(features)
        namesakes = self._score(features, {key for key in keys if key[0] == "name"})
        # No centre of another name, or without one, comes within CLEAR_MARGIN of such a score.
        if namesakes and namesakes[0].score >= DUPLICATE_SCORE + CLEAR_MARGIN:
            return namesakes
        return self._score(features, keys)

    def find_neighbours(self, facts: RowFacts, taken: Container[int]) -> tuple[Center, ...]:
        """The open centres of the 시·군·구 and industry of a row that no row describes.

        The row may be one of them under another name and operator.
        """
        if facts.region is None or facts.region.level == Region.Level.SIDO:
            return ()
        near = self._index.get(("region", facts.region.code, facts.industry_key), ())
        centers = (self.by_key[center] for center in sorted(near) if center not in taken)
        return tuple(one for one in centers if one.status != Center.Status.CLOSED)

    def find_lookalikes(self, facts: RowFacts, taken: Container[int]) -> list[MatchCandidate]:
        """The centres with the address, telephone or name of a row, differences aside.

        A part of a name counts for centres of the same 시·도 that no row describes.
        """
        features = build_row_features(facts)
        reasons: dict[int, list[str]] = defaultdict(list)
        phone = str(facts.values.get("phone", ""))
        for key in build_lookalike_keys(facts.name, facts.address, phone):
            for center in self._lookalikes.get(key, ()):
                reasons[center].append(_LOOKALIKE_REASONS[key[0]])
        core = make_core_key(facts.name)
        sidos = {self._get_sido(region.code) for region in facts.regions}
        for sido in sidos if len(core) > 1 else ():
            for other, center in self._cores.get(sido, ()):
                if core in other and core != other and center not in taken:
                    reasons[center].append(_LOOKALIKE_REASONS["part"])
        return sorted(
            (
                MatchCandidate(
                    self.by_key[center],
                    max(compare_features(features, self.features[center], self.tree)[0], 0),
                    tuple(alike),
                )
                for center, alike in reasons.items()
            ),
            key=lambda candidate: (-candidate.score, candidate.center.pk),
        )

    def _get_sido(self, code: str) -> str:
        return (self.tree.list_enclosing_codes(code) or [code])[-1]

    def _score(self, features: MatchFeatures, keys: set[tuple]) -> list[MatchCandidate]:
        candidates = []
        for center in set[int]().union(*(self._index.get(key, ()) for key in keys)):
            score, reasons = compare_features(features, self.features[center], self.tree)
            if score >= POSSIBLE_SCORE:
                candidates.append(MatchCandidate(self.by_key[center], score, tuple(reasons)))
        return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.center.pk))

    def _find_printed_before(self, facts: RowFacts) -> int | None:
        """The centre of the same row of the same announcement, if it was imported before."""
        listings = self.printed_before.get(make_row_key(facts.texts), [])
        if len(listings) > 1:
            listings = [listing for listing in listings if listing.row == facts.number]
        return listings[0].center_id if listings else None


_LOOKALIKE_REASONS = {
    "address": "주소 같음",
    "phone": "전화 같음",
    "name": "이름 같음",
    "part": "이름의 한 부분",
}
#: The ending that all names of centres share, in full or as 센터 alone.
_NAME_ENDING = re.compile(r"(?:도시형|소공인|특화|지원)*센터\Z")


def build_lookalike_keys(name: str, address: str, phone: str) -> set[tuple[str, str]]:
    """Keys that two centres hardly share: address, telephone, name without its brackets."""
    keys = {
        # A district alone is where many are.
        ("address", make_address_key(address) if re.search(r"\d", address) else ""),
        ("address", make_street_key(address)),
        ("phone", make_phone_key(phone)),
        ("name", make_name_key(strip_brackets(name))),
    }
    return {(kind, key) for kind, key in keys if key}


def make_street_key(address: str) -> str:
    """A key of an address up to its number, without 시·도 and what is inside the building; "" if
    it has no number.
    """
    numbers = list(_NUMBER_IN_ADDRESS.finditer(address))
    words = address[: numbers[0].end()].split() if numbers else []
    return make_address_key("".join(words[1:])) if len(words) > 2 else ""


#: The number behind a road, or behind a 동 or 리: 도림로 141길 22, 서패동 470-1.
_NUMBER_IN_ADDRESS = re.compile(
    r"(?<=[가-힣0-9](?:로|길))\s?\d+(?:-\d+)?(?![\d-]|\s?번?\s?길)"
    r"|(?<=[가-힣](?:동|리|가))\s\d+(?:-\d+)?(?![\d-]|\s?[층호동관])",
    re.ASCII,
)


def make_core_key(name: str) -> str:
    """A key of a name without the ending that all share: 문래 소공인특화지원센터 is 문래."""
    return _NAME_ENDING.sub("", make_name_key(strip_brackets(name)))


def make_row_key(texts: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """A key that is equal for rows with the same texts."""
    tidied = ((name, collapse_spaces(text)) for name, text in texts.items())
    return tuple(sorted((name, text) for name, text in tidied if text))


def build_center_features(center: Center, printed_names: set[str]) -> MatchFeatures:
    """The features of a saved centre; `printed_names` are the name keys of its listings."""
    operator = center.operator
    operators = [operator.name, *operator.former_names] if operator else []
    # A 상생 centre may have an industry too; it serves its whole 시·도 all the same.
    is_wide_area = center.kind == Center.Kind.WIDE_AREA
    industry = Center.Kind.WIDE_AREA.value if is_wide_area else center.industry_id
    return MatchFeatures(
        names=frozenset({make_name_key(center.name), *printed_names} - {""}),
        operators=frozenset(map(make_operator_key, operators)) - {""},
        regions=(center.region_id,),
        industries=frozenset({cast(str, industry)}),
    )


def build_row_features(facts: RowFacts) -> MatchFeatures:
    """The features of a printed row."""
    industries = {industry.code for industry in facts.industries} or {facts.industry_key}
    return MatchFeatures(
        names=frozenset({make_name_key(facts.name)} - {""}),
        operators=frozenset({make_operator_key(facts.operator)} - {""}),
        regions=tuple(region.code for region in facts.regions),
        industries=frozenset(industries - {""}),
    )


def _build_lookup_keys(features: MatchFeatures) -> set[tuple]:
    """The index keys; only centres that share one of them can reach POSSIBLE_SCORE."""
    keys: set[tuple] = {("name", name) for name in features.names}
    keys |= {("operator", operator) for operator in features.operators}
    return keys | {
        ("region", code, industry) for code in features.regions for industry in features.industries
    }


def compare_features(
    one: MatchFeatures, other: MatchFeatures, tree: RegionTree
) -> tuple[int, list[str]]:
    """The score of two sets of features (points as above), and what is alike, in Korean."""
    score = 0
    reasons: list[str] = []
    if one.names & other.names:
        score, reasons = score + 40, [*reasons, "이름 같음"]
    elif one.names and other.names:
        score -= 15
    if one.operators & other.operators:
        score, reasons = score + 40, [*reasons, "운영기관 같음"]
    if one.regions and other.regions:
        points, reason = max(
            _compare_regions(tree, mine, theirs) for mine in one.regions for theirs in other.regions
        )
        score, reasons = score + points, [*reasons, reason] if reason else reasons
    if one.industries & other.industries:
        score, reasons = score + 20, [*reasons, "업종 같음"]
    elif one.industries and other.industries:
        score -= 40
    return score, reasons


def _compare_regions(tree: RegionTree, one: str, other: str) -> tuple[int, str]:
    if one == other:
        return 20, "지역 같음"
    path, other_path = tree.list_enclosing_codes(one), tree.list_enclosing_codes(other)
    if one in other_path or other in path:
        return 12, "지역이 이어짐"
    return (0, "") if path[-1] == other_path[-1] else (-30, "")


def match_rows(
    rows: list[RowFacts], index: CenterIndex, decisions: Mapping[int, RowDecision]
) -> dict[int, Match]:
    """Match rows to centres; return the result by row number, in any order of the rows.

    `decisions` are by row number and were checked by `Decisions`: no two name the same centre.
    Skipped rows are left out of the result.
    """
    rows = [row for row in rows if not decisions.get(row.number, {}).get("skip")]
    candidates = {row.number: tuple(index.find_candidates(row)) for row in rows}
    matches: dict[int, Match] = {}
    taken: dict[int, int] = {}
    for row in rows:
        chosen = decisions.get(row.number, {}).get("center")
        if chosen is not None:
            center = None if chosen == "new" else index.by_key[chosen]
            matches[row.number] = Match(center, candidates[row.number])
            if center:
                taken[center.pk] = row.number
    undecided = [row.number for row in rows if row.number not in matches]
    taken |= _find_winners({number: candidates[number] for number in undecided}, taken)
    centers = {number: center for center, number in taken.items()}
    for number in undecided:
        if number in centers:
            matches[number] = Match(index.by_key[centers[number]], candidates[number])
        else:
            matches[number] = _match_unsettled(candidates[number], taken)
    for row in rows:
        match = matches[row.number]
        is_new = row.number in undecided and not (match.center or match.question)
        if is_new:
            matches[row.number] = Match(None, neighbours=index.find_neighbours(row, taken))
        if is_new and (alike := tuple(index.find_lookalikes(row, taken))):
            what = ", ".join(dict.fromkeys(why for one in alike for why in one.reasons))
            question = f"이미 있는 센터와 같은 것이 있습니다({what})."
            matches[row.number] = Match(None, alike, question)
    new = [row for row in rows if not (matches[row.number].center or matches[row.number].question)]
    for number, others in _find_duplicates(new).items():
        if number in undecided:
            question = f"{format_row_numbers(others)}과 같은 센터로 보입니다."
            matches[number] = Match(question=question)
    return matches


def _find_winners(
    candidates: Mapping[int, tuple[MatchCandidate, ...]], taken: Mapping[int, int]
) -> dict[int, int]:
    """By centre, the row that matches it with a clear lead over other centres and other rows."""
    claims: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, ranked in candidates.items():
        if not ranked:
            continue
        best, *rest = ranked
        is_clear = not rest or best.score - rest[0].score >= CLEAR_MARGIN
        if best.score >= MATCH_SCORE and is_clear and best.center.pk not in taken:
            claims[best.center.pk].append((best.score, number))
    winners = {}
    for center, rivals in claims.items():
        (score, number), *others = sorted(rivals, reverse=True)
        if not others or score - others[0][0] >= CLEAR_MARGIN:
            winners[center] = number
    return winners


def _match_unsettled(candidates: tuple[MatchCandidate, ...], taken: Mapping[int, int]) -> Match:
    """The result for a row that has not won a centre: a new centre or a question."""
    # A centre won by another row is still a candidate only where this row looks like the same one.
    left = tuple(
        one for one in candidates if one.center.pk not in taken or one.score >= DUPLICATE_SCORE
    )
    if rivals := {taken[one.center.pk] for one in left if one.center.pk in taken}:
        return Match(None, left, f"{format_row_numbers(rivals)}과 같은 센터로 보입니다.")
    if len(left) > 1:
        return Match(None, left, "여러 센터 가운데 하나일 수 있습니다.")
    return Match(None, left, "이 센터일 수 있습니다." if left else "")


def _find_duplicates(rows: list[RowFacts]) -> dict[int, set[int]]:
    """Rows for new centres that look like one centre: by row number, the numbers of the others."""
    groups: dict[tuple, list[RowFacts]] = defaultdict(list)
    for row in rows:
        name, operator = make_name_key(row.name), make_operator_key(row.operator)
        regions = tuple(region.code for region in row.regions)
        contacts = row.address and row.values.get("phone")
        if contacts:
            key = (make_address_key(row.address), make_phone_key(str(row.values["phone"])))
            groups["name", *key].append(row)
        if bare := make_name_key(strip_brackets(row.name)):
            groups["name", bare, regions].append(row)
        if name:
            groups["name", name, regions, row.industry_key].append(row)
            groups["name", name, operator].append(row)
        if operator:
            groups["operator", operator, regions, row.industry_key].append(row)
    duplicates: dict[int, set[int]] = defaultdict(set)
    for (kind, *_), group in groups.items():
        # An operator may run several centres of one industry in one region: names, where every
        # row has one, tell them apart.
        if len(group) > 1 and (kind == "name" or not all(row.name for row in group)):
            for row in group:
                duplicates[row.number] |= {other.number for other in group} - {row.number}
    return duplicates


def format_row_numbers(numbers: Iterable[int]) -> str:
    """Up to three row numbers for a sentence: 3행, 5행."""
    ordered = sorted(numbers)
    return ", ".join(f"{number}행" for number in ordered[:3]) + ("…" if len(ordered) > 3 else "")
