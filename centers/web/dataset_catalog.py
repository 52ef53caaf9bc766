"""The directory as a dataset with its distributions, as DCAT for data portals."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from centers.exports.licence import ATTRIBUTION, get_terms_url
from centers.exports.releases.package import build_release_path
from centers.exports.releases.store import Release, list_releases
from centers.exports.releases.views import CONTENT_TYPES, build_file_url
from centers.http.media_types import FILE_FORMATS
from centers.models import Announcement, DataVersion
from centers.models.reference_data import get_reference_data
from centers.provenance.last_modified import get_list_times
from centers.text.formatting import SITE_NAME


@dataclass(frozen=True)
class Distribution:
    """One format in which all centres can be downloaded."""

    format: str
    path: str
    media_type: str

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.path


FILES = tuple(
    Distribution(file.name, f"/centers.{ending}", file.media_type)
    for ending, file in FILE_FORMATS.items()
)
API = Distribution("API", "/api/v1/centers/", FILE_FORMATS["json"].media_type)
API_SCHEMA = Distribution("OpenAPI", "/api/v1/schema.json", "application/vnd.oai.openapi+json")


class Dataset:
    """Metadata of the dataset of all published centres."""

    title = "소공인특화지원센터 목록"
    description = (
        "전국 소공인특화지원센터의 지역, 업종, 운영기관, 집적지 소공인 수, 지정연도, 주소, "
        "전화, 위치와 운영 상태입니다. 정부가 발표한 공고와 운영 현황 목록에서 옮겼고, "
        "센터마다 어느 문서에서 왔는지 적었습니다. 정부 공식 자료가 아닙니다."
    )
    keywords = ("소공인특화지원센터", "소공인", "도시형소공인", "집적지", "제조업", "소상공인 지원")

    @property
    def page(self) -> str:
        """The URL of the page that explains the dataset."""
        return settings.SITE_URL + reverse("data")

    @property
    def license(self) -> str:
        """The URL of the terms of use: facts are free, their sources are to be named."""
        return get_terms_url()

    @cached_property
    def documents(self) -> list[Announcement]:
        """The source documents, newest first."""
        return list(Announcement.objects.all())

    @property
    def period(self) -> str:
        """The ISO 8601 interval from the oldest to the newest document; empty without any."""
        if not self.documents:
            return ""
        return f"{self.documents[-1].published_on}/{self.documents[0].published_on}"

    @cached_property
    def modified(self) -> date | None:
        """The day of the last change of any centre."""
        version = DataVersion.cached()
        whole = get_list_times(version, get_reference_data(version)[0]).whole
        return timezone.localdate(whole) if whole else None


# --- the catalog ---------------------------------------------------------------------------------

#: Code lists of the EU and IANA, which DCAT-AP prescribes.
_EU = "http://publications.europa.eu/resource/authority"
_IANA = "https://www.iana.org/assignments/media-types"
#: What the keys mean in RDF. Others mean nothing there, and are for readers of DCAT-US alone: where
#: that has a word (license, spatial), DCAT-AP has an object, under a key with a prefix.
CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "title": {"@id": "dct:title", "@language": "ko"},
    "description": {"@id": "dct:description", "@language": "ko"},
    "keyword": {"@id": "dcat:keyword", "@language": "ko"},
    "name": {"@id": "foaf:name", "@language": "ko"},
    "identifier": "dct:identifier",
    "modified": {"@id": "dct:modified", "@type": "xsd:date"},
    "issued": {"@id": "dct:issued", "@type": "xsd:date"},
    "publisher": "dct:publisher",
    "contactPoint": "dcat:contactPoint",
    "fn": "vcard:fn",
    "hasEmail": {"@id": "vcard:hasEmail", "@type": "@id"},
    "hasURL": {"@id": "vcard:hasURL", "@type": "@id"},
    "dataset": "dcat:dataset",
    "service": "dcat:service",
    "distribution": "dcat:distribution",
    "accessURL": {"@id": "dcat:accessURL", "@type": "@id"},
    "downloadURL": {"@id": "dcat:downloadURL", "@type": "@id"},
    "references": {"@id": "dct:references", "@type": "@id"},
}


def build_node(identifier: str, kind: str, **values: Any) -> dict:
    """Build a node of the graph."""
    return {"@id": identifier, "@type": kind, **values}


def build_terms() -> dict:
    return build_node(get_terms_url(), "dct:LicenseDocument", title=ATTRIBUTION)


def build_contact() -> dict:
    """Build whom to write to: the page that says how, and the email address if there is one."""
    contact = {
        "@type": ["vcard:Kind", "vcard:Organization"],
        "fn": SITE_NAME,
        "hasURL": f"{settings.SITE_URL}{reverse('about')}#contact",
    }
    if settings.CONTACT_EMAIL:
        contact["hasEmail"] = f"mailto:{settings.CONTACT_EMAIL}"
    return contact


def build_period(dataset: Dataset) -> dict | None:
    """Build the time between the oldest and the newest document; None without any."""
    if not dataset.documents:
        return None
    days = (dataset.documents[-1].published_on, dataset.documents[0].published_on)
    return {
        "@type": "dct:PeriodOfTime",
        **{
            f"dcat:{name}": {"@type": "xsd:date", "@value": day.isoformat()}
            for name, day in zip(("startDate", "endDate"), days, strict=True)
        },
    }


def build_download(name: str, title: str, media_type: str, **values: Any) -> dict:
    """Build the entry of a file that can be downloaded, by the name of its format."""
    return build_node(
        f"{settings.SITE_URL}{reverse('catalogue')}#{name}",
        "dcat:Distribution",
        title=title,
        format=name,
        mediaType=media_type,
        license=get_terms_url(),
        **values,
        **{
            "dct:license": build_terms(),
            "dct:format": build_node(f"{_EU}/file-type/{name.upper()}", "dct:MediaTypeOrExtent"),
            "dcat:mediaType": build_node(f"{_IANA}/{media_type}", "dct:MediaType"),
        },
    )


def build_distribution(dataset: Dataset, file: Distribution) -> dict:
    """Build the entry of the file of all centres in one format."""
    return build_download(
        file.format,
        f"{dataset.title} ({file.format})",
        file.media_type,
        description=f"모든 센터를 담은 {file.format} 파일. 출처와 이용 조건이 함께 있습니다.",
        downloadURL=file.url,
        accessURL=file.url,
    )


def build_release_distribution(dataset: Dataset, release: Release) -> dict:
    """Build the entry of the newest release; its page leads to all others."""
    return build_download(
        "ZIP",
        f"{dataset.title}, 배포본 {release.version} (ZIP)",
        CONTENT_TYPES["zip"],
        description="번호를 붙여 묶은 자료. 나온 뒤에는 바뀌지 않아 그대로 인용할 수 있습니다.",
        issued=release.day.isoformat(),
        downloadURL=build_file_url(release),
        accessURL=settings.SITE_URL + build_release_path(release.version),
    )


def build_catalog(dataset: Dataset) -> dict:
    """Build the catalog for data portals: one file for readers of DCAT-AP 3 and of DCAT-US 1.1.

    As JSON it has the keys of DCAT-US, which CKAN, DKAN and others harvest from /data.json; the
    codes of US agencies are left out. By its own context it is JSON-LD of DCAT-AP.
    """
    url, home = settings.SITE_URL + reverse("catalogue"), settings.SITE_URL + reverse("centers")
    dataset_id, service_id = f"{dataset.page}#dataset", f"{url}#service"
    modified = dataset.modified and dataset.modified.isoformat()
    publisher = build_node(f"{home}#publisher", "foaf:Agent", name=SITE_NAME)
    contact, korean = build_contact(), build_node(f"{_EU}/language/KOR", "dct:LinguisticSystem")
    service = build_node(
        service_id,
        "dcat:DataService",
        title=f"{dataset.title} API",
        description="센터를 조건으로 찾아 JSON으로 읽습니다. 인증키가 필요 없습니다.",
        publisher=publisher,
        contactPoint=contact,
        **{
            "dcat:endpointURL": {"@id": settings.SITE_URL + reverse("api-root")},
            "dcat:endpointDescription": {"@id": API_SCHEMA.url},
            "dcat:servesDataset": {"@id": dataset_id},
            "dct:license": build_terms(),
        },
    )
    api = build_node(
        f"{url}#API",
        "dcat:Distribution",
        title=f"{dataset.title} (API)",
        description="조건에 맞는 센터를 JSON으로 읽는 API",
        format=API.format,
        accessURL=API.url,
        describedBy=API_SCHEMA.url,
        describedByType=API_SCHEMA.media_type,
        **{"dcat:accessService": {"@id": service_id}, "dct:license": build_terms()},
    )
    record = {
        **build_node(dataset_id, "dcat:Dataset"),
        "identifier": dataset.page,
        "title": dataset.title,
        "description": dataset.description,
        "keyword": dataset.keywords,
        "modified": modified,
        "publisher": publisher,
        "contactPoint": contact,
        "accessLevel": "public",
        "license": dataset.license,
        "landingPage": dataset.page,
        "language": ["ko"],
        "spatial": "대한민국",
        "temporal": dataset.period,
        "accrualPeriodicity": "irregular",
        "references": [one.source_url for one in dataset.documents if one.source_url],
        "distribution": [
            *(build_distribution(dataset, file) for file in FILES),
            *(build_release_distribution(dataset, one) for one in list_releases()[:1]),
            api,
        ],
        "dct:accessRights": build_node(f"{_EU}/access-right/PUBLIC", "dct:RightsStatement"),
        "dct:accrualPeriodicity": build_node(f"{_EU}/frequency/IRREG", "dct:Frequency"),
        "dct:language": korean,
        "dct:spatial": build_node(f"{_EU}/country/KOR", "dct:Location"),
        "dct:temporal": build_period(dataset),
        "dcat:landingPage": build_node(dataset.page, "foaf:Document"),
        "dcat:theme": build_node(
            f"{_EU}/data-theme/ECON",
            "skos:Concept",
            **{"skos:prefLabel": {"@language": "en", "@value": "Economy and finance"}},
        ),
    }
    return {
        "@context": CONTEXT,
        **build_node(url, "dcat:Catalog"),
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "title": SITE_NAME,
        "description": "전국 소공인특화지원센터의 자료를 내려받거나 API로 읽습니다. "
        "정부 공식 누리집이 아닙니다.",
        "publisher": publisher,
        "license": dataset.license,
        "dct:license": build_terms(),
        "dct:language": korean,
        "foaf:homepage": build_node(home, "foaf:Document"),
        **({"modified": modified} if modified else {}),
        "dataset": [{name: value for name, value in record.items() if value}],
        "service": [service],
    }
