"""Commands run as a person runs them: in a process of their own, with settings of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
SETTINGS = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def environment(**given) -> dict[str, str]:
    """The environment with these settings and no others, whatever a developer's .env may say."""
    # An empty setting counts as not given, and goes before the one in .env.
    return os.environ | dict.fromkeys(SETTINGS, "") | {name: str(v) for name, v in given.items()}


def manage(*arguments, **given) -> subprocess.CompletedProcess[str]:
    """Run one command of manage.py to its end, from a folder that has nothing to do with it."""
    return subprocess.run(
        [*MANAGE, *map(str, arguments)],
        env=environment(**given),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=240,
    )
