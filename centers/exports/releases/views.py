"""The files of releases, their list for programs, and their feed. They need no database."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header

from centers.exports.decorators import read_only, reject_parameters
from centers.exports.feeds import build_entry_id, create_feed, get_start_of_day, render_feed
from centers.exports.licence import build_license_link, get_terms_url
from centers.exports.releases.package import build_release_path
from centers.exports.releases.store import Release, Version, find_release, list_releases
from centers.http.etag import etag_matches
from centers.text.formatting import SITE_NAME

#: Releases in the feed.
MAX_ENTRIES = 100
FIRST_SUMMARY = "첫 배포본입니다."
#: The files of a release never change.
FILE_CACHE_CONTROL = "public, max-age=86400, immutable"
#: By file name extension.
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "zip": "application/zip",
}
PLAIN_TEXT = "text/plain; charset=utf-8"


def get_release_or_404(text: str) -> Release:
    """Return a release by its number. Raises Http404 if there is none."""
    release = find_release(Version.parse(text))
    if release is None:
        raise Http404
    return release


def build_file_url(release: Release, name: str = "") -> str:
    """Return the URL of a file of a release; without a name, that of the whole zip."""
    if not name:
        path = reverse("release_zip", args=[str(release.version)])
    else:
        path = reverse("release_file", args=[str(release.version), name])
    return settings.SITE_URL + path


def get_summary(release: Release) -> str:
    """Return in a sentence what changed since the release before."""
    return release.changes.get("summary") or FIRST_SUMMARY


@read_only
@reject_parameters
def release_zip(request: HttpRequest, version: str) -> HttpResponse:
    """The zip of a release."""
    release = get_release_or_404(version)
    etag = f'"{release.sha256}"'
    if etag_matches(request, etag):
        return add_file_headers(HttpResponseNotModified(), etag)
    response = HttpResponse(release.path.read_bytes(), content_type=CONTENT_TYPES["zip"])
    name = f"소공인특화지원센터_자료_{release.version}.zip"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return add_file_headers(response, etag)


@read_only
@reject_parameters
def release_latest_zip(request: HttpRequest) -> HttpResponse:
    """Redirect to the zip of the newest release, for programs that always want it."""
    for release in list_releases()[:1]:
        return redirect("release_zip", str(release.version))
    raise Http404


@read_only
@reject_parameters
def release_file(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """One file of a release."""
    release = get_release_or_404(version)
    if name not in release.file_sizes:
        raise Http404
    etag = f'"{release.sha256}-{name}"'
    if etag_matches(request, etag):
        return add_file_headers(HttpResponseNotModified(), etag)
    ending = name.rpartition(".")[2]
    content_type = CONTENT_TYPES.get(ending, PLAIN_TEXT)
    response = HttpResponse(release.read_file(name), content_type=content_type)
    if ending == "csv":
        response["Content-Disposition"] = content_disposition_header(
            True, f"소공인특화지원센터_자료_{release.version}_{name}"
        )
    return add_file_headers(response, etag)


def add_file_headers(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = FILE_CACHE_CONTROL
    response["Link"] = build_license_link()
    return response


def describe_release(release: Release) -> dict:
    """Describe a release for programs."""
    return {
        "version": str(release.version),
        "date": release.day.isoformat(),
        "since": release.changes.get("since"),
        "summary": get_summary(release),
        "page": settings.SITE_URL + build_release_path(release.version),
        "rows": release.row_counts,
        "centersByState": release.state_counts,
        "zip": {
            "url": build_file_url(release),
            "bytes": release.size,
            "sha256": release.sha256,
        },
        "files": [
            {"name": name, "url": build_file_url(release, name), "bytes": size}
            for name, size in release.file_sizes.items()
        ],
    }


@read_only
@reject_parameters
def release_manifest(request: HttpRequest) -> JsonResponse:
    """All releases for programs, the newest first."""
    manifest = {
        "title": f"{SITE_NAME}의 자료 배포본",
        "page": settings.SITE_URL + reverse("releases"),
        "license": get_terms_url(),
        "releases": [*map(describe_release, list_releases())],
    }
    return JsonResponse(
        manifest,
        json_dumps_params={"ensure_ascii": False},
        headers={"Link": build_license_link()},
    )


@read_only
@reject_parameters
def release_feed(request: HttpRequest) -> HttpResponse:
    """The newest releases."""
    feed = create_feed(
        "자료 배포본", reverse("releases"), request.path, "새로 나온 자료 배포본과 바뀐 내용입니다."
    )
    for release in list_releases()[:MAX_ENTRIES]:
        path = build_release_path(release.version)
        feed.add_item(
            title=f"배포본 {release.version}",
            link=settings.SITE_URL + path,
            description=format_html(
                '<p>{}</p><p><a href="{}">내려받기(ZIP)</a></p>',
                get_summary(release),
                build_file_url(release),
            ),
            unique_id=build_entry_id(path),
            # A release stores its day alone; its number orders those of one day.
            updateddate=get_start_of_day(release.day) + timedelta(seconds=release.version.number),
            source=None,
        )
    return render_feed(feed)
