"""The pages of the releases of the data. They read files alone, and need no database."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from centers.exports.licence import get_terms_url
from centers.exports.releases.changes_text import describe_counts, summarize
from centers.exports.releases.comparison import CenterEntry, Comparison, Section, compare_releases
from centers.exports.releases.package import build_release_citation, build_release_path
from centers.exports.releases.store import Release, Version, find_release, list_releases
from centers.exports.releases.views import (
    CONTENT_TYPES,
    PLAIN_TEXT,
    build_file_url,
    get_summary,
)
from centers.http.decorators import require_safe
from centers.http.pages import render_page
from centers.text.formatting import SITE_NAME, format_count_by_state, quote
from centers.web.dataset_catalog import Dataset
from centers.web.structured_data import KOREA, build_breadcrumb, drop_empty

#: Centres that one section of a page shows; CHANGES.md has all.
MAX_SHOWN = 200
FROM, TO = "from", "to"
PARAMETER_LABELS = {FROM: "앞의 배포본", TO: "뒤의 배포본"}


@dataclass(frozen=True)
class ReleaseFile:
    """A file of a release as its page lists it."""

    name: str
    url: str
    size: int


@dataclass(frozen=True)
class ShownSection:
    """A section of a comparison, cut to what a page shows."""

    section: Section

    @property
    def count(self) -> int:
        return len(self.section.entries)

    @property
    def entries(self) -> list[CenterEntry]:
        return self.section.entries[:MAX_SHOWN]

    @property
    def hidden_count(self) -> int:
        return max(self.count - MAX_SHOWN, 0)


def describe_comparison(comparison: Comparison) -> dict[str, Any]:
    """Build the context of `releases/changes.html`."""
    return {
        "comparison": comparison,
        "summary": summarize(comparison),
        "counts": describe_counts(comparison),
        "sections": [*map(ShownSection, comparison.sections)],
    }


def build_release_dataset(release: Release) -> dict:
    """Describe a release as a `Dataset` with its version."""
    page = settings.SITE_URL + build_release_path(release.version)
    publisher = {"@type": "Organization", "name": SITE_NAME, "url": settings.SITE_URL + "/"}
    files = {"": release.size} | release.file_sizes
    return {
        "@type": "Dataset",
        "@id": f"{page}#dataset",
        **drop_empty(
            name=f"{Dataset.title}, 배포본 {release.version}",
            description=f"{Dataset.description} {get_summary(release)}",
            url=page,
            version=str(release.version),
            datePublished=release.day.isoformat(),
            keywords=Dataset.keywords,
            inLanguage="ko",
            isAccessibleForFree=True,
            license=get_terms_url(),
            creator=publisher,
            publisher=publisher,
            spatialCoverage=KOREA,
            isVersionOf={"@id": f"{settings.SITE_URL}{reverse('data')}#dataset"},
            distribution=[
                {
                    "@type": "DataDownload",
                    "encodingFormat": get_media_type(name or "zip"),
                    "contentUrl": build_file_url(release, name),
                    "contentSize": f"{size} B",
                }
                for name, size in files.items()
                if not name or name.endswith((".csv", ".json"))
            ],
        ),
    }


def get_media_type(name: str) -> str:
    return CONTENT_TYPES.get(name.rpartition(".")[2], PLAIN_TEXT).partition(";")[0]


def format_count(release: Release) -> str:
    """Format the number of its centres, by state where it stores that."""
    counts = release.state_counts
    return format_count_by_state(counts) if counts else f"{release.row_counts['centers']:,}곳"


def list_rows() -> list[dict[str, Any]]:
    """List the releases for the table of the page, the newest first."""
    return [
        {
            "version": one.version,
            "day": one.day,
            "count": format_count(one),
            "summary": get_summary(one),
            "zip": reverse("release_zip", args=[str(one.version)]),
            "size": one.size,
        }
        for one in list_releases()
    ]


@require_safe
def release_list(request: HttpRequest) -> HttpResponse:
    releases = list_releases()
    return render_page(
        request,
        "releases/list.html",
        canonical=request.path,
        rows=list_rows(),
        structured_data=[build_release_dataset(one) for one in releases[:1]],
    )


@require_safe
def release_latest(request: HttpRequest) -> HttpResponse:
    """Redirect to the newest release, for links that always lead to it."""
    for release in list_releases()[:1]:
        return redirect("release", str(release.version))
    return respond_unknown(request, "배포본이 아직 없습니다.")


def respond_unknown(request: HttpRequest, notice: str) -> HttpResponse:
    """Show the releases that there are in place of one that there is not."""
    response = render_page(
        request,
        "releases/list.html",
        canonical=reverse("releases"),
        rows=list_rows(),
        notices=[notice],
        noindex=True,
    )
    response.status_code = 404
    return response


@require_safe
def release_detail(request: HttpRequest, version: str) -> HttpResponse:
    release = find_release(Version.parse(version))
    if release is None:
        return respond_unknown(request, f"{quote(version)} 없는 배포본입니다.")
    releases = list_releases()
    before = find_before(releases, release)
    after = next((one for one in reversed(releases) if one.version > release.version), None)
    changes = describe_comparison(compare_releases(before, release)) if before else {}
    steps = [("자료 배포본", reverse("releases")), (str(release.version), request.path)]
    return render_page(
        request,
        "releases/detail.html",
        canonical=request.path,
        release=release,
        row_counts=list_row_counts(release),
        count=format_count(release),
        before=before,
        after=after,
        zip_url=reverse("release_zip", args=[str(release.version)]),
        files=[
            ReleaseFile(name, reverse("release_file", args=[str(release.version), name]), size)
            for name, size in release.file_sizes.items()
        ],
        citation=build_release_citation(release.version, release.day),
        structured_data=[build_release_dataset(release), build_breadcrumb(steps)],
        **changes,
    )


def list_row_counts(release: Release) -> list[tuple[str, int]]:
    """The number of rows of each table by its title."""
    return [(one["title"], one["rowCount"]) for one in release.package["resources"]]


def build_comparison_citation(old: Release, new: Release) -> str:
    """Return how to cite a comparison of two releases."""
    query = urlencode({FROM: str(old.version), TO: str(new.version)})
    page = f"{settings.SITE_URL}{reverse('release_compare')}?{query}"
    both = ", ".join(f"{one.version} ({one.day.isoformat()})" for one in (old, new))
    return f"{SITE_NAME}, 자료 배포본 비교: {both}, {page}"


@require_safe
def release_compare(request: HttpRequest) -> HttpResponse:
    """Compare two releases; a number that names none is a 404 that says so."""
    releases = list_releases()
    known = {str(one.version): one for one in releases}
    requested = {name: request.GET.get(name, "") for name in (FROM, TO)}
    missing = [name for name, text in requested.items() if text and text not in known]
    notices = [
        f"{PARAMETER_LABELS[name]} {quote(requested[name])} 없는 배포본입니다."
        f"{' 다시 골라 주세요.' if len(releases) > 1 else ''}"
        for name in missing
    ]
    notices += [
        f"조건 {quote(name)} 여기서 쓰지 않습니다."
        for name in request.GET
        if name not in requested and not name.startswith(settings.TRACKING_PREFIXES)
    ]
    new = known.get(requested[TO]) or next(iter(releases), None)
    old = known.get(requested[FROM]) or (new and find_before(releases, new))
    changes: dict[str, Any] = {}
    if old and new and not missing:
        if old.version > new.version:
            old, new = new, old
            notices.append("앞뒤가 바뀌어 있어 이른 배포본부터 비교했습니다.")
        if old is new:
            notices.append("두 배포본이 같습니다. 다른 배포본을 골라 주세요.")
        else:
            changes = describe_comparison(compare_releases(old, new))
            changes["citation"] = build_comparison_citation(old, new)
    response = render_page(
        request,
        "releases/compare.html",
        canonical=request.path,
        releases=releases,
        old=old,
        new=new,
        notices=notices,
        noindex=bool(request.GET),
        **changes,
    )
    if missing:
        response.status_code = 404
    return response


def find_before(releases: list[Release], release: Release) -> Release | None:
    """Return the release before one; the list has the newest first."""
    return next((one for one in releases if one.version < release.version), None)
