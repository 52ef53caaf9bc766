"""Run Lighthouse with its mobile settings on the list and on a centre; prints a Markdown table.

    npm ci --prefix tests/lighthouse && python -m tests.lighthouse.measure

Best on a quiet machine. Every number is the median of the runs.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from tests.support.sites import running

LIGHTHOUSE = Path(__file__).parent / "node_modules" / ".bin" / "lighthouse"
PAGES = {"list": "/", "centre": "/centers/1/"}
ATTEMPTS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")
COLUMNS = ("performance", "accessibility", "best practices", "SEO", "FCP", "LCP", "blocked", "CLS")


def run_lighthouse(url: str, chromium: str, scratch: Path) -> dict:
    """Run Lighthouse once and return its report."""
    file = scratch / "report.json"
    command = [
        str(LIGHTHOUSE),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={file}",
        "--chrome-flags=--headless=new --no-sandbox",
        f"--only-categories={','.join(CATEGORIES)}",
    ]
    # On a busy machine it may miss the start of a visit and fail.
    for _ in range(ATTEMPTS):
        finished = subprocess.run(command, env=os.environ | {"CHROME_PATH": chromium})
        if finished.returncode == 0:
            break
    finished.check_returncode()
    return json.loads(file.read_text())


def measure_transfer(report: dict) -> tuple[float, float]:
    """Return the kB that a first visit loads, with fonts and without."""
    requests = report["audits"]["network-requests"]["details"]["items"]
    fonts = sum(one["transferSize"] for one in requests if one.get("resourceType") == "Font")
    everything = sum(one["transferSize"] for one in requests)
    return everything / 1000, (everything - fonts) / 1000


def list_lost_points(report: dict) -> list[str]:
    """Return the audits that lowered a score."""
    return sorted(
        f"{audit['id']} {audit.get('displayValue', '')}".strip()
        for name in CATEGORIES
        for reference in report["categories"][name]["auditRefs"]
        if reference["weight"]
        and (audit := report["audits"][reference["id"]])["score"] not in (None, 1)
    )


def format_row(name: str, reports: list[dict]) -> str:
    def median(value):
        return statistics.median(map(value, reports))

    scores = [median(lambda one, key=key: one["categories"][key]["score"]) for key in CATEGORIES]
    times = [median(lambda one, key=key: one["audits"][key]["numericValue"]) for key in TIMES]
    shift = median(lambda one: one["audits"]["cumulative-layout-shift"]["numericValue"])
    cells = [
        name,
        *(f"{score * 100:.0f}" for score in scores),
        *(f"{time:.0f} ms" for time in times),
    ]
    sizes = (median(lambda one, at=at: measure_transfer(one)[at]) for at in (0, 1))
    return " | ".join([*cells, f"{shift:.3f}", *(f"{size:.0f} kB" for size in sizes)])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.lighthouse.measure")
    parser.add_argument("--runs", type=int, default=3, help="runs of each page")
    runs = parser.parse_args().runs
    chromium = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    if not LIGHTHOUSE.exists() or not chromium:
        parser.error("needs Chromium (not its shell), and `npm ci --prefix tests/lighthouse`.")
    columns = ["page", *COLUMNS, "loaded", "without fonts"]
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with running(folder, CONTACT_EMAIL="help@centers.example.kr") as site:
            site.wait()
            reports = {}
            for name, path in PAGES.items():
                url = f"http://127.0.0.1:{site.port}{path}"
                reports[name] = [run_lighthouse(url, chromium, folder) for _ in range(runs)]
                print(f"| {format_row(name, reports[name])} |", flush=True)
    for name, some in reports.items():
        print(f"\n{name} lost points by: {', '.join(list_lost_points(some[0])) or 'nothing'}")


if __name__ == "__main__":
    main()
