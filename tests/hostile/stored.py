"""Records with hostile text in every text field."""

import unicodedata
from datetime import date

from centers.models import Announcement, Center, Correction, Industry, Listing, Operator, Region
from centers.text.hangul import normalise
from tests.hostile.corpus import MARK

#: Hostile texts by reason; long ones are cut to the length of their field.
TEXTS = {
    "a script": f"<script>{MARK}()</script>",
    "an escape from a script": f"</script><svg/onload={MARK}()>",
    "an escape from an attribute": f'"><img src=x onerror={MARK}()>',
    "an escape from single quotes": f"' onfocus={MARK}() autofocus x='",
    "an escape from CDATA": f"]]><{MARK}>&{MARK};",
    "an escape from a comment": f"--><{MARK}><!--",
    "entities already": f"&lt;b&gt; &amp; &#0; {MARK}",
    "an expression": f"{{{{1371*1373}}}}{{% load x %}} {MARK}",
    "a javascript: URL": f"javascript:{MARK}()",
    "right-to-left": f"\u202e{MARK}\u202c\u2067gnp\u2069",
    "control characters": f"\x00\x1b[31m{MARK}\x07\x7f\x85\x9f\ufffe\U000fffff",
    "a lone surrogate": f"{MARK}\ud800\udfff",
    "a formula": f"=cmd|'/C calc'!A0 {MARK}",
    "a formula by plus": f"+1+1 {MARK}",
    "a formula by minus": f"-1-1 {MARK}",
    "a formula by at": f"@SUM(A1:A9) {MARK}",
    "a formula behind a tab": f"\t=1+1 {MARK}",
    "an error of a spreadsheet": "#REF!",
    "quotes and separators": f"\"a\",'b';c|d\\e\r\n{MARK}",
    "a long word": f"{MARK}{'가' * 400}",
    "emoji": f"👨‍👩‍👧🏳️‍🌈{MARK}",
    "decomposed": unicodedata.normalize("NFD", f"서울 봉제 {MARK}"),
    "LIKE wildcards": f"%_\\ {MARK}",
}


def create_hostile_records() -> dict[str, Center]:
    """Save a centre with operator, announcement and listing for each text; return the centres."""
    region, industry = Region.objects.get(code="26410"), Industry.objects.get(code="14")
    centers = {}
    for number, (why, text) in enumerate(TEXTS.items(), 1):

        def cut(most: int, text: str = text) -> str:
            return text[:most]

        operator = Operator(name=cut(200), former_names=[cut(100)])
        operator.save()
        center = Center(
            name=cut(200),
            region=region,
            industry=industry,
            operator=operator,
            specialty=cut(50),
            address=cut(300),
            website=f"https://example.kr/?{MARK}={number}&amp;'",
            note=f"{text}\n{text}",
            cluster_size=number,
            cluster_size_as_of=date(2024, 6, 25),
        )
        center._change_reason = normalise(cut(100))
        center.save()
        # A change, so that the change pages show an old and a new value.
        center.address = f"{cut(200)} 2"
        center.save()
        announcement = Announcement(
            slug=f"hostile-{number}",
            kind=Announcement.Kind.STATUS_LIST,
            title=cut(200),
            publisher=cut(100),
            published_on=date(2024, 6, 25),
            source_url=center.website,
            source_note=cut(200),
            summary=f"{text}\n{text}",
        )
        announcement.save()
        printed = dict.fromkeys(Listing.PRINTED_FIELDS, cut(50))
        Listing(announcement=announcement, center=center, row=1, **printed).save()
        Correction(
            center=center,
            field="name",
            value=cut(300),
            message=f"{text}\n{text}"[:2000],
            evidence="document",
            evidence_text=cut(500),
            token_key=f"hostile-{number}",
        ).save()
        centers[why] = center
    return centers
