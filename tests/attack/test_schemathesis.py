"""Schemathesis sends what the API's description allows, and what it does not, to a running site."""

import os
import subprocess
import sys

from tests.support.sites import prepared_database, running


def test_schemathesis_finds_no_error(tmp_path):
    """Valid requests get the documented responses, and invalid ones are rejected."""
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        "--max-examples=10",
        # The same requests every time: a fault found by chance would stop a change that is not to
        # blame. SCHEMATHESIS_SEED tries others.
        f"--seed={os.environ.get('SCHEMATHESIS_SEED', 1)}",
        "--workers=2",
        "--phases=examples,coverage,fuzzing",
        # A region or a page may be well written and still be none that there is.
        "--exclude-checks=positive_data_acceptance",
        "--suppress-health-check=all",
        "--no-color",
    ]
    with (
        prepared_database(tmp_path) as url,
        running(tmp_path, "--no-load", DATABASE_URL=url, API_RATE=1_000_000) as site,
    ):
        address = f"http://127.0.0.1:{site.wait().port}/api/v1/schema.json"
        ended = subprocess.run(
            [*command, address], cwd=tmp_path, capture_output=True, text=True, timeout=180
        )

    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-2000:]
    assert "13 selected / 13 total" in ended.stdout
