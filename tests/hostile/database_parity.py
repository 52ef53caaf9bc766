"""Compare SQLite and PostgreSQL: the same queries must find the same centres in the same order.

    DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres python -m tests.hostile.database_parity

Both hold the same generated centres and run the same generated queries, each in its own process and
temporary database.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.processes import ROOT, environment
from tests.support.sites import new_database

SEED, CENTERS, QUERIES = 7, 400, 200
#: Marks the line with the results in the output of the process.
RESULTS_PREFIX = "results:"


def make_queries(count: int, seed: int) -> list[dict[str, list[str]]]:
    """Generate queries from the words in the database."""
    from centers.models import Center, Industry, Region

    chance = random.Random(seed)
    regions = list(Region.objects.order_by("code"))
    industries = list(Industry.objects.order_by("code"))
    texts = list(
        Center.objects.order_by("pk").values_list("display_name", "address", "operator__name")
    )
    words = sorted(
        {word for row in texts for text in row for word in (text or "").split() if len(word) > 1}
    )
    words += [alias for one in industries for alias in (one.short_name, *one.aliases)]
    words += [one.short_name for one in regions]

    def typed() -> str:
        word = chance.choice(words)
        match chance.randrange(6):
            case 0:
                return word[: chance.randint(1, len(word))]
            case 1:
                return cut_last_syllable(word[: chance.randint(1, len(word))])
            case 2:
                return "".join(get_initials(word)) or word
            case 3:
                return word[1:]
            case _:
                return word

    def one() -> dict[str, list[str]]:
        query: dict[str, list[str]] = {}
        if chance.random() < 0.7:
            query["q"] = [" ".join(typed() for _ in range(chance.choice([1, 1, 1, 2, 3])))]
        if chance.random() < 0.4:
            query["region"] = [one.code for one in chance.sample(regions, chance.randint(1, 3))]
        if chance.random() < 0.3:
            query["industry"] = [
                one.code for one in chance.sample(industries, chance.randint(1, 3))
            ]
        if chance.random() < 0.2:
            query["year"] = chance.sample(["2015", "2018", "2020", "2024", "none"], 2)
        if chance.random() < 0.2:
            query["size_min"] = [str(chance.randint(0, 500))]
        if chance.random() < 0.2:
            query["year_max"] = [str(chance.randint(2013, 2026))]
        if chance.random() < 0.2:
            query["status"] = chance.sample(["operating", "unconfirmed", "closed"], 2)
        if chance.random() < 0.2:
            query["near"] = [chance.choice([one.code for one in regions if one.lat is not None])]
        sorts = ["region", "name", "size", "year"]
        sorts += ["relevance"] * ("q" in query) + ["near"] * ("near" in query)
        if chance.random() < 0.6:
            query["sort"] = [chance.choice(sorts)]
        return query

    return [one() for _ in range(count)]


def cut_last_syllable(word: str) -> str:
    """Return the word with only the initial consonant of its last syllable, as in 봉ㅈ."""
    return word[:-1] + "".join(get_initials(word[-1]))


def get_initials(word: str) -> list[str]:
    letters = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
    return [letters[(ord(char) - 0xAC00) // 588] for char in word if "가" <= char <= "힣"]


def print_results(count: int, centers: int, seed: int) -> None:
    """Fill the database of this process, run the queries and print their results."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "centers.settings"
    from tests.benchmark.measure import prepare_database

    prepare_database(centers)
    from django.http import QueryDict
    from django.utils.http import urlencode

    from centers.search.results import Results
    from centers.search.suggestions import suggest

    found = {}
    for query in make_queries(count, seed):
        results = Results(QueryDict(urlencode(query, doseq=True)))
        keys = [row.center.pk for chunk in results.iter_chunks(500) for row in chunk]
        texts = [notice.text for notice in results.query.notices]
        found[json.dumps(query, ensure_ascii=False)] = [
            keys,
            results.count,
            results.sentence,
            texts,
        ]
        if text := query.get("q"):
            found[f"suggestions for {text[0]}"] = [one["label"] for one in suggest(text[0])]
    print(RESULTS_PREFIX + json.dumps(found, ensure_ascii=False))


def run_queries(url: str, folder: Path, *numbers: int) -> dict:
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.hostile.database_parity",
            "--print-results",
            *map(str, numbers),
        ],
        env=environment(DATABASE_URL=url, DATA_DIR=folder),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    for line in ended.stdout.splitlines():
        if line.startswith(RESULTS_PREFIX):
            return json.loads(line.removeprefix(RESULTS_PREFIX))
    raise RuntimeError(ended.stderr)


def find_differences(
    folder: Path, count=QUERIES, centers=CENTERS, seed=SEED
) -> tuple[dict, list[str]]:
    """Return the results of SQLite, and the queries whose results differ on PostgreSQL."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        raise RuntimeError("DATABASE_URL must name a PostgreSQL server.")
    here = run_queries(f"sqlite:///{folder / 'parity.sqlite3'}", folder, count, centers, seed)
    with new_database(folder) as url:
        there = run_queries(url, folder, count, centers, seed)
    return here, [query for query in {**here, **there} if here.get(query) != there.get(query)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.database_parity")
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--centers", type=int, default=CENTERS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--print-results", type=int, nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.print_results:
        print_results(*options.print_results)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        found, wrong = find_differences(
            Path(folder), options.queries, options.centers, options.seed
        )
    for query in wrong:
        print(f"differs: {query}")
    print(f"{len(found)} queries, {len(wrong)} with different results.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
