"""The public pages described by schema.org types, for search engines.

The template tag `json_ld` writes these dictionaries into the head of a page.
"""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from centers.exports.licence import build_citation
from centers.models import Announcement, Center, Region
from centers.text.formatting import SITE_NAME
from centers.web.contact_links import get_safe_website
from centers.web.dataset_catalog import API, FILES, Dataset

KOREA = {"@type": "Country", "name": "대한민국"}


def drop_empty(**values) -> dict:
    """Return the values that are known."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def build_website() -> dict:
    """Describe the site and its search (`WebSite`)."""
    home = settings.SITE_URL + reverse("centers")
    return {
        "@type": "WebSite",
        "@id": f"{home}#site",
        "name": SITE_NAME,
        "url": home,
        "inLanguage": "ko",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{home}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def build_breadcrumb(steps: Iterable[tuple[str, str]]) -> dict:
    """Describe the way to a page (`BreadcrumbList`) by names and paths, the outermost first."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": name,
                "item": settings.SITE_URL + path,
            }
            for position, (name, path) in enumerate(steps, 1)
        ],
    }


def build_center_breadcrumb(center: Center, region_links: Iterable[tuple[Region, str]]) -> dict:
    """Describe the way to a centre as its page shows it.

    `region_links` are its regions with the paths of their lists.
    """
    lists = [(region.name, path) for region, path in region_links]
    own = (center.display_name, center.get_absolute_url())
    return build_breadcrumb([("센터 찾기", reverse("centers")), *lists, own])


def build_announcement_breadcrumb(announcement: Announcement) -> dict:
    """Describe the way to an announcement as its page shows it."""
    own = (announcement.title, announcement.get_absolute_url())
    return build_breadcrumb([("출처 문서", reverse("announcements")), own])


def build_organization(center: Center) -> dict:
    """Describe a centre as an `Organization` within its operator.

    Not as `GovernmentOffice` or `LocalBusiness`: associations, universities and foundations run
    the centres, on the ministry's designation.
    """
    page = settings.SITE_URL + center.get_absolute_url()
    address = build_postal_address(center)
    region = center.region
    area = region.sido if center.kind == center.Kind.WIDE_AREA else region
    location = None
    if center.lat is not None:
        point = {"@type": "GeoCoordinates", "latitude": center.lat, "longitude": center.lon}
        location = {"@type": "Place", "address": address, "geo": point}
    industry = center.industry
    provisional = "공고에 이름이 없어 지역과 업종으로 지어 부른 이름(가칭)입니다."
    return {
        "@type": "Organization",
        "@id": f"{page}#center",
        **drop_empty(
            name=center.display_name,
            disambiguatingDescription=provisional if center.is_name_provisional else "",
            mainEntityOfPage=page,
            url=get_safe_website(center),
            telephone=center.phone,
            address=address,
            location=location,
            areaServed={"@type": "AdministrativeArea", "name": area.full_name},
            knowsAbout=[one for one in (industry and industry.name, center.specialty) if one],
            parentOrganization=center.operator
            and {"@type": "Organization", "name": center.operator.name},
            dissolutionDate=center.closed_on and center.closed_on.isoformat(),
        ),
    }


def build_postal_address(center: Center) -> dict:
    """Describe the postal address as far as it is known; the region always is."""
    region, sido = center.region, center.region.sido
    return {
        "@type": "PostalAddress",
        "addressCountry": "KR",
        "addressRegion": sido.name,
        **drop_empty(
            addressLocality=region.full_name.removeprefix(sido.name).strip(),
            streetAddress=center.address.removeprefix(region.full_name).strip(),
        ),
    }


def build_dataset(dataset: Dataset) -> dict:
    """Describe all centres as a `Dataset` with its downloads."""
    publisher = {
        "@type": "Organization",
        "name": SITE_NAME,
        "url": settings.SITE_URL + "/",
        "contactPoint": drop_empty(
            **{"@type": "ContactPoint"},
            contactType="자료 문의",
            url=f"{settings.SITE_URL}{reverse('about')}#contact",
            email=settings.CONTACT_EMAIL,
        ),
    }
    return {
        "@type": "Dataset",
        "@id": f"{dataset.page}#dataset",
        **drop_empty(
            name=dataset.title,
            description=dataset.description,
            url=dataset.page,
            keywords=dataset.keywords,
            inLanguage="ko",
            isAccessibleForFree=True,
            license=dataset.license,
            creditText=build_citation(),
            usageInfo=dataset.license,
            creator=publisher,
            publisher=publisher,
            dateModified=dataset.modified and dataset.modified.isoformat(),
            temporalCoverage=dataset.period,
            spatialCoverage=KOREA,
            isBasedOn=[
                drop_empty(
                    **{"@type": "CreativeWork"},
                    name=one.title,
                    url=settings.SITE_URL + one.get_absolute_url(),
                    sameAs=one.source_url,
                    datePublished=one.published_on.isoformat(),
                    publisher={"@type": "Organization", "name": one.publisher},
                )
                for one in dataset.documents
            ],
            distribution=[
                {"@type": "DataDownload", "encodingFormat": one.media_type, "contentUrl": one.url}
                for one in (*FILES, API)
            ],
        ),
    }
