"""What a query means: its terms, the tier that answers it, and what was left out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q

from centers.models import Center
from centers.models.data_version import per_data_version
from centers.search.did_you_mean import did_you_mean
from centers.search.knowledge import get_knowledge
from centers.search.qualifiers import find_unserved, relate_terms
from centers.search.terms import Term, TermBuilder, Tier
from centers.text.formatting import Highlight, quote
from centers.text.hangul import retype, strip_legal_form, to_runs

#: Queries that a process caches for one version of the data.
MAX_CACHED_QUERIES = 512


@dataclass(frozen=True)
class Interpretation:
    """What the words of a query are taken to mean, the same for every page, file and response."""

    #: The words that are looked for, as they are meant; equal to those typed in most cases.
    text: str = ""
    terms: tuple[Term, ...] = ()
    #: None where nothing is found, or without any words.
    matched_by: Tier | None = None
    #: Words that only ask.
    filler_words: tuple[str, ...] = ()
    #: Words without which the others find something, while all together find nothing.
    dropped_words: tuple[str, ...] = ()
    #: Whether some words are read otherwise than typed.
    is_reread: bool = False
    condition: Q = field(default_factory=Q)

    @property
    def words_left_out(self) -> tuple[str, ...]:
        return self.filler_words + self.dropped_words

    @property
    def words(self) -> list[str]:
        """What is to be found in the texts of centres."""
        return [term.text or term.word for term in self.terms]

    @property
    def tier_note(self) -> str:
        """What a reader should know about the tier; "" where the words were found as they are."""
        if self.matched_by is Tier.HALF_TYPED:
            return "덜 친 글자나 첫소리로 찾은 결과입니다."
        if self.matched_by is Tier.MEANT and not self.is_reread:
            return "띄어쓰기나 된소리를 다르게 보고 찾은 결과입니다."
        return ""

    @property
    def highlight(self) -> Highlight:
        """The words to mark in the rows."""
        words = tuple(term.text or term.known_word or term.word for term in self.terms)
        return Highlight(words, by_keys=self.matched_by not in (Tier.WHOLE, None))

    @property
    def divisions(self) -> list[str]:
        """The codes of the industries that the words mean."""
        return sorted({code[:2] for term in self.terms for code in term.codes})

    @property
    def class_codes(self) -> list[str]:
        """The KSIC codes that the words mean, in the order of the words."""
        return list(dict.fromkeys(code for term in self.terms for code in term.codes))

    @property
    def place_codes(self) -> list[str]:
        """The codes of the regions that the words mean."""
        return [code for term in self.terms if term.place for code in term.place.codes]


def describe_interpretation(interpretation: Interpretation, typed: str) -> list[str]:
    """Sentences about words that were read otherwise than typed, or left out."""
    texts = []
    if interpretation.is_reread:
        found = f"{quote(interpretation.text, '으로', '로')} 찾은 결과입니다."
        retyped = {retype(word.casefold()) for word in split_words(typed)}
        if retyped & {term.word for term in interpretation.terms}:
            found += " 한/영 키를 확인해 주세요."
        texts.append(found)
    if left_out := interpretation.words_left_out:
        *others, last = left_out
        texts.append(f"{''.join(f'‘{word}’, ' for word in others)}{quote(last)} 빼고 찾았습니다.")
    return texts


def split_words(text: str) -> list[str]:
    """Split a query into runs of letters, without marks of legal form: (재)가나, R&D."""
    return [run for word in text.split() for run in to_runs(strip_legal_form(word))]


@per_data_version(maxsize=MAX_CACHED_QUERIES)
def interpret(version: int, text: str) -> Interpretation:
    """Interpret the words of a query against all published centres.

    At most six queries, and two for each word, for any number of centres.
    """
    words = split_words(text)
    if not words:
        return Interpretation()
    return Interpreter(version).interpret(words)


@per_data_version(maxsize=MAX_CACHED_QUERIES)
def finds_all_words(version: int, text: str) -> bool:
    """Whether any centre has all words of a query.

    Quicker than to interpret words that none has: what a part of them finds is not looked for.
    """
    words = split_words(text)
    return bool(words) and Interpreter(version).finds_all(words)


class Interpreter:
    """Finds the first tier in which terms find any centre together."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.knowledge = get_knowledge(version)
        self.builder = TermBuilder(self.knowledge)
        self.published = Center.objects.published().order_by()
        #: Whether any centre fulfils a condition; known words have the same one in all tiers.
        self._is_fulfilled: dict[Q, bool] = {}

    def interpret(self, words: list[str]) -> Interpretation:
        terms, fillers = self.builder.understand(words)
        terms = relate_terms(terms, self.knowledge.vocabulary)
        common: Any = {"filler_words": tuple(fillers)}
        text = " ".join(words)
        if found := self._find_all(terms, text, common):
            return found
        reread = self._reread(terms)
        nothing = Interpretation(text, tuple(terms), condition=Q(pk__in=()), **common)
        unserved, subordinate = find_unserved(reread, self._is_served)
        if unserved and (len(terms) > 1 or reread != terms):
            return self._name_unserved(
                reread, unserved, replace(nothing, is_reread=reread != terms)
            )
        if any(term.place for term in reread) and any(term.is_industry for term in reread):
            nothing = replace(nothing, is_reread=reread != terms)
            core = [term for term in reread if term not in subordinate]
            return self._find_place_and_industry(core, subordinate, nothing)
        if len(terms) < 2 or self._has_correction(terms):
            return nothing
        return self._find_largest_part(reread, text, common) or nothing

    def finds_all(self, words: list[str]) -> bool:
        """Whether any centre has all of the words in some tier."""
        terms = relate_terms(self.builder.understand(words)[0], self.knowledge.vocabulary)
        return self._find_all(terms, "", {}) is not None

    def _find_all(self, terms: list[Term], text: str, common: dict) -> Interpretation | None:
        """The interpretation by the first tier in which any centre has all terms."""
        for tier in (Tier.WHOLE, Tier.HALF_TYPED):
            if found := self._find(terms, tier):
                return Interpretation(text, tuple(terms), tier, condition=found, **common)
        reread = self._reread(terms)
        if reread != terms and (found := self._find(reread, Tier.MEANT)):
            meant = " ".join(term.word for term in reread)
            return Interpretation(
                meant, tuple(reread), Tier.MEANT, is_reread=True, condition=found, **common
            )
        if found := self._find(terms, Tier.MEANT):
            return Interpretation(text, tuple(terms), Tier.MEANT, condition=found, **common)
        return None

    def _is_served(self, term: Term) -> bool:
        """Whether any centre is for the industry of a term, or named by it."""
        has_class = bool(self.knowledge.find_class_keys(term.codes))
        return has_class or self._find([term], Tier.WHOLE) is not None

    def _name_unserved(
        self, terms: list[Term], unserved: list[Term], nothing: Interpretation
    ) -> Interpretation:
        """Only the place and the industries without a centre, so that no other is shown."""
        core = [term for term in terms if term.place or term in unserved]
        return replace(
            nothing,
            text=" ".join(term.word for term in core),
            terms=tuple(core),
            dropped_words=tuple(term.word for term in terms if term not in core),
        )

    def _find_place_and_industry(
        self, terms: list[Term], subordinate: list[Term], nothing: Interpretation
    ) -> Interpretation:
        """What is found by the places and industries alone, without the other words.

        If there is nothing, the page says which industry is missing where.
        """
        core = [term for term in terms if term.place or term.is_industry]
        others = [term for term in terms if term not in core]
        dropped = tuple(term.word for term in (*subordinate, *others))
        found = self._find(core, Tier.WHOLE) if dropped else None
        return replace(
            nothing,
            text=" ".join(term.word for term in core),
            terms=tuple(core),
            matched_by=found and (Tier.MEANT if nothing.is_reread else Tier.WHOLE),
            dropped_words=dropped,
            condition=found or nothing.condition,
        )

    def _find(self, terms: Iterable[Term], tier: Tier) -> Q | None:
        """The condition of all terms together, if any centre fulfils it."""
        conditions = [self.builder.build_condition(term, tier) for term in terms]
        if not all(conditions):
            return None
        condition = reduce(and_, filter(None, conditions))
        if (is_fulfilled := self._is_fulfilled.get(condition)) is None:
            is_fulfilled = self.published.filter(condition).exists()
            self._is_fulfilled[condition] = is_fulfilled
        return condition if is_fulfilled else None

    def _reread(self, terms: list[Term]) -> list[Term]:
        """The terms with each unknown word as it is most likely meant."""
        reread = []
        for term in terms:
            if term.is_unknown and term.readings:
                reread += self.builder.understand([term.readings[0]])[0]
            else:
                reread.append(term)
        return relate_terms(reread, self.knowledge.vocabulary)

    def _has_correction(self, terms: list[Term]) -> bool:
        words = [term.word for term in terms]
        return any(term.is_unknown for term in terms) and bool(
            did_you_mean(
                words,
                self.knowledge.has_centers,
                self.version,
                self.knowledge.regions,
                only_names=True,
            )
        )

    def _find_largest_part(
        self, terms: list[Term], text: str, common: dict
    ) -> Interpretation | None:
        """The interpretation of the largest part of the terms that finds anything.

        Of parts that are equally large, one with the industry comes first, then the last of
        several industries side by side, then the words that were typed first.
        """
        for tier in (Tier.WHOLE, Tier.MEANT):
            conditions = {
                at: condition
                for at, term in enumerate(terms)
                # One syllable that means nothing begins words of any kind.
                if (term.place or term.codes or len(term.text) > 1)
                and (condition := self.builder.build_condition(term, tier))
            }
            if not conditions:
                continue
            best = self._find_largest(conditions, terms)
            if not best:
                continue
            chosen = [terms[at] for at in best]
            return Interpretation(
                text,
                tuple(chosen),
                tier,
                dropped_words=tuple(term.word for at, term in enumerate(terms) if at not in best),
                condition=reduce(and_, (conditions[at] for at in best)),
                **common,
            )
        return None

    def _find_largest(self, conditions: dict[int, Q], terms: list[Term]) -> tuple[int, ...]:
        """The positions of the most conditions that one centre fulfils, a query for each.

        A single query for all would read every centre, and use no index.
        """
        fulfilled: dict[int, tuple[int, ...]] = defaultdict(tuple)
        for at, condition in conditions.items():
            for key in self.published.filter(condition).values_list("pk", flat=True):
                fulfilled[key] += (at,)
        is_industry = [term.is_industry for term in terms]
        return max(
            set(fulfilled.values()),
            key=lambda part: (
                len(part),
                any(is_industry[at] for at in part),
                any(not terms[at].place for at in part),
                # Of two products side by side the last is made: 고추 건조기.
                [at for at in part if at and is_industry[at] and is_industry[at - 1]],
                [-at for at in part],
            ),
            default=(),
        )
