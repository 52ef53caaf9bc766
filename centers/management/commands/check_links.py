"""Check whether the websites of open centres and their operators still open."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from centers.admin.call_list import add_centers
from centers.management.cli import DataCommand, ensure_writable
from centers.management.commands.serve import bounded_int
from centers.management.link_check import PAUSE, LinkChecker, find_broken
from centers.models import BrokenLink, CallRound, Center


class Command(DataCommand):
    help = (
        "Request the websites of open centres and their operators, slowly and one at a time. Those "
        "that do not open are listed in the admin and in the call round; no record is changed. "
        "Without LINK_CHECK=true, nothing is requested."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--most",
            type=bounded_int(1, 2000),
            default=200,
            metavar="N",
            help="at most N websites, those that did not open last time first (200)",
        )
        parser.add_argument(
            "--minutes",
            type=bounded_int(1, 240),
            default=30,
            metavar="N",
            help="stop after N minutes (30)",
        )
        parser.add_argument(
            "--allow-private",
            action="store_true",
            help="also request addresses in private networks, for tests",
        )

    def handle(self, *, most, minutes, allow_private, **options):
        if not settings.LINK_CHECK:
            self.stdout.write("LINK_CHECK is false: no website is requested.")
            return
        ensure_writable()
        pause = 0.0 if allow_private else PAUSE
        checker = LinkChecker(allows_private=allow_private, pause=pause)
        urls = list_websites()
        problems = find_broken(checker, urls[:most], checker.clock() + minutes * 60)
        store(problems, urls)
        broken = sum(1 for problem in problems.values() if problem)
        self.stdout.write(
            f"Checked {len(problems)} of {len(urls)} websites: {broken} did not open."
        )
        if (call_round := CallRound.current()) and (added := add_centers(call_round)):
            self.stdout.write(f"Added {added} centres to the call round.")


def list_websites() -> list[str]:
    """List the distinct websites, the broken ones first, then by URL."""
    centers = Center.objects.exclude(status=Center.Status.CLOSED)
    found = {
        url for row in centers.values_list("website", "operator__website") for url in row if url
    }
    broken = set(BrokenLink.objects.values_list("url", flat=True))
    return sorted(found, key=lambda url: (url not in broken, url))


def store(problems: dict[str, str], urls: list[str]) -> None:
    """Store what did not open, and forget what opens again or is no website any more."""
    opened = [url for url, problem in problems.items() if not problem]
    with transaction.atomic():
        BrokenLink.objects.filter(url__in=opened).delete()
        BrokenLink.objects.exclude(url__in=urls).delete()
        for url, problem in problems.items():
            if problem:
                values = {"problem": problem, "checked_at": timezone.now()}
                BrokenLink.objects.update_or_create(url=url, defaults=values)
