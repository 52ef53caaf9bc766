"""The embedded list: frameable, and with the same centres as the list page."""

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from centers.models import Center


@pytest.fixture
def embed(client, db):
    def embed(query=""):
        response = client.get(f"/embed/?{query}", follow=True)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "lxml")

    return embed


def names(soup):
    return [link.get_text() for link in soup.select(".embedded-name a")]


@pytest.mark.parametrize(
    "query",
    [
        *("", "region=26", "industry=10", "q=qhdwp", "near=51750", "industry=10&sort=name"),
        *("region=50", "q=봉제", "q=영월+식품+알려줘", "service=none", "service=education"),
        "region=51&q=식품&service=none",
        # What cannot be used is named as on the list.
        *("service=x", "industry=99&q=봉제", "region=없는곳", "q=%25", "near=없는곳"),
    ],
)
def test_embedded_list_is_that_of_the_page(ask, embed, announcement_2024, query):
    page, embedded = ask(query), embed(query)

    assert names(embedded) == page.names
    assert embedded.select_one(".embedded-sentence").get_text() == page.sentence
    assert [" ".join(one.get_text(" ").split()) for one in embedded.select(".notices li")] == (
        page.notices
    )


def test_embedded_list_alone_may_be_framed(client, announcement_2024):
    response = client.get("/embed/")
    policy = response["Content-Security-Policy"]

    assert "frame-ancestors *" in policy
    assert "script-src 'none'" in policy
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in response
    for address in ("/", "/?region=26", Center.objects.first().get_absolute_url(), "/x"):
        other = client.get(address)
        assert other["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_embed_has_no_scripts_and_links_open_in_top_window(embed, announcement_2024):
    soup = embed()

    assert soup.select("script, form, style, [style], [onclick]") == []
    assert soup.base.attrs == {"target": "_top"}
    assert not soup.select("[target=_blank]")
    assert soup.select_one("meta[name=robots]")["content"] == "noindex"


def test_twenty_centres_and_a_link_to_all(embed, make_center):
    for _ in range(21):
        make_center()

    soup = embed("industry=14")

    assert len(names(soup)) == 20
    more = soup.select_one(".embedded-all a")
    assert more.get_text() == "21곳 모두 보기"
    assert more["href"] == f"{settings.SITE_URL}/?industry=14"


def test_few_centres_lead_to_the_same_list_on_the_site(embed, make_center):
    make_center()
    link = embed("region=26").select_one(".embedded-all a")

    assert link.get_text() == "소공인특화지원센터 찾기에서 보기"
    assert link["href"] == f"{settings.SITE_URL}/?region=26"


def test_unused_parameters_are_named(embed, make_center):
    make_center()
    soup = embed("regon=1&page=2&view=table&region=26")
    notices = [one.get_text(strip=True) for one in soup.select(".notices li")]

    assert notices == [
        "알 수 없는 조건 ‘regon’은 적용하지 않았습니다.",
        "‘보기’ 조건은 여기서 쓰지 않습니다.",
        "‘쪽’ 조건은 여기서 쓰지 않습니다.",
    ]
    assert len(names(soup)) == 1
    assert soup.select_one(".embedded-all a")["href"] == f"{settings.SITE_URL}/?region=26"


def test_region_by_name_redirects_within_the_frame(client, db):
    response = client.get("/embed/", {"region": "부산"})

    assert response["Location"] == "/embed/?region=26"
    assert "X-Frame-Options" not in response


def test_what_is_missing_where_is_said_as_on_the_list(embed, ask, status_list_2026):
    words = "양주에서 염색하는데 어느 센터로 가요"

    assert names(embed(f"q={words}")) == []
    assert "양주에는 섬유 센터가 없습니다." in embed(f"q={words}").main.get_text()
    assert "양주에는 섬유 센터가 없습니다." in ask(f"q={words}").soup.main.get_text()
    assert "덜 친 글자나 첫소리로 찾은 결과입니다." in embed("q=봉ㅈ").main.get_text()


def test_unpublished_centre_is_not_embedded(embed, make_center):
    make_center(name="숨은 센터", published=False)

    assert "숨은" not in embed().get_text()
    assert "조건에 맞는 센터가 없습니다." in embed().get_text()


@pytest.mark.parametrize(
    "query", ["", "region=26&industry=14", "sort=name&view=table&region=26&page=1", "q=%22%3E봉제"]
)
def test_snippet_of_a_list_is_a_frame_of_the_same_list(client, ask, embed, make_center, query):
    make_center(name='부산 "> 봉제 센터')
    make_center(region="51750", industry="10")
    page = ask(query)

    code = page.soup.select_one(".embed-snippet textarea").get_text()
    frame = BeautifulSoup(code, "lxml").iframe

    assert frame.attrs.keys() == {"src", "title", "width", "height", "loading", "style"}
    style = dict(rule.strip().split(": ") for rule in frame["style"].split(";"))
    assert style["width"] == "100%"
    assert style["height"].startswith(f"min(720px, 90vh, {frame['height']}px + ")
    assert "script" not in code
    assert "&lt;iframe " in client.get(f"/?{query}", follow=True).content.decode()
    assert frame["title"] == f"소공인특화지원센터: {page.sentence.rpartition(' — ')[0]}"
    address, _, asked = frame["src"].partition("?")
    assert address == f"{settings.SITE_URL}/embed/"
    embedded = embed(asked)
    assert names(embedded) == page.names
    assert not embedded.select(".notices")


def test_data_page_explains_it(client, db):
    soup = BeautifulSoup(client.get("/data/").content, "lxml")

    assert soup.select_one("#embed").get_text() == "다른 누리집에 목록 삽입하기"
    assert soup.select_one('a[href="/embed/"]')
