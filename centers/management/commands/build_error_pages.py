"""Generate the error pages that nginx serves by itself from `templates/errors/proxy`."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

TEMPLATES = settings.BASE_DIR / "templates" / "errors" / "proxy"
PAGES = settings.BASE_DIR / "deploy" / "nginx" / "pages"


def render_error_pages() -> dict[str, str]:
    """Render the error pages of the proxy, by file name."""
    pages = {}
    for file in sorted(TEMPLATES.glob("*.html")):
        lines = render_to_string(f"errors/proxy/{file.name}").splitlines()
        pages[file.name] = "".join(f"{line}\n" for line in lines if line.strip())
    return pages


def find_stale_pages(pages: dict[str, str], folder: Path) -> list[str]:
    """List the file names in `folder` that differ from these pages, lack or are too many."""
    written = {file.name: file.read_text() for file in folder.glob("*.html")}
    return sorted(
        name for name in pages.keys() | written.keys() if pages.get(name) != written.get(name)
    )


class Command(BaseCommand):
    help = "Write the error pages that nginx serves by itself, deploy/nginx/pages."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="only say which pages are not up to date"
        )

    def handle(self, *, check: bool, **options):
        pages = render_error_pages()
        stale = find_stale_pages(pages, PAGES)
        if check and stale:
            raise CommandError(f"Not up to date: {', '.join(stale)}. Run build_error_pages.")
        for name in stale:
            if name in pages:
                (PAGES / name).write_text(pages[name])
            else:
                (PAGES / name).unlink()
        self.stdout.write(f"{len(pages)} error pages, {len(stale)} of them changed.")
