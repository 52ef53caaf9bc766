"""Send the whole corpus of hostile input to a running site.

    python -m tests.hostile http://127.0.0.1:8000 [--user NAME --password-env VARIABLE]

Signed in, it submits every form of the admin, so use a disposable site. The API limits its request
rate with status 429; start the site with API_RATE=1000000, and with BEHIND_PROXY=true so that the
spam comes from many addresses.
"""

import argparse
import os
import sys

from tests.hostile.admin_requests import AdminRequests
from tests.hostile.client import Client
from tests.hostile.public_requests import PublicRequests
from tests.hostile.runner import Runner

#: Reports from one address, and again from many.
SPAM_NUMBER = 10_000


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.hostile", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("url", help="such as http://127.0.0.1:8000")
    parser.add_argument("--user", help="a staff account; every admin form is submitted with it")
    parser.add_argument(
        "--password-env", metavar="VARIABLE", help="the environment variable with its password"
    )
    parser.add_argument("--cookie", help="instead of both: sessionid=…")
    parser.add_argument("--admin", default="/admin/", help="path of the admin (/admin/)")
    parser.add_argument("--only", choices=["public", "desk"], help="only this half")
    parser.add_argument(
        "--slowest", type=float, default=2.0, help="most seconds for a response (2)"
    )
    parser.add_argument("--threads", type=int, default=2, help="concurrent requests (2)")
    parser.add_argument(
        "--share", type=float, default=1.0, help="share of the corpus, such as 0.1 (1)"
    )
    parser.add_argument("--seed", type=int, default=0, help="random seed of the share (0)")
    options = parser.parse_args()
    if options.user and not os.environ.get(options.password_env or ""):
        parser.error("--user needs --password-env with the name of a variable that is set.")
    if options.only == "desk" and not (options.user or options.cookie):
        parser.error("--only desk needs --user or --cookie.")
    return options


def fire(runner: Runner, options: argparse.Namespace) -> None:
    if options.only != "desk":
        public = PublicRequests(runner.client)
        runner.fire(public.generate_requests(), options.share, options.seed)
        runner.fire(public.build_spam_requests(int(SPAM_NUMBER * options.share)))
    if options.only != "public" and (options.user or options.cookie):
        admin = AdminRequests(Client(options.url, options.cookie or ""), options.admin)
        if options.user:
            admin.sign_in(options.user, os.environ[options.password_env])
        runner.client = admin.client
        runner.fire(admin.generate_requests(), options.share, options.seed)
        admin.check_signed_in()


def main() -> int:
    options = parse_arguments()
    client = Client(options.url)
    if not client.get("/about/").status:
        print(f"No response from {options.url}.", file=sys.stderr)
        return 2
    runner = Runner(client, options.slowest, options.threads)
    try:
        fire(runner, options)
    except KeyboardInterrupt:
        print("Stopped early; results so far:")
    runner.client = client
    print(runner.report())
    if runner.statuses[429]:
        count = runner.statuses[429]
        print(f"{count} × 429: reports over their limit, or the API without API_RATE=1000000.")
    return 0 if runner.is_clean and client.get("/about/").status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
