"""Make a release of the whole data set if anything has changed since the last one."""

from django.conf import settings

from centers.exports.releases.make import make_release
from centers.exports.releases.store import ReleaseError, get_folder
from centers.management.cli import DataCommand, ensure_writable, report_errors
from centers.settings import DEFAULT_SITE_URL


class Command(DataCommand):
    help = (
        "Make a release of the whole data set in DATA_DIR/releases, numbered by year, month and "
        "turn (2026.11.1), if anything has changed since the last one."
    )

    def handle(self, **options):
        ensure_writable()
        if settings.SITE_URL == DEFAULT_SITE_URL:
            self.stderr.write(
                f"경고: SITE_URL이 설정되지 않아 배포본의 주소가 모두 {DEFAULT_SITE_URL}입니다."
            )
        file_error = "배포본을 쓰지 못했습니다. {path}: {reason}."
        with report_errors(ReleaseError, path=get_folder(), file_error=file_error):
            made = make_release()
        if made is None:
            self.stdout.write("마지막 배포본 뒤로 바뀐 것이 없어 새로 만들지 않았습니다.")
            return
        release = made.release
        self.stdout.write(
            f"배포본 {release.version}: 센터 {release.row_counts['centers']:,}곳, "
            f"{release.size:,}바이트, {release.path}, SHA-256 {release.sha256}"
        )
