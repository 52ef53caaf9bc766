"""Which centre a printed row speaks of: at most one, with a score and reasons, never a guess.

Points: the same operator 40; the same name 40, or one that was printed before; the same region 20,
or 12 if one lies in the other; the same trade 20. Off go, for another trade 40, for another 시·도
30, for another name 15. A row of this very announcement that is known already has 100 more.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from centers.importer.facts import RowFacts, collapse_spaces, make_name_key, make_operator_key
from centers.models import Center, Listing
from centers.models.region_tree import RegionTree

#: From here on, a row speaks of the centre.
MATCH_SCORE = 60
#: From here on, it may.
POSSIBLE_SCORE = 40
#: By so much the best must be ahead of the next.
CLEAR_MARGIN = 20
#: From here on, two rows are one centre, unless a person knows better; other names prevent it.
DUPLICATE_SCORE = 80


@dataclass(frozen=True)
class MatchCandidate:
    """A centre that a row may speak of."""

    center: Center
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """What is known of one row: its centre, that it is a new one, or that a person must say."""

    center: Center | None = None
    candidates: tuple[MatchCandidate, ...] = ()
    #: Why a person must say; "" if nobody need.
    question: str = ""

    @property
    def best(self) -> MatchCandidate | None:
        own = (found for found in self.candidates if found.center == self.center)
        return next(own, None)


@dataclass(frozen=True)
class MatchFeatures:
    """What is compared of a centre or of a row."""

    names: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    #: The codes of all regions that may be meant.
    regions: tuple[str, ...] = ()
    trades: frozenset[str] = frozenset()


@dataclass
class CenterIndex:
    """The centres and printed rows that are here, by what is looked for."""

    tree: RegionTree
    centers: Iterable[Center]
    listings: Iterable[Listing]
    #: The key of the announcement that the rows belong to, if it is here.
    announcement: int | None = None
    sides: dict[int, MatchFeatures] = field(default_factory=dict, init=False)
    by_key: dict[int, Center] = field(default_factory=dict, init=False)
    printed: dict[tuple, list[Listing]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._index: dict[tuple, set[int]] = defaultdict(set)
        self.by_key = {center.pk: center for center in self.centers}
        names: dict[int, set[str]] = defaultdict(set)
        for listing in self.listings:
            names[listing.center_id].add(make_name_key(listing.name))
            if listing.announcement_id == self.announcement:
                self.printed.setdefault(make_row_key(listing.texts), []).append(listing)
        for center in self.by_key.values():
            side = build_center_features(center, names[center.pk])
            self.sides[center.pk] = side
            for key in _build_lookup_keys(side):
                self._index[key].add(center.pk)

    def candidates(self, facts: RowFacts) -> list[MatchCandidate]:
        """The centres that the row may speak of, the likeliest first."""
        side = build_row_features(facts)
        if again := self._printed_before(facts):
            score, reasons = compare_features(side, self.sides[again], self.tree)
            # Whatever has become of the centre since, the row is still about it.
            reasons = ("같은 공고의 같은 내용", *reasons)
            return [MatchCandidate(self.by_key[again], 100 + max(score, 0), reasons)]
        keys = _build_lookup_keys(side)
        namesakes = self._scored(side, {key for key in keys if key[0] == "name"})
        # None with another name, or without one, can come near such a score.
        if namesakes and namesakes[0].score >= DUPLICATE_SCORE + CLEAR_MARGIN:
            return namesakes
        return self._scored(side, keys)

    def _scored(self, side: MatchFeatures, keys: set[tuple]) -> list[MatchCandidate]:
        found = []
        for center in set().union(*(self._index.get(key, ()) for key in keys)):
            score, reasons = compare_features(side, self.sides[center], self.tree)
            if score >= POSSIBLE_SCORE:
                found.append(MatchCandidate(self.by_key[center], score, tuple(reasons)))
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.center.pk))

    def _printed_before(self, facts: RowFacts) -> int | None:
        """The centre of the same row of the same announcement, if it has been taken in before."""
        listings = self.printed.get(make_row_key(facts.texts), [])
        if len(listings) > 1:
            listings = [listing for listing in listings if listing.row == facts.number]
        return listings[0].center_id if listings else None


def make_row_key(texts: dict[str, str]) -> tuple:
    """The same for rows with the same texts."""
    return tuple(
        sorted(
            (name, collapse_spaces(text)) for name, text in texts.items() if collapse_spaces(text)
        )
    )


def build_center_features(center: Center, printed_names: set[str]) -> MatchFeatures:
    operator = center.operator
    bodies = [operator.name, *operator.former_names] if operator else []
    # A centre for a whole province may name a trade all the same.
    is_wide = center.kind == Center.Kind.WIDE_AREA
    return MatchFeatures(
        names=frozenset({make_name_key(center.name), *printed_names} - {""}),
        operators=frozenset(map(make_operator_key, bodies)) - {""},
        regions=(center.region_id,),
        trades=frozenset({Center.Kind.WIDE_AREA.value} if is_wide else {center.industry_id}),
    )


def build_row_features(facts: RowFacts) -> MatchFeatures:
    trades = {industry.code for industry in facts.industries} or {facts.trade}
    return MatchFeatures(
        names=frozenset({make_name_key(facts.name)} - {""}),
        operators=frozenset({make_operator_key(facts.operator)} - {""}),
        regions=tuple(region.code for region in facts.regions),
        trades=frozenset(trades - {""}),
    )


def _build_lookup_keys(side: MatchFeatures) -> set[tuple]:
    """Whatever is alike in one of these may be alike enough."""
    keys = {("name", name) for name in side.names}
    keys |= {("operator", operator) for operator in side.operators}
    return keys | {("place", code, trade) for code in side.regions for trade in side.trades}


def compare_features(
    one: MatchFeatures, other: MatchFeatures, tree: RegionTree
) -> tuple[int, list[str]]:
    """How much two sides are alike, in points, and in which ways."""
    score, reasons = 0, []
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
    if one.trades & other.trades:
        score, reasons = score + 20, [*reasons, "업종 같음"]
    elif one.trades and other.trades:
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
    rows: list[RowFacts], known: CenterIndex, decisions: dict[int, dict]
) -> dict[int, Match]:
    """Match every row to a centre, to none (a new one) or to a question, by its number.

    The order of the rows does not matter. A decision of a row may be {"center": key or "new"} or
    {"skip": True}; a row to be skipped has no match. No two decisions may name the same centre.
    """
    rows = [row for row in rows if not decisions.get(row.number, {}).get("skip")]
    offers = {row.number: tuple(known.candidates(row)) for row in rows}
    found: dict[int, Match] = {}
    taken: dict[int, int] = {}
    for row in rows:
        chosen = decisions.get(row.number, {}).get("center")
        if chosen is not None:
            center = None if chosen == "new" else known.by_key[chosen]
            found[row.number] = Match(center, offers[row.number])
            if center:
                taken[center.pk] = row.number
    left = [row.number for row in rows if row.number not in found]
    taken |= _find_winners({number: offers[number] for number in left}, taken)
    settled = {number: center for center, number in taken.items()}
    for number in left:
        if number in settled:
            found[number] = Match(known.by_key[settled[number]], offers[number])
        else:
            found[number] = _match_unsettled(offers[number], taken)
    new = [row for row in rows if not (found[row.number].center or found[row.number].question)]
    for number, others in _find_duplicates(new).items():
        if number in left:
            found[number] = Match(question=f"{format_row_numbers(others)}과 같은 센터로 보입니다.")
    return found


def _find_winners(offers: dict[int, tuple], taken: dict[int, int]) -> dict[int, int]:
    """By centre, the row that is clearly about it, and clearly more so than any other row."""
    claims: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, (best, *rest) in ((number, row) for number, row in offers.items() if row):
        is_clear = best.score >= MATCH_SCORE and not (
            rest and best.score - rest[0].score < CLEAR_MARGIN
        )
        if is_clear and best.center.pk not in taken:
            claims[best.center.pk].append((best.score, number))
    winners = {}
    for center, rivals in claims.items():
        (score, number), *rest = sorted(rivals, reverse=True)
        if not rest or score - rest[0][0] >= CLEAR_MARGIN:
            winners[center] = number
    return winners


def _match_unsettled(offers: tuple[MatchCandidate, ...], taken: dict[int, int]) -> Match:
    """What is to be said of a row that has not won a centre: a new one, or a question."""
    # A centre that another row has won is not meant here too, if this row names it otherwise.
    open_ = tuple(
        offer for offer in offers if offer.center.pk not in taken or offer.score >= DUPLICATE_SCORE
    )
    if rivals := {taken[offer.center.pk] for offer in open_ if offer.center.pk in taken}:
        return Match(None, open_, f"{format_row_numbers(rivals)}과 같은 센터로 보입니다.")
    if len(open_) > 1:
        return Match(None, open_, "여러 센터 가운데 하나일 수 있습니다.")
    return Match(None, open_, "이 센터일 수 있습니다." if open_ else "")


def _find_duplicates(rows: list[RowFacts]) -> dict[int, set[int]]:
    """Among rows for new centres, those that look like one centre, each with the others."""
    groups: dict[tuple, list[RowFacts]] = defaultdict(list)
    for row in rows:
        name, body = make_name_key(row.name), make_operator_key(row.operator)
        place = tuple(region.code for region in row.regions)
        if name:
            groups["name", name, place, row.trade].append(row)
            groups["name", name, body].append(row)
        if body:
            groups["body", body, place, row.trade].append(row)
    alike: dict[int, set[int]] = defaultdict(set)
    for (kind, *_), group in groups.items():
        # Of one body in one place with one trade, names tell centres apart, where all have one.
        if len(group) > 1 and (kind == "name" or not all(row.name for row in group)):
            for row in group:
                alike[row.number] |= {other.number for other in group} - {row.number}
    return alike


def format_row_numbers(numbers: Iterable[int]) -> str:
    """3행, 5행."""
    shown = sorted(numbers)
    return ", ".join(f"{number}행" for number in shown[:3]) + ("…" if len(shown) > 3 else "")
