"""Fire the whole corpus at a running site.

    python -m tests.hostile http://127.0.0.1:8000 [--user NAME --password-env VARIABLE]

Signed in, it writes whatever it can into every form of the staff desk, so use a site that may be
thrown away. The API answers 429 to whoever asks too often; start the site with API_RATE=1000000.
"""

import argparse
import os
import sys

from tests.hostile.client import Client
from tests.hostile.desk import Desk
from tests.hostile.public import Public
from tests.hostile.runner import Runner


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.hostile", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("url", help="such as http://127.0.0.1:8000")
    parser.add_argument("--user", help="an account of the staff desk; all its forms are written to")
    parser.add_argument("--password-env", metavar="VARIABLE", help="where its password stands")
    parser.add_argument("--cookie", help="instead of both: sessionid=…")
    parser.add_argument("--admin", default="/admin/", help="where the staff desk is (/admin/)")
    parser.add_argument("--only", choices=["public", "desk"], help="one half alone")
    parser.add_argument("--slowest", type=float, default=2.0, help="seconds for an answer (2)")
    parser.add_argument("--threads", type=int, default=2, help="requests at a time (2)")
    parser.add_argument("--share", type=float, default=1.0, help="of the corpus, such as 0.1 (1)")
    parser.add_argument("--seed", type=int, default=0, help="which share (0)")
    options = parser.parse_args()
    if options.user and not os.environ.get(options.password_env or ""):
        parser.error("--user needs --password-env with the name of a variable that is set.")
    return options


def fire(runner: Runner, options: argparse.Namespace) -> None:
    if options.only != "desk":
        runner.fire(Public(runner.client).requests(), options.share, options.seed)
    if options.only != "public" and (options.user or options.cookie):
        desk = Desk(Client(options.url, options.cookie or ""), options.admin)
        if options.user:
            desk.sign_in(options.user, os.environ[options.password_env])
        runner.client = desk.client
        runner.fire(desk.requests(), options.share, options.seed)
        desk.check()


def main() -> int:
    options = arguments()
    client = Client(options.url)
    if not client.get("/about/").status:
        print(f"Nothing answers at {options.url}.", file=sys.stderr)
        return 2
    runner = Runner(client, options.slowest, options.threads)
    try:
        fire(runner, options)
    except KeyboardInterrupt:
        print("Stopped early; this is what there is so far.")
    runner.client = client
    print(runner.report())
    if runner.statuses[429]:
        print(f"{runner.statuses[429]} answers were 429; ask more with API_RATE=1000000.")
    return 0 if runner.is_clean and client.get("/about/").status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
