"""The part of Markdown that our documents use, as HTML."""

import re

import pytest
from django.conf import settings

from centers.text.markdown import render_markdown


def render(text):
    return re.sub(r"\n+", "", render_markdown(text, lambda path: f"/pictures/{path}"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("## 제목", "<h2>제목</h2>"),
        ("한 줄\n이어서", "<p>한 줄 이어서</p>"),
        ("하나\n\n둘", "<p>하나</p><p>둘</p>"),
        ("- 하나\n  이어서\n- 둘", "<ul><li>하나 이어서</li><li>둘</li></ul>"),
        ("1. 하나\n2. 둘", "<ol><li>하나</li><li>둘</li></ol>"),
        ("1. 하나\n   - 안\n2. 둘", "<ol><li>하나<ul><li>안</li></ul></li><li>둘</li></ol>"),
        ("- 하나\n\n  둘째 글\n- 셋", "<ul><li>하나<p>둘째 글</p></li><li>셋</li></ul>"),
        ("글\n- 하나", "<p>글</p><ul><li>하나</li></ul>"),
        ("**굵은\n글**과", "<p><strong>굵은 글</strong>과</p>"),
        ("`코드 **아님**`", "<p><code>코드 **아님**</code></p>"),
        ("![그림](a.webp)", '<p><img src="/pictures/a.webp" alt="그림" loading="lazy"></p>'),
        ("[글](https://a.kr/?b=1&c=2)", '<p><a href="https://a.kr/?b=1&amp;c=2">글</a></p>'),
        ("[글](javascript:alert(1))", "<p>[글](javascript:alert(1))</p>"),
        ('<script>&"', "<p>&lt;script&gt;&amp;&quot;</p>"),
        ("**<b>**", "<p><strong>&lt;b&gt;</strong></p>"),
    ],
)
def test_markdown_is_rendered(text, html):
    assert render(text) == html


def test_table_is_rendered_with_headings():
    html = render("| 가 | 나 |\n|---|---|\n| 하나 | **둘** |\n\n글")

    assert '<th scope="col">가</th><th scope="col">나</th>' in html
    assert '<tr><th scope="row">하나</th><td><strong>둘</strong></td></tr>' in html
    assert html.endswith("<p>글</p>")


def test_nothing_of_the_guide_stays_markdown():
    text = (settings.BASE_DIR / "docs" / "editors.md").read_text()
    html = re.sub(r"<code>.*?</code>", "", render(text))

    assert not re.search(r"\*\*|`|!\[|^#|\]\(|\|---", html)
    assert html.count("<img ") == text.count("](images/")
    assert html.count("<h2>") == len(re.findall(r"^## ", text, re.MULTILINE))
