"""`manage.py import_list` and `undo_import`: one plan, clear exit codes, all or nothing."""

import json
import os
import pty
import signal
import subprocess
from contextlib import closing
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from centers.importer.plan import Plan
from centers.models import Announcement, Center, ImportRun, Listing
from tests.support.lists import everything
from tests.support.processes import MANAGE, environment, manage
from tests.support.sites import prepared_database

ABOUT = {
    "kind": "status_list",
    "title": "소공인특화지원센터 현황",
    "publisher": "소상공인시장진흥공단",
    "published_on": "2026-07-31",
}
HEAD = "지역,센터명,운영기관,업종,주소,전화\n"
SOAP = "부산,부산 서동 비누 소공인특화지원센터,(재)부산비누진흥원,비누,부산 금정구 서동로 1,{}\n"
db = pytest.mark.django_db


@pytest.fixture
def official(settings):
    return settings.BASE_DIR / "tests/data/status_list_2026.csv"


@pytest.fixture
def write(tmp_path):
    def write(text, name="list.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def arguments(path, announcement="list-2026", **given):
    """The words of the command line: None leaves an option out, True is all it needs."""
    options = {"announcement": announcement} | ABOUT | given
    written = {name.replace("_", "-"): value for name, value in options.items() if value}
    return [
        "import_list",
        str(path),
        *(f"--{name}" if value is True else f"--{name}={value}" for name, value in written.items()),
    ]


def run(path, **given):
    """Run the command; return what it printed."""
    out = StringIO()
    call_command(*arguments(path, **given), stdout=out)
    return out.getvalue()


def refusal(path, **given):
    """Run the command where it is refused; return its exit code, its one line and its output."""
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(*arguments(path, **given), stdout=out)
    assert len(str(refused.value).splitlines()) == 1
    return refused.value.returncode, str(refused.value), out.getvalue()


# --- what it does --------------------------------------------------------------------------------


@db
def test_official_list_is_taken_in_once(announcement_2024, official):
    printed = run(official)

    assert printed.splitlines()[:2] == [
        "소공인특화지원센터 현황 (2026-07-31)",
        "  새 센터 37 · 바뀜 3 · 그대로 0 · 정해야 함 0 · 오류 0 · 건너뜀 0"
        " · 목록에 없음 2 · 주의 1",
    ]
    assert "  28행 바뀜: 부산 서동 의류제조 소공인특화지원센터" in printed
    assert "      주소: 없음 → 부산광역시 금정구 옥봉로8번길 16\n" in printed
    assert "  목록에 없음: 영월 식료품 소공인특화지원센터" in printed
    assert "운영 중 → 확인 필요\n" in printed
    assert "  주의: 지역 표시에는 충남 2곳" in printed
    done = ImportRun.objects.get()
    assert printed.endswith(f"Applied. To take it back: manage.py undo_import {done.pk}\n")
    assert (done.file_name, done.state) == ("status_list_2026.csv", "applied")

    again = run(official)

    assert "새 센터 0 · 바뀜 0 · 그대로 40 · " in again
    assert again.endswith("Nothing to do.\n")
    assert ImportRun.objects.count() == 1


@db
def test_known_announcement_needs_nothing_but_its_name(official):
    run(official)

    assert "그대로 40" in run(official, **dict.fromkeys(ABOUT))


@db
def test_dry_run_shows_the_same_plan_and_saves_nothing(announcement_2024, official):
    before = everything()

    shown = run(official, dry_run=True)

    assert everything() == before and not ImportRun.objects.exists()
    assert shown.endswith("A dry run: nothing was saved.\n")
    assert run(official).splitlines()[:-1] == shown.splitlines()[:-1]


@db
@pytest.mark.parametrize("dry_run", [True, False])
def test_json_holds_the_plan_the_counts_and_the_import(official, dry_run):
    answer = json.loads(run(official, json=True, dry_run=dry_run))

    assert answer["counts"]["new"] == 40
    assert Plan.from_json(answer["plan"]).count_by_kind() == answer["counts"]
    assert answer["run"] == (None if dry_run else ImportRun.objects.get().pk)


@db
def test_history_names_the_given_account(official):
    editor = get_user_model().objects.create(username="나")

    run(official, user="나")

    assert set(Center.history.values_list("history_user", flat=True)) == {editor.pk}


@db
def test_decisions_are_followed(write, make_center):
    center = make_center(industry="20")
    path = write(HEAD + SOAP.format("051-123-4567"))
    code, line, printed = refusal(path)
    assert (code, line) == (3, "1 rows need a decision (--decisions FILE); nothing was saved.")
    assert f"후보 {center.pk}번 부산 금정 화학 소공인특화지원센터 (지역 같음, 업종 같음)" in printed

    decisions = write(json.dumps({"rows": {"1": {"center": center.pk}}}), "decisions.json")
    run(path, decisions=decisions)

    assert Listing.objects.get().center == center


@db
def test_value_of_an_editor_is_shown_as_kept(write):
    run(write(HEAD + SOAP.format("051-123-4567")))
    center = Center.objects.get()
    center.phone = "051-999-9999"
    center.save()

    printed = run(write(HEAD + SOAP.format("051-123-4567")))

    assert "      전화: 그대로 둠(편집자가 " in printed
    assert "문서에는 051-123-4567" in printed


@db
def test_import_is_taken_back_by_its_number(announcement_2024, official):
    before = everything()
    run(official)
    out = StringIO()

    call_command("undo_import", ImportRun.objects.get().pk, stdout=out)

    assert everything() == before
    assert "소공인특화지원센터 현황) has been taken back." in out.getvalue()
    for number, line in ((ImportRun.objects.get().pk, "반영한 가져오기만"), (99, "no import 99")):
        with pytest.raises(CommandError, match=line):
            call_command("undo_import", number)


def test_long_list_shows_how_far_it_is_on_a_terminal_alone(tmp_path, write):
    rows = (
        SOAP.format(f"051-123-{number:04}").replace("서동", f"서동{number}")
        for number in range(300)
    )
    words = arguments(write(HEAD + "".join(rows)), dry_run=True)
    terminal, end = pty.openpty()
    with (
        prepared_database(tmp_path, "none") as url,
        closing(os.fdopen(terminal, "rb")) as screen,
    ):
        given = {"DATA_DIR": tmp_path, "DATABASE_URL": url}
        assert manage(*words, **given).stderr.count("rows") <= 1
        process = subprocess.Popen(
            [*MANAGE, *words], env=environment(**given), stdout=subprocess.DEVNULL, stderr=end
        )
        process.wait()
        os.close(end)
        shown = os.read(screen.fileno(), 10_000).decode()

    assert "[##########....................] 100 of 300 rows" in shown
    assert "300 of 300 rows" in shown


# --- what it refuses -----------------------------------------------------------------------------


@db
def test_unusable_row_exits_with_1_and_saves_nothing(write):
    code, line, printed = refusal(write(HEAD + SOAP.format("없는 번호")))

    assert (code, line) == (1, "1 rows cannot be used; nothing was saved.")
    assert "  1행 오류: 부산 서동 비누 소공인특화지원센터 (파일의 2번째 줄)\n" in printed
    assert "      전화: ‘없는 번호’는 전화번호 하나로 읽을 수 없습니다." in printed
    assert not Center.objects.exists() and not ImportRun.objects.exists()


@db
def test_question_about_the_list_exits_with_3(write):
    rows = HEAD + SOAP.format("051-123-4567"), HEAD + SOAP.format("051-123-4568")
    cells = (("<td>".join(line.split(",")) for line in text.splitlines()) for text in rows)
    tables = ("<table>" + "".join(f"<tr><td>{line}" for line in one) + "</table>" for one in cells)
    page = write("".join(tables), "list.html")
    decisions = write('{"sheets": {"0": "leave"}}', "decisions.json")

    code, line, printed = refusal(page)
    assert (code, line.startswith("1 questions about the list need a decision")) == (3, True)
    assert "  정해야 함: ‘2째 표’에도 같은 제목의 행이 1개 있습니다." in printed
    assert not Center.objects.exists()

    run(page, decisions=decisions)
    assert Center.objects.get().phone == "051-123-4567"


@db
@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"title": ""}, "--title: "),
        ({"published_on": None}, "--published-on: "),
        ({"announcement": "한글"}, "--announcement: "),
        ({"source_url": "ftp://a.kr"}, "--source-url: http:// 또는 https://로"),
        ({"centers_total": -1}, "--centers-total: "),
        ({"user": "없음"}, "--user: there is no account '없음'."),
    ],
)
def test_detail_that_cannot_be_used_is_named_by_its_option(official, given, line):
    code, said, _ = refusal(official, **given)

    assert (code, said.startswith(line)) == (1, True), said
    assert not Announcement.objects.exists()


@db
def test_file_that_cannot_be_used_is_refused_in_one_line(write, tmp_path, official):
    decisions = write("[1]", "decisions.json")

    for path, given, line in (
        (tmp_path / "absent.csv", {}, "absent.csv: cannot be read: No such file"),
        (tmp_path, {}, f"{tmp_path.name}: cannot be read: Is a directory."),
        (write("", "empty.csv"), {}, "빈 파일입니다."),
        (write("%PDF-1.7", "list.pdf"), {}, "PDF 파일은 읽을 수 없습니다."),
        (official, {"decisions": decisions}, "정한 것은 "),
        (official, {"decisions": write("{", "bad.json")}, "bad.json: is not JSON: "),
        (write("\0" * 6_000_000, "big.csv"), {}, "파일이 너무 큽니다."),
    ):
        code, said, _ = refusal(path, **given)
        assert (code, said.startswith(line)) == (1, True), said


@pytest.mark.parametrize(
    "arguments", [[], ["--kind=other"], ["--published-on=2026-13-01"], ["--centers-total=many"]]
)
def test_wrong_usage_ends_with_code_2(tmp_path, arguments):
    announcement = ["--announcement=a"] if arguments else []

    ended = manage("import_list", "list.csv", *announcement, *arguments, DATA_DIR=tmp_path)

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


def test_exit_codes_are_in_the_help(tmp_path):
    printed = manage("import_list", "--help", DATA_DIR=tmp_path).stdout

    assert "Exit codes: 0 done" in printed
    assert "rows need a decision" in printed


# --- all or nothing ------------------------------------------------------------------------------


def counts(given):
    """What the database holds, asked by a process of its own."""
    code = (
        "from centers.models import *; print(*(model.objects.count() for model in "
        "(Announcement, Operator, Center, Listing, ImportRun)), Center.history.count())"
    )
    ended = manage("shell", "-v0", "-c", code, **given)
    assert ended.returncode == 0, ended.stderr
    return [int(number) for number in ended.stdout.split()]


#: The 2024 announcement alone, and with the official list.
BEFORE, ALL = [1, 5, 5, 5, 0, 5], [2, 39, 42, 45, 1, 47]
BOMB = """
import os, signal
from django.core.management import call_command
from centers.importer.apply import PlanWriter
step = PlanWriter.{step}
def last(*arguments):
    step(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
PlanWriter.{step} = last
call_command(*{words!r})
"""


def test_import_killed_at_any_step_leaves_nothing(tmp_path, official):
    words = arguments(official)
    with prepared_database(tmp_path, "2024") as url:
        given = {"DATA_DIR": tmp_path, "DATABASE_URL": url}
        assert counts(given) == BEFORE
        for step in ("_save_announcement", "_save_centers", "_save_listings", "write"):
            ended = manage("shell", "-v0", "-c", BOMB.format(step=step, words=words), **given)
            assert ended.returncode == -signal.SIGKILL, ended.stderr
            assert counts(given) == BEFORE
        assert manage(*words, **given).returncode == 0
        assert counts(given) == ALL


@db
def test_short_list_turns_the_missing_only_when_told_to(official, write, announcement_2024):
    run(official)
    short = write("\n".join(official.read_text(encoding="utf-8-sig").splitlines()[:4]))
    later = {"announcement": "short", "published_on": "2026-09-30"}

    kept = run(short, dry_run=True, **later)
    taken = run(short, dry_run=True, missing="take", **later)

    assert "주의: 센터 42곳 가운데 39곳이 이 목록에 없습니다." in kept
    assert "→ 확인 필요" not in kept
    assert taken.count("운영 중 → 확인 필요") == 37


def test_reader_who_has_seen_enough_is_no_fault(tmp_path, official):
    with prepared_database(tmp_path, "2024") as url:
        given = {"DATA_DIR": tmp_path, "DATABASE_URL": url}
        nobody_reads, pipe = os.pipe()
        os.close(nobody_reads)
        words = [*MANAGE, *arguments(official)]
        ended = subprocess.run(words, env=environment(**given), stdout=pipe, stderr=subprocess.PIPE)
        os.close(pipe)

        assert (ended.returncode, ended.stderr) == (0, b"")
        assert counts(given) == ALL
