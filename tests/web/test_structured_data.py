"""JSON-LD by schema.org types, and that stored text cannot end its script element."""

import json
import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.utils import timezone

from centers.models import Center
from centers.templatetags.scripts import json_ld

pytestmark = pytest.mark.usefixtures("public_site_url")


@pytest.fixture
def things(open_page):
    """Return a function that reads the JSON-LD objects of a page, by type."""

    def things(address):
        blocks = open_page(address).select('script[type="application/ld+json"]')
        graph = [thing for block in blocks for thing in json.loads(block.string)["@graph"]]
        return {thing["@type"]: thing for thing in graph}

    return things


def test_centre_is_an_organization_with_all_known_facts(things, make_center):
    center = make_center(
        name="부산 서동 의류제조 소공인특화지원센터",
        address="부산광역시 금정구 옥봉로8번길 16",
        phone="051-123-4567",
        website="https://soap.example.kr/",
        specialty="봉제",
        lat=35.2,
        lon=129.1,
    )
    page = settings.SITE_URL + center.get_absolute_url()
    address = {
        "@type": "PostalAddress",
        "addressCountry": "KR",
        "addressRegion": "부산광역시",
        "addressLocality": "금정구",
        "streetAddress": "옥봉로8번길 16",
    }

    assert things(center.get_absolute_url())["Organization"] == {
        "@type": "Organization",
        "@id": f"{page}#center",
        "name": "부산 서동 의류제조 소공인특화지원센터",
        "mainEntityOfPage": page,
        "url": "https://soap.example.kr/",
        "telephone": "051-123-4567",
        "address": address,
        "location": {
            "@type": "Place",
            "address": address,
            "geo": {"@type": "GeoCoordinates", "latitude": 35.2, "longitude": 129.1},
        },
        "areaServed": {"@type": "AdministrativeArea", "name": "부산광역시 금정구"},
        "knowsAbout": ["의복, 의복 액세서리 및 모피제품 제조업", "봉제"],
        "parentOrganization": {"@type": "Organization", "name": center.operator.name},
    }


def test_unknown_facts_are_left_out(things, make_center):
    center = make_center(kind="wide_area", region="52", industry=None, operator=None)

    told = things(center.get_absolute_url())["Organization"]

    assert told["disambiguatingDescription"].endswith("(가칭)입니다.")
    assert told["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "KR",
        "addressRegion": "전북특별자치도",
    }
    assert told["areaServed"]["name"] == "전북특별자치도"
    unknown = {"url", "telephone", "location", "knowsAbout", "parentOrganization"}
    assert unknown.isdisjoint(told)


def test_closed_centre_has_a_dissolution_date(things, make_center):
    center = make_center(status="closed", closed_on=date(2025, 12, 31))

    assert things(center.get_absolute_url())["Organization"]["dissolutionDate"] == "2025-12-31"


def test_breadcrumb_is_the_one_on_the_page(things, open_page, announcement_2024):
    addresses = [Center.objects.get(region="26410").get_absolute_url()]
    addresses.append(announcement_2024.get_absolute_url())
    for address in addresses:
        soup = open_page(address)
        steps = things(address)["BreadcrumbList"]["itemListElement"]

        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        assert [step["name"] for step in steps] == [
            *(link.get_text() for link in soup.select(".breadcrumb a")),
            soup.h1.get_text(),
        ]
        assert steps[-1]["item"] == settings.SITE_URL + address
        for step in steps:
            assert step["item"].startswith(settings.SITE_URL)
            open_page(step["item"].removeprefix(settings.SITE_URL))


def test_home_page_describes_its_search(things, open_page, announcement_2024):
    site = things("/")["WebSite"]
    action = site["potentialAction"]

    assert site["url"] == f"{settings.SITE_URL}/"
    assert action["query-input"] == "required name=search_term_string"
    address = action["target"]["urlTemplate"].replace("{search_term_string}", "영월")
    found = urlsplit(address)
    assert "영월 식료품" in open_page(f"{found.path}?{found.query}").get_text()
    assert things("/?region=26") == {}


def test_data_page_describes_dataset_files_and_sources(things, announcement_2024):
    dataset = things("/data/")["Dataset"]

    assert dataset["name"]
    assert 50 <= len(dataset["description"]) <= 5000
    assert dataset["license"] == f"{settings.SITE_URL}/data/#terms"
    assert dataset["temporalCoverage"] == "2024-06-25/2024-06-25"
    assert dataset["dateModified"] == timezone.localdate().isoformat()
    assert [one["publisher"]["name"] for one in dataset["isBasedOn"]] == ["중소벤처기업부"]
    files = {one["contentUrl"]: one["encodingFormat"] for one in dataset["distribution"]}
    assert files[f"{settings.SITE_URL}/centers.csv"] == "text/csv"
    assert files[f"{settings.SITE_URL}/centers.geojson"] == "application/geo+json"
    assert len(files) == 5


def test_licence_url_points_to_the_terms(open_page):
    assert open_page("/data/").select_one("#terms").get_text() == "이용 조건"


HOSTILE = [
    "</script><script>alert(1)</script>",
    '"}]}</script><img src=x>',
    "<!--<script>",
    "'\\ & &lt; 따옴표",
]


@pytest.mark.parametrize("text", [*HOSTILE, "줄\u2028바꿈\u2029", "\x00"])
def test_any_text_stays_inside_the_script_element(text):
    html = json_ld([{"name": text, text: [{"name": text}]}])
    block = html.removeprefix('<script type="application/ld+json">').removesuffix("</script>")

    assert json.loads(block)["@graph"] == [{"name": text, text: [{"name": text}]}]
    assert not set("<>&\u2028\u2029") & set(block)


@pytest.mark.parametrize("text", HOSTILE)
def test_stored_text_stays_inside_the_script_element(client, make_center, text):
    center = make_center(name=text, operator__name=text)

    html = client.get(center.get_absolute_url()).content.decode()
    head = html.partition("</head>")[0]
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', head, re.DOTALL)[1]

    assert json.loads(block)["@graph"][0]["name"] == text
    assert len(BeautifulSoup(html, "html.parser").find_all("script")) == 3
