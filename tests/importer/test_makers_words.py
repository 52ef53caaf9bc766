"""The importer and the search understand the words of makers alike."""

import pytest

from centers.importer.industry_parser import IndustryParser


@pytest.mark.parametrize(
    "words",
    [
        "원목식탁공장",
        "도토리묵",
        "미싱",
        "쥬얼리",
        "구두수리",
        "찐빵집",
        "국밥집",
        "딸기농장",
        "에어컨설치",
        "고무장갑",
    ],
)
def test_importer_reads_the_industries_that_the_search_means(client, status_list_2026, words):
    answer = client.get("/api/v1/understand/", {"q": words}).json()
    found = IndustryParser().find_by_makers_words(words)

    assert [one.code for one in found] == sorted({one["code"][:2] for one in answer["industries"]})
