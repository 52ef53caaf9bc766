"""What words of a query say about each other: a material or use, and the ware that it narrows."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations

from centers.models.word_index import Codes, Vocabulary, narrow_codes
from centers.search.terms import Term
from centers.text.uses import BARE_USES, MACHINING, MATERIALS, SERVICES, USES


def relate_terms(terms: list[Term], vocabulary: Vocabulary) -> list[Term]:
    """Narrow the industries of words that stand together.

    A ware and its use that are known together mean what they mean together (자동차, 하네스); of a
    word of several industries only those count that another word names too (플라스틱 키링).
    """
    at_industries = [at for at, term in enumerate(terms) if term.is_industry]
    if len(at_industries) == 1 and terms[at_industries[0]].known_word in BARE_USES:
        [at] = at_industries
        bare = Term(terms[at].word, terms[at].text, is_unknown=True)
        return [*terms[:at], bare, *terms[at + 1 :]]
    related = [_leave_place_out(term, terms) for term in terms]
    for at in at_industries:
        _explain_by_use(at, terms, related, vocabulary)
    for at, other in combinations(at_industries, 2):
        for use, ware in ((terms[at], terms[other]), (terms[other], terms[at])):
            name = USES.get(use.known_word, use.known_word)
            if codes := vocabulary.find_codes(name + ware.known_word):
                related[at] = replace(related[at], codes=codes)
                related[other] = replace(related[other], codes=codes)
                break
        else:
            codes = related[at].codes
            related[at] = replace(related[at], codes=narrow_codes(codes, related[other].codes))
            related[other] = replace(
                related[other], codes=narrow_codes(related[other].codes, codes)
            )
    return related


def _explain_by_use(
    at: int, terms: list[Term], related: list[Term], vocabulary: Vocabulary
) -> None:
    """Understand words beside a use that mean nothing by themselves: 화물차 시트."""
    use = USES.get(terms[at].known_word)
    if not use:
        return
    for other, term in enumerate(terms):
        codes = () if term.codes or term.place else vocabulary.find_codes(use + term.word)
        if codes:
            related[at] = replace(related[at], codes=codes)
            related[other] = replace(term, text="", known_word=use + term.word, codes=codes)


def _leave_place_out(street: Term, terms: list[Term]) -> Term:
    """Only the ware of a street, where another place is named: 대구 인쇄골목."""
    if not street.place or not street.is_industry:
        return street
    own = street.place.codes
    others = [code for term in terms if term.place and term != street for code in term.place.codes]
    is_elsewhere = others and not any(
        code.startswith(other) or other.startswith(code) for code in own for other in others
    )
    return replace(street, place=None) if is_elsewhere else street


def find_unserved(
    terms: Iterable[Term], is_served: Callable[[Term], bool]
) -> tuple[list[Term], list[Term]]:
    """Return the terms whose industry has no centre: those that count, and those that do not.

    A material or a customer does not count in front of what is made: 고무 신발, 화장품 인쇄.
    """
    industries = [term for term in terms if term.is_industry]
    unserved, subordinate = [], []
    for at, term in enumerate(industries):
        if is_served(term):
            continue
        followers = [other for other in industries[at + 1 :] if not share_division(term, other)]
        is_material = term.known_word in MATERIALS
        if any(
            is_material or (is_served(other) and is_service(other.codes)) for other in followers
        ):
            subordinate.append(term)
        else:
            unserved.append(term)
    return unserved, subordinate


def share_division(term: Term, other: Term) -> bool:
    """Whether two words name a KSIC division in common."""
    return not {code[:2] for code in term.codes}.isdisjoint(code[:2] for code in other.codes)


def is_service(codes: Codes) -> bool:
    """Whether codes mean work that is done for makers of any wares."""
    return codes == MACHINING or all(code.startswith(SERVICES) for code in codes)
