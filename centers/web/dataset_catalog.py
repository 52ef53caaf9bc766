"""The directory as a dataset with its distributions, as DCAT-US for data portals."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

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
        return f"{self.page}#terms"

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


def build_catalog(dataset: Dataset) -> dict:
    """Build the catalog in DCAT-US 1.1, which CKAN, DKAN and others harvest from /data.json.

    It is JSON and, by its context, JSON-LD. The codes of US agencies are left out.
    """
    url = settings.SITE_URL + reverse("catalogue")
    contact = {"@type": "vcard:Contact", "fn": SITE_NAME}
    if settings.CONTACT_EMAIL:
        contact["hasEmail"] = f"mailto:{settings.CONTACT_EMAIL}"
    files = [
        {
            "@type": "dcat:Distribution",
            "title": f"{dataset.title} ({file.format})",
            "format": file.format,
            "mediaType": file.media_type,
            "downloadURL": file.url,
        }
        for file in FILES
    ]
    api = {
        "@type": "dcat:Distribution",
        "title": f"{dataset.title} (API)",
        "format": API.format,
        "accessURL": API.url,
        "describedBy": API_SCHEMA.url,
        "describedByType": API_SCHEMA.media_type,
    }
    record = {
        "@type": "dcat:Dataset",
        "identifier": dataset.page,
        "title": dataset.title,
        "description": dataset.description,
        "keyword": dataset.keywords,
        "modified": dataset.modified and dataset.modified.isoformat(),
        "publisher": {"@type": "org:Organization", "name": SITE_NAME},
        "contactPoint": contact,
        "accessLevel": "public",
        "license": dataset.license,
        "landingPage": dataset.page,
        "language": ["ko"],
        "spatial": "대한민국",
        "temporal": dataset.period,
        "accrualPeriodicity": "irregular",
        "references": [one.source_url for one in dataset.documents if one.source_url],
        "distribution": [*files, api],
    }
    return {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@id": url,
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "dataset": [{name: value for name, value in record.items() if value}],
    }
