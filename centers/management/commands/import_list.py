"""Import a published list of centres from the command line."""

import json
import os
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from centers.importer.announcement_details import AnnouncementDetails
from centers.importer.apply import apply
from centers.importer.decisions import DecisionError
from centers.importer.drafts import ImportRejectedError, create_draft, load_plan
from centers.importer.grid import MAX_FILE_SIZE
from centers.importer.plan import Plan, RowKind
from centers.importer.planner import Planner
from centers.importer.read import PrintedList, ReadError, read_file
from centers.importer.report import format_plan
from centers.management.cli import DataCommand, ensure_writable, report_errors
from centers.models import Announcement, ImportRun

NEEDS_DECISIONS = 3
#: From this number of rows on, a terminal shows the progress.
PROGRESS_MIN_ROWS = 200

EPILOG = """Exit codes: 0 done, or nothing to do; 1 refused, nothing saved; 2 wrong usage;
3 rows need a decision, or the list does, nothing saved. A dry run ends with the code that the
real run would.
The file for --decisions holds JSON; its form stands in centers/importer/decisions.py."""


class Command(DataCommand):
    help = (
        "Take in a published list of centres (XLSX, XLS, ODS, HWPX, CSV, HTML): show what it would "
        "change, and change exactly that, in one piece. The same list again changes nothing."
    )

    def create_parser(self, *arguments, **options):
        return super().create_parser(*arguments, epilog=EPILOG, **options)

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the list, XLSX, XLS, ODS, HWPX, CSV or HTML")
        parser.add_argument(
            "--announcement",
            required=True,
            metavar="SLUG",
            help="short name of the document it belongs to, as 2026-list",
        )
        new = parser.add_argument_group("needed for a document that is not here yet")
        new.add_argument("--kind", choices=Announcement.Kind.values, default="")
        new.add_argument("--title", default="")
        new.add_argument("--publisher", default="")
        new.add_argument("--published-on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        more = parser.add_argument_group("what else is known of it")
        more.add_argument("--source-url", default="")
        more.add_argument("--source-note", default="", help="where it was seen")
        more.add_argument("--centers-total", type=int, help="how many centres it says there are")
        parser.add_argument("--decisions", type=Path, metavar="FILE", help="decisions, as JSON")
        parser.add_argument(
            "--missing",
            choices=("keep", "take"),
            default="",
            help="what becomes of all centres on no row of a status list: keep them as they are, "
            "or take them for unconfirmed; without it, they are kept if over a third is missing",
        )
        parser.add_argument("--user", metavar="NAME", help="whom the history names")
        parser.add_argument("--dry-run", action="store_true", help="only show the plan")
        parser.add_argument("--json", action="store_true", help="print the plan as JSON")

    def handle(self, *, file, announcement, user, decisions, missing, dry_run, **options):
        if not dry_run:
            ensure_writable()
        details = AnnouncementDetails(
            slug=announcement,
            **{
                name: options[name]
                for name in AnnouncementDetails.__dataclass_fields__
                if name in options
            },
        )
        with report_import_errors():
            table = read_file(read_content(file), file.name)
            chosen = read_decisions(decisions) if decisions else {}
            if missing and isinstance(chosen, dict):
                chosen = chosen | {"all_missing": missing}
            if dry_run:
                with self.show_progress(table) as progress:
                    plan, run = Planner(table, details, chosen).plan(progress), None
            else:
                plan, run = self.import_table(table, details, chosen, file.name, find_account(user))
        with ignore_closed_pipe(self.stdout):
            if options["json"]:
                self.stdout.write(format_json(plan, run))
            else:
                self.stdout.writelines(f"{line}\n" for line in format_plan(plan))
        with ignore_closed_pipe(self.stdout):
            self.finish(plan, run, dry_run, options["json"])

    def import_table(
        self,
        table: PrintedList,
        details: AnnouncementDetails,
        decisions: dict,
        file_name: str,
        user,
    ) -> tuple[Plan, ImportRun | None]:
        """Plan and apply in one transaction, so that a killed process leaves no draft.

        Returns no run if there was nothing to apply or a row needs a decision.
        """
        with self.show_progress(table) as progress, transaction.atomic():
            run = create_draft(
                table, details, decisions, file_name=file_name, user=user, progress=progress
            )
            plan = load_plan(run)
            if plan.is_ready and not plan.has_no_effect:
                apply(run, user, progress=progress)
                return plan, run
            transaction.set_rollback(True)
        return plan, None

    @contextmanager
    def show_progress(self, table: PrintedList):
        """Yield a progress callback for a long list on a terminal, else None."""
        if not (self.stderr.isatty() and len(table.rows) >= PROGRESS_MIN_ROWS):
            yield None
            return

        def show(done: int, total: int) -> None:
            if done == total or done % 50 == 0:
                filled = 30 * done // total
                bar = "#" * filled + "." * (30 - filled)
                sys.stderr.write(f"\r  [{bar}] {done:,} of {total:,} rows")
                sys.stderr.flush()

        try:
            yield show
        finally:
            sys.stderr.write("\r\033[K")

    def finish(self, plan: Plan, run: ImportRun | None, dry_run: bool, quiet: bool) -> None:
        counts = plan.count_by_kind()
        if errors := counts[RowKind.ERROR]:
            raise CommandError(f"{errors} rows cannot be used; nothing was saved.")
        if open_ := counts[RowKind.DECISION]:
            raise CommandError(
                f"{open_} rows need a decision (--decisions FILE); nothing was saved.",
                returncode=NEEDS_DECISIONS,
            )
        if problems := len(plan.problems):
            raise CommandError(
                f"{problems} questions about the list need a decision (--decisions FILE); "
                "nothing was saved.",
                returncode=NEEDS_DECISIONS,
            )
        if quiet:
            return
        if run:
            text = f"Applied. To take it back: manage.py undo_import {run.pk}"
        else:
            text = "Nothing to do." if plan.has_no_effect else "A dry run: nothing was saved."
        self.stdout.write(text)


@contextmanager
def ignore_closed_pipe(stdout):
    """Ignore a closed output pipe (`| head`)."""
    try:
        yield
        stdout.flush()
    except BrokenPipeError:
        # Later writes would fail again, at the latest the flush at exit.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextmanager
def report_import_errors():
    """Turn errors in the list, the options or the database into a CommandError of one line."""
    try:
        with report_errors(ReadError, DecisionError, ImportRejectedError):
            yield
    except ValidationError as error:
        options = {"slug": "announcement"}
        reasons = (
            f"--{options.get(name, name).replace('_', '-')}: {' '.join(words)}"
            for name, words in error.message_dict.items()
        )
        raise CommandError("; ".join(reasons)) from None


def read_content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than allowed shows that the file is too large.
            return file.read(MAX_FILE_SIZE + 1)
    except OSError as error:
        raise CommandError(f"{path.name}: cannot be read: {error.strerror}.") from None


def read_decisions(path: Path) -> dict:
    try:
        return json.loads(read_content(path))
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path.name}: is not JSON: {error}.") from None


def find_account(name: str | None):
    if not name:
        return None
    users: Any = get_user_model()
    try:
        return users.objects.get_by_natural_key(name)
    except users.DoesNotExist:
        raise CommandError(f"--user: there is no account {name!r}.") from None


def format_json(plan: Plan, run: ImportRun | None) -> str:
    result = {"run": run and run.pk, "counts": plan.count_by_kind(), "plan": plan.to_json()}
    return json.dumps(result, ensure_ascii=False, indent=2)
