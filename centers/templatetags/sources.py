"""Tags for the source beside each value of a centre, of which its page shows a dozen or more.

Written in Python, since the template engine takes several times as long for it
(docs/decisions/0005-html-fragments.md).
"""

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from centers.models import Citation
from centers.provenance.sources import Source
from centers.text.formatting import keep_numbers

register = template.Library()

EMPTY = SafeString("")


@register.simple_tag
def field_source(source: Source | None, *, hides_scope: bool = False) -> SafeString:
    """Render where a value was read, and what other documents and statements say instead."""
    if not source:
        return EMPTY
    others = format_html_join(
        "",
        ' <span class="field-source field-source-other">{}에는 ‘{}’</span>',
        ((keep_numbers(one.source_label), text) for one, text in source.others),
    )
    return SafeString(
        f"{_render_main(source, hides_scope)}{others}{_render_other_statements(source)}"
    )


def _render_main(source: Source, hides_scope: bool) -> SafeString:
    if source.announcement:
        return format_html(
            ' <span class="field-source"><a href="{}">{}</a></span>',
            source.url,
            keep_numbers(source.label),
        )
    if citation := source.citation:
        scope = f"{citation.scope} · " if citation.scope and not hides_scope else ""
        return format_html(
            ' <span class="field-source field-source-cited">{}{}</span>',
            scope,
            render_citation(citation),
        )
    if source.entered_on:
        return format_html(
            ' <span class="field-source">편집자 입력 {}</span>',
            keep_numbers(source.entered_on.isoformat()),
        )
    return EMPTY


@register.simple_tag
def render_citation(citation: Citation) -> SafeString:
    """Render the source of a statement, as a link where it has one."""
    text = keep_numbers(citation.source_text)
    if citation.url:
        return format_html('<a href="{}" rel="noopener nofollow">{}</a>', citation.url, text)
    return SafeString(text)


def _render_other_statements(source: Source) -> str:
    if not source.cited or not source.cited.others:
        return EMPTY
    return render_to_string("centers/other_statements.html", {"cited": source.cited})
