"""Check the description of the API by the recommended rules of Redocly and Spectral.

    npm ci --prefix tests/openapi --ignore-scripts && python -m tests.openapi.lint

It starts a site of its own, as the description names its server. Exits with 1 for any finding,
warnings included.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

from tests.support.sites import running

FOLDER = Path(__file__).parent
PROGRAMS = FOLDER / "node_modules" / ".bin"
#: No program may report home or look for its newest version.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def lint(document: Path) -> list[int]:
    """Run both programs on a document; return how they ended."""
    rules = document.with_name("spectral.yaml")
    rules.write_text('extends: [["spectral:oas", "recommended"]]\n')
    commands = [
        ["redocly", "lint", "--extends=recommended", "--format=json", str(document)],
        ["spectral", "lint", f"--ruleset={rules}", "--fail-severity=hint", str(document)],
    ]
    ended = []
    for program, *options in commands:
        print(f"--- {program}", flush=True)
        command = [str(PROGRAMS / program), *options]
        done = subprocess.run(
            command, cwd=document.parent, env=os.environ | QUIET, capture_output=True, text=True
        )
        print(done.stdout + done.stderr, flush=True)
        # Redocly ends with 0 where it only warns.
        warns = program == "redocly" and json.loads(done.stdout)["totals"]["warnings"]
        ended.append(done.returncode or int(bool(warns)))
    return ended


def main() -> None:
    if not PROGRAMS.exists():
        sys.exit("needs `npm ci --prefix tests/openapi --ignore-scripts`.")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        document = folder / "schema.json"
        with running(folder, CONTACT_EMAIL="help@centers.example.kr") as site:
            site.wait()
            with urlopen(f"http://127.0.0.1:{site.port}/api/v1/schema.json") as response:
                document.write_bytes(response.read())
        sys.exit(1 if any(lint(document)) else 0)


if __name__ == "__main__":
    main()
