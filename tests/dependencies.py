"""Ask whether anything that is pinned has a known vulnerability: `python -m tests.dependencies`.

Ends with 1 if any has. Where no service can be asked it says so, and of what: that is no finding,
and no all-clear either. `pip-audit` by itself would end as if all were well.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Holds what runs as well; a test compares the two.
PINNED = "requirements-dev.txt"
#: Where pip-audit can ask, the next one as long as something is without an answer.
SERVICES = ("pypi", "osv")
NPM_FOLDERS = ("tests", "tests/lighthouse", "tests/openapi")


def read_answer(*command: str) -> dict:
    """What a command says in JSON; nothing where it says none or does not end."""
    try:
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
        answer = json.loads(ended.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return {}
    return answer if isinstance(answer, dict) else {}


def python_packages() -> tuple[set[str], set[str]]:
    """The known vulnerabilities, and of what nobody could be asked."""
    found, asked, all_names = set(), set(), set()
    for service in SERVICES:
        answer = read_answer(
            *(sys.executable, "-m", "pip_audit", "--requirement", PINNED, "--require-hashes"),
            *("--disable-pip", "--progress-spinner=off", "--format=json"),
            f"--vulnerability-service={service}",
        )
        for package in answer.get("dependencies", []):
            all_names.add(package["name"])
            if "vulns" not in package:  # the service does not know it
                continue
            asked.add(package["name"])
            for one in package["vulns"]:
                mended = ", ".join(one["fix_versions"]) or "no version yet"
                found.add(f"{package['name']} {package['version']}: {one['id']} (mended: {mended})")
        if all_names and asked == all_names:
            break
    left = sorted(all_names - asked)
    if not asked:
        return found, {f"all of {PINNED}"}
    return found, {f"of {PINNED}: {', '.join(left)}"} if left else set()


def npm_packages(folder: str) -> tuple[set[str], set[str]]:
    answer = read_answer("npm", "audit", "--json", f"--prefix={folder}")
    if "vulnerabilities" not in answer:
        return set(), {f"the npm packages of {folder}/"}
    found = answer["vulnerabilities"].items()
    return {f"{folder}/: {name} ({one['severity']})" for name, one in found}, set()


def main() -> int:
    with ThreadPoolExecutor() as pool:  # they wait for services
        npm = pool.map(npm_packages, NPM_FOLDERS)
        answers = [python_packages(), *npm]
    found = set().union(*(known for known, _ in answers))
    unasked = set().union(*(names for _, names in answers))
    for line in sorted(found):
        print(f"KNOWN VULNERABILITY: {line}")
    for line in sorted(unasked):
        print(f"NOT CHECKED, no service could be asked: {line}")
    if not found and not unasked:
        print("No known vulnerability in anything pinned.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
