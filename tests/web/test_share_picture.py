"""The picture of a centre for link previews: its name, region and industry, for any name."""

from io import BytesIO

import pytest
from django.conf import settings
from PIL import Image, ImageChops

from centers.models import Center, ChangeSet, MergedRecord
from centers.web.share_picture import (
    BACKGROUND,
    WIDTH,
    SharePicture,
    fit_lines,
    load_font,
    replace_missing,
    slots,
)
from tests.support.staff import read

pytestmark = pytest.mark.django_db


def find_tags(client, path):
    soup = read(client.get(path))
    return {tag["property"]: tag["content"] for tag in soup.select("meta[property]")}


def find_path(client, center):
    return find_tags(client, center.get_absolute_url())["og:image"].removeprefix(settings.SITE_URL)


def open_picture(response):
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    return Image.open(BytesIO(response.content))


def find_drawn_box(picture):
    """The pixels in which a picture differs from its empty frame, but for the shades of edges."""
    empty = Image.open(BACKGROUND).convert("L")
    difference = ImageChops.difference(picture.convert("L"), empty)
    return difference.point(lambda level: 255 * (level > 90)).getbbox()


def test_centre_has_a_picture_of_the_declared_size(client, make_center):
    center = make_center(name="부산 범천 귀금속 센터")
    tags = find_tags(client, center.get_absolute_url())

    picture = open_picture(client.get(find_path(client, center)))

    assert picture.size == (1200, 630)
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    assert tags["og:image:type"] == "image/png"
    assert "부산 범천 귀금속 센터" in tags["og:image:alt"]
    assert center.region.full_name in tags["og:image:alt"]


def test_url_of_the_picture_changes_with_what_it_shows(client, make_center):
    center = make_center(name="가")
    first = find_path(client, center)
    center.note = "바뀐 비고"
    center.save()
    assert find_path(client, center) == first
    center.name = "나"
    center.save()
    assert find_path(client, center) != first


def test_other_urls_redirect_to_the_one_of_the_page(client, make_center):
    center = make_center()
    path = find_path(client, center)

    for query in ("", "?v=1", "?v=%00", "?x=1", path[path.index("?") :] + "&y=2"):
        response = client.get(f"/centers/{center.pk}/picture.png{query}")
        assert response.status_code in (302, 400)
        if response.status_code == 302:
            assert response["Location"] == path


def test_picture_is_cached_and_others_may_show_it(client, make_center):
    path = find_path(client, make_center())

    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first["ETag"]})

    assert first["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert again.status_code == 304
    assert not first.cookies


def test_missing_and_hidden_centres_have_no_picture(client, make_center):
    hidden = make_center(published=False)
    for pk in (hidden.pk, 999_999, 10**30):
        assert client.get(f"/centers/{pk}/picture.png").status_code == 404
    assert client.post(f"/centers/{make_center().pk}/picture.png").status_code == 405


def test_too_many_at_once_get_the_picture_of_the_site(client, make_center):
    path = find_path(client, make_center())
    slots.max_wait, before = 0.01, slots.max_wait
    release = slots.acquire()
    try:
        response = client.get(path)
    finally:
        release()
        slots.max_wait = before

    assert response.status_code == 302
    assert response["Location"].startswith("/static/icons/share")
    assert "no-store" in response["Cache-Control"]
    assert open_picture(client.get(path)).size == (1200, 630)


NAMES = [
    "가",
    "서울 종로 주얼리 소공인특화지원센터",
    "아주 긴 이름의 소공인특화지원센터 " * 16,
    "가나다라마바사아자차카타파하" * 21,
    "W" * 300,
    "㈜가나 ☎ 센터 😀",
    "漢字센터",
    "漢字漢字漢字",
    "😀😀",
    "힣뷁쀍 센터",
]


@pytest.mark.parametrize("name", NAMES, ids=[name[:12] for name in NAMES])
@pytest.mark.parametrize("has_industry", [True, False])
def test_any_name_stays_within_the_picture(client, make_center, name, has_industry):
    center = make_center(name="나")
    picture = SharePicture(
        center.pk, name[:300].strip(), ("부산 진구", "귀금속")[: 1 + has_industry]
    )

    [left, top, right, bottom] = find_drawn_box(Image.open(BytesIO(picture.draw())))

    assert left >= 70 and right <= 1125
    assert top >= 150 and bottom <= 545


def test_long_name_ends_in_an_ellipsis():
    size, lines = fit_lines("가나다라마바사아자차카타파하 " * 21)

    assert lines[-1].endswith("…")
    assert all(load_font(size).getlength(line) <= WIDTH for line in lines)
    assert fit_lines("가나 센터")[1] == ["가나 센터"]


def test_characters_that_the_font_lacks_are_replaced():
    assert replace_missing("㈜가나 센터") in ("㈜가나 센터", "(주)가나 센터")
    assert replace_missing("가나 😀 센터") == "가나 센터"
    assert replace_missing("가나다 漢 센터") == "가나다 □ 센터"
    assert replace_missing("漢字漢字") == ""
    assert replace_missing("뷁쀍 Ab 12") == "뷁쀍 Ab 12"


def test_merged_centre_leads_to_the_picture_of_the_other(client, make_center):
    kept, dropped = make_center(name="가"), make_center(name="나")
    change_set = ChangeSet.objects.create(title="합침")
    key = dropped.pk
    Center.objects.get(pk=key).delete()
    MergedRecord.objects.create(change_set=change_set, model="center", old_key=key, new_key=kept.pk)

    response = client.get(f"/centers/{key}/picture.png")

    assert response.status_code == 301
    assert response["Location"] == f"/centers/{kept.pk}/picture.png"


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "우리 동네 소공인특화지원센터 찾기"),
        ("/?region=26", "부산 — 소공인특화지원센터 1곳"),
        ("/?q=금정", "금정 — 소공인특화지원센터 1곳"),
        ("/?q=뷁뷁", "뷁뷁 — 소공인특화지원센터 0곳"),
        ("/about/", "이용 안내"),
    ],
)
def test_shared_lists_say_what_they_list(client, make_center, path, title):
    make_center(name="금정 봉제 센터")

    tags = find_tags(client, path)

    assert title in tags["og:title"].replace("‘", "").replace("’", "")
    assert tags["og:image"].startswith(f"{settings.SITE_URL}/static/icons/share")
    assert tags["og:description"]


@pytest.mark.parametrize(
    ("status", "words"),
    [("closed", "운영 종료"), ("unconfirmed", "확인 필요"), ("operating", "")],
)
def test_shared_centre_says_that_it_does_not_operate(client, make_center, status, words):
    center = make_center(name="가나 센터", status=status)
    tags = find_tags(client, center.get_absolute_url())

    for name in ("og:title", "og:description", "og:image:alt"):
        assert words in tags[name]
        assert words or not ("운영 종료" in tags[name] or "확인 필요" in tags[name])
    first = find_path(client, center)
    center.status = "operating" if words else "closed"
    center.save()
    assert find_path(client, center) != first


def test_description_of_a_centre_says_where_and_for_whom(client, make_center):
    center = make_center(name="가나 센터")
    closed = make_center(name="다라 센터", status="closed")

    text = find_tags(client, center.get_absolute_url())["og:description"]

    assert center.region.full_name in text and center.operator.name in text
    assert "제조업체를 돕습니다" in text
    text = find_tags(client, closed.get_absolute_url())["og:description"]
    assert "돕습니다" not in text
