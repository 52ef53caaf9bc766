"""The systemd units use existing commands and options, and match the privacy page."""

import re
import shlex

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.management import get_commands, load_command_class

from centers.management.commands.serve import SERVER_OPTIONS

UNITS = sorted((settings.BASE_DIR / "deploy" / "systemd").glob("*.service"))


def commands(unit) -> list[list[str]]:
    """Return the manage.py commands of a unit with their arguments, in order."""
    lines = re.findall(r"^Exec\w+=\S+/python manage\.py (.+)$", unit.read_text(), re.MULTILINE)
    return [shlex.split(line.replace("%i", "1")) for line in lines]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_unit_uses_existing_commands_and_options(unit):
    assert commands(unit)
    for name, *options in commands(unit):
        command = load_command_class(get_commands()[name], name)
        # Raises CommandError for an unknown command or option.
        command.create_parser("manage.py", name).parse_args(options)


def test_two_instances_fit_the_small_server_of_the_documents():
    text = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    cores = int(re.search(r"one small server \((\d) cores, 1 GB\)", text)[1])
    connections = int(re.search(r"two instances of one worker take (\d+) of", text)[1])
    [threads] = re.findall(r"--blocking-threads=(\d+)", " ".join(SERVER_OPTIONS))
    unit = next(unit for unit in UNITS if unit.name == "centers@.service")
    [[_, *options]] = commands(unit)
    workers = 2 * int(options[options.index("--workers") + 1])
    megabytes = 2 * int(re.search(r"^MemoryMax=(\d+)M$", unit.read_text(), re.MULTILINE)[1])

    assert workers == cores
    assert megabytes < 1000
    assert connections == workers * (int(threads) + 1)


def test_timer_starts_an_existing_unit():
    for timer in (settings.BASE_DIR / "deploy" / "systemd").glob("*.timer"):
        assert timer.with_suffix(".service") in UNITS


def test_sign_in_traces_are_deleted_every_night(client, db):
    backup = next(unit for unit in UNITS if unit.name == "centers-backup.service")
    said = BeautifulSoup(client.get("/privacy/").content, "lxml").main.get_text()

    # Cleared before the backup, and backups kept as many nights as the page says.
    assert [name for name, *_ in commands(backup)] == ["clear_sign_ins", "backup"]
    assert commands(backup)[1][-2:] == ["--keep", "30"]
    assert "OnCalendar=*-*-* " in backup.with_suffix(".timer").read_text()
    assert said.count("늦어도 이틀 안에 지웁니다") == 3
    assert "사본은 30일쯤 뒤에 지웁니다" in said
