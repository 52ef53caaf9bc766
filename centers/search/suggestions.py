"""Suggestions while typing: centres, regions, industries and operators."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from centers.models import Center, DataVersion, Industry, Operator
from centers.models.data_version import per_data_version
from centers.models.gazetteer import Locality, build_region_locality
from centers.models.place_parser import get_place_parser
from centers.models.reference_data import get_reference_data
from centers.search.interpretation import interpret
from centers.search.knowledge import Knowledge, get_knowledge
from centers.search.query_params import MAX_QUERY_LENGTH, MAX_WORDS
from centers.search.ranking import build_relevance_ordering
from centers.text.hangul import build_search_text, clean, retype, to_keystrokes, to_query_keys

#: How many suggestions of each kind.
MAX_PER_KIND = 4
#: Known words that complete a half-typed one.
MAX_COMPLETIONS = 2
#: Industries that a suggestion names, and places that are suggested to measure from.
MAX_NAMES, MAX_PLACES = 3, 6
#: Makers' words that are suggested for what somebody makes.
MAX_MAKERS_WORDS = 6


@dataclass(frozen=True)
class Suggestion:
    """One line under the search box."""

    kind: str
    label: str
    note: str
    url: str


@dataclass(frozen=True)
class SuggestionEntry:
    """A suggestion with the keystrokes that match it."""

    keys: str
    suggestion: Suggestion


def build_list_url(**params: str) -> str:
    """The URL of the list with some parameters."""
    return f"{reverse('centers')}?{urlencode(params)}"


@lru_cache(maxsize=100_000)
def compute_search_keys(*names: str) -> str:
    """The search keys of some names; cached across data versions, as names rarely change."""
    return build_search_text(names)


@per_data_version
def get_entries(version: int) -> dict[str, list[SuggestionEntry]]:
    """The regions, industries and operators that have centres, for one version of the data."""
    regions, _ = get_reference_data(version)
    in_region: dict[str, int] = {}
    groups = Center.objects.published().values_list("region_id").annotate(Count("pk"))
    for code, count in groups.order_by():
        for outer in regions.list_enclosing_codes(code):
            in_region[outer] = in_region.get(outer, 0) + count
    published = Count("centers", filter=Q(centers__published=True))
    # Counting drops the models' own order.
    industries: Any = (
        Industry.objects.annotate(count=published).filter(count__gt=0).order_by("code")
    )
    operators: Any = Operator.objects.annotate(count=published).filter(count__gt=0)
    return {
        "region": [
            SuggestionEntry(
                compute_search_keys(region.full_name, region.label, *region.former_names),
                Suggestion(
                    "지역", region.full_name, f"{in_region[code]}곳", build_list_url(region=code)
                ),
            )
            for code, region in regions.by_code.items()
            if code in in_region
        ],
        "industry": [
            SuggestionEntry(
                compute_search_keys(one.short_name, one.inclusive_name, *one.aliases),
                Suggestion(
                    "업종", one.short_name, f"{one.count}곳", build_list_url(industry=one.code)
                ),
            )
            for one in industries
        ],
        "operator": [
            SuggestionEntry(
                compute_search_keys(one.name, *one.former_names),
                Suggestion("운영기관", one.name, f"{one.count}곳", build_list_url(q=one.name)),
            )
            # Sorted in Python, as databases differ in the order of names.
            for one in sorted(operators, key=lambda one: (one.name, one.pk))
        ],
    }


@per_data_version
def get_known_words(version: int) -> list[tuple[str, str]]:
    """The words of industries with centres and the names of places, with their keystrokes."""
    knowledge = get_knowledge(version)
    served = {
        codes: bool(knowledge.find_class_keys(codes))
        for codes in {codes for _, codes in knowledge.vocabulary.list_words()}
    }
    words = [word for word, codes in knowledge.vocabulary.list_words() if served[codes]]
    words += knowledge.gazetteer.names.values()
    # The shortest first: it is the nearest to what is typed.
    words = sorted(dict.fromkeys(words), key=lambda word: (len(word), word))
    return [(compute_keystrokes(word), word) for word in words]


@lru_cache(maxsize=20_000)
def compute_keystrokes(word: str) -> str:
    return to_keystrokes(word)


def complete_word(word: str, version: int, limit: int = MAX_COMPLETIONS) -> list[str]:
    """The known words, at most `limit`, that begin with the keystrokes of a half-typed one."""
    keys = to_keystrokes(word)
    longer = (
        known
        for known_keys, known in get_known_words(version)
        if known_keys.startswith(keys) and known != word
    )
    return list(islice(longer, limit))


def complete_meanings(words: list[str], version: int) -> list[Suggestion]:
    """What words mean with the last one completed."""
    found: list[Suggestion] = []
    for last in complete_word(words[-1], version) if len(words[-1]) > 1 else ():
        found += describe_meaning(" ".join([*words[:-1], last]), version)
    return list(dict.fromkeys(found))[:MAX_PER_KIND]


def describe_meaning(text: str, version: int) -> list[Suggestion]:
    """What a text means: 염색 → 섬유 센터 2곳, 성수동 → 서울 성동구에서 가까운 센터."""
    interpretation = interpret(version, text)
    divisions = interpretation.divisions
    if not get_knowledge(version).class_keys:
        return []
    if divisions and interpretation.matched_by and not interpretation.dropped_words:
        regions, industries = get_reference_data(version)
        count = Center.objects.published().filter(interpretation.condition).count()
        parser = get_place_parser(regions)
        places = [parser.build_label(code) for code in interpretation.place_codes[:1]]
        names = "·".join(industries[code] for code in divisions[:MAX_NAMES] if code in industries)
        what = " ".join([*places, names])
        label = f"{interpretation.text} → {what} 센터 {count:,}곳"
        return [Suggestion("찾는 말", label, "", build_list_url(q=interpretation.text))]
    gazetteer = get_knowledge(version).gazetteer
    return [
        suggest_origin(text, place)
        for place in gazetteer.find(text)[:MAX_PER_KIND]
        if place.is_part
    ]


def suggest_origin(text: str, place: Locality) -> Suggestion:
    around = build_region_locality(place.region).short_full_name
    return Suggestion(
        "찾는 말", f"{text} → {around}에서 가까운 센터", "", build_list_url(near=place.key)
    )


def suggest_places(text: str) -> list[dict[str, str]]:
    """Return the places to measure from that a text being typed may mean, with their values."""
    text = clean(text[:MAX_QUERY_LENGTH])
    if not to_query_keys(text):
        return []
    version = DataVersion.cached()
    gazetteer = get_knowledge(version).gazetteer
    keys = to_keystrokes(text)
    regions = [
        build_region_locality(region)
        for region in gazetteer.tree.by_code.values()
        if region.lat is not None
        and any(
            compute_keystrokes(name).startswith(keys)
            for name in (region.short_name, region.name.split()[-1], region.label, region.full_name)
        )
    ]
    places = [*gazetteer.find(text), *gazetteer.find(retype(text.lower()) or ""), *regions]
    for _, name in get_known_words(version) if len(places) < MAX_PLACES else ():
        if len(places) >= MAX_PLACES:
            break
        if compute_keystrokes(name).startswith(keys):
            places += [one for one in gazetteer.find(name) if one.is_part]
    found = []
    for place in list({one.key: one for one in places if one.lat is not None}.values())[
        :MAX_PLACES
    ]:
        url = build_list_url(near=place.key)
        label = f"{place.name} → " if place.name else ""
        label += f"{build_region_locality(place.region).short_full_name}에서 가까운 센터"
        found.append(
            {"kind": "지역", "label": label, "note": "", "url": url, "value": place.full_name}
        )
    return found


def suggest_makers_words(text: str) -> list[dict[str, str]]:
    """Return what a text being typed means as wares or work, with the words for its field."""
    words = clean(text[:MAX_QUERY_LENGTH]).split()[:MAX_WORDS]
    if not words or not to_query_keys(words[-1]):
        return []
    version = DataVersion.cached()
    *front, last = words
    typed = [last, *([retype(last.lower()) or last] if last.isascii() else [])]
    longer = [word for one in typed for word in complete_word(one, version, MAX_MAKERS_WORDS)]
    found = {}
    for word in [*typed, *longer]:
        interpretation = interpret(version, " ".join([*front, word]))
        if interpretation.divisions and len(found) < MAX_MAKERS_WORDS:
            for one in describe_meaning(interpretation.text, version):
                found[one.label] = asdict(one) | {"value": interpretation.text}
    return list(found.values())


def retype_unmatched(words: list[str], knowledge: Knowledge) -> list[str]:
    """Return the words with those that match nothing retyped, if that matches a centre."""
    if knowledge.has_centers(words):
        return words
    # Lower case first: capitals come from Caps Lock more often than from doubled consonants.
    other = [
        word
        # A single key is no word, and its letter would match nearly everything.
        if len(word) < 2 or knowledge.has_keys(to_query_keys(word))
        else retype(word.lower()) or word
        for word in words
    ]
    return other if other != words and knowledge.has_centers(other) else words


def suggest(text: str) -> list[dict[str, str]]:
    """Return suggestions for a text being typed, half-typed syllables included."""
    words = clean(text[:MAX_QUERY_LENGTH]).split()[:MAX_WORDS]
    words = [word for word in words if to_query_keys(word)]
    if not words:
        return []
    published = Center.objects.published()
    version = DataVersion.cached()
    meanings = describe_meaning(" ".join(words), version)
    completed = [] if meanings else complete_meanings(words, version)
    knowledge = get_knowledge(version)
    words = retype_unmatched(words, knowledge)
    wanted = [to_query_keys(word) for word in words]
    found = meanings + [
        entry.suggestion
        for kind in get_entries(version).values()
        for entry in islice(
            (one for one in kind if all(key in one.keys for key in wanted)), MAX_PER_KIND
        )
    ]
    found += completed
    if not all(map(knowledge.has_keys, wanted)):
        return [asdict(suggestion) for suggestion in found]
    ordering = (*build_relevance_ordering(words), "region_id", "pk")
    # Keys first: to sort whole rows takes twice as long.
    keys = list(
        published.search(words).order_by(*ordering).values_list("pk", flat=True)[:MAX_PER_KIND]
    )
    centers = published.select_related("region__parent__parent").in_bulk(keys)
    found += [
        Suggestion("센터", center.display_name, center.region.label, center.get_absolute_url())
        for center in (centers[key] for key in keys if key in centers)
    ]
    return [asdict(suggestion) for suggestion in found]
