"""The documented rolling restart and upgrade of two instances under load.

A small proxy takes the place of nginx: it alternates between the two, and falls back to the other
on an error, and below /static/ on a 404 (`proxy_next_upstream`). Readers request a page and then
its stylesheets and scripts, as a browser does.
"""

import http.client
import re
import shutil
import threading
import time
from contextlib import ExitStack, closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

from tests.faults.scratch import Readers, fetch_status, main, prepare, site, wait_until
from tests.support.processes import ROOT

MIN_READS = 1000
#: Files of a release; the rest of the folder is not needed to serve.
RELEASE = ("manage.py", "centers", "templates", "static", "fixtures", "requirements.txt")
FILES = re.compile(r'(?:href|src)="(/static/[^"]+)"')


class Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that has disconnected


def start_proxy(ports: list[int]) -> ThreadingHTTPServer:
    turn = count()

    def forward(port: int, path: str) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as upstream:
            upstream.request("GET", path, headers={"Host": "127.0.0.1"})
            response = upstream.getresponse()
            return response.status, response.read()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            first = next(turn)
            result = 502, b""
            for number in range(len(ports)):
                try:
                    result = forward(ports[(first + number) % len(ports)], self.path)
                except (OSError, http.client.HTTPException):
                    continue
                if result[0] != 404 or not self.path.startswith("/static/"):
                    break
            self.send_response(result[0])
            self.send_header("Content-Length", str(len(result[1])))
            self.end_headers()
            self.wfile.write(result[1])

        def log_message(self, *words):
            pass

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Browsers(Readers):
    """Readers that also request the stylesheets and scripts of each page."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.files: set[str] = set()

    def read_page(self, path: str) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read().decode()
        files = set(FILES.findall(body))
        missing = [file for file in files if fetch_status(self.port, file) != 200]
        self.files.update(files)
        return 404 if missing else response.status


def make_next_release(folder):
    """Copy this release to the folder, with a changed stylesheet."""
    folder.mkdir()
    for name in RELEASE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    sheet = folder / "static/css/tokens.css"
    sheet.write_text(sheet.read_text() + "\n:root { --next-release: 1; }\n")
    return folder


def test(promise, folder, database):
    prepare(folder, database.url)
    new_release = make_next_release(folder / "next")
    with ExitStack() as stack:

        def start(release):
            served = site(folder, database.url, "--workers=1", release=release)
            return stack.enter_context(served)

        instances = [start(ROOT), start(ROOT)]
        ports = [one.port for one in instances]
        server = stack.enter_context(start_proxy(ports))
        for action, release in (("restarted", ROOT), ("upgraded to a new release", new_release)):
            readers = Browsers(server.server_port, count=4, least=MIN_READS)
            with readers:
                time.sleep(1)
                for number, old in enumerate(instances):
                    old.stop()
                    new = start(release)
                    ports[number] = new.port
                    instances[number] = new
                    wait_until(lambda one=new: fetch_status(one.port, "/") == 200)
            sheets = {file for file in readers.files if "/css/site." in file}
            promise(
                readers.failed == 0 and len(sheets) == (1 if release is ROOT else 2),
                f"two instances {action} in turn: {readers.failed} failed of "
                f"{sum(readers.statuses.values())} pages, each with its files "
                f"({readers.summarize()}); "
                f"{len(sheets)} release{'s' if len(sheets) > 1 else ''} seen",
            )
        server.shutdown()


if __name__ == "__main__":
    main("Restart and upgrade under load", test)
