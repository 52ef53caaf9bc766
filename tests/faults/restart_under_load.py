"""The documented restart and upgrade under load: two instances, one after the other.

A small proxy stands for nginx: it asks the two in turn, and where one does not answer, the other
(`proxy_next_upstream error timeout`). The restart of a single one is measured, too, without it.
"""

import http.client
import os
import signal
import threading
import time
from contextlib import ExitStack, closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

from tests.faults.kills import workers
from tests.faults.scratch import Readers, main, prepare, site, status, wait_until

LEAST = 1000


class Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a reader that has hung up


def proxy(ports: list[int]) -> ThreadingHTTPServer:
    turn = count()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            first = next(turn)
            for number in range(len(ports) * 3):
                port = ports[(first + number) % len(ports)]
                try:
                    with closing(
                        http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                    ) as upstream:
                        upstream.request("GET", self.path, headers={"Host": "127.0.0.1"})
                        answer = upstream.getresponse()
                        body = answer.read()
                    break
                except (OSError, http.client.HTTPException):
                    continue
            else:
                self.send_error(502)
                return
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test(promise, folder, database):
    prepare(folder, database.url)
    with ExitStack() as stack:

        def start():
            return stack.enter_context(site(folder, database.url, "--workers=1"))

        instances = [start(), start()]
        ports = [one.port for one in instances]
        server = stack.enter_context(proxy(ports))
        with Readers(server.server_port, count=4, least=LEAST) as readers:
            time.sleep(1)
            for number, old in enumerate(instances):
                old.stop()
                # The same release here; the new one's folder at an upgrade.
                new = start()
                ports[number] = new.port
                instances[number] = new
                wait_until(lambda one=new: status(one.port, "/") == 200)
        promise(
            readers.failed == 0,
            f"two instances restarted in turn: {readers.failed} failed of "
            f"{sum(readers.answers.values())} requests ({readers.told()})",
        )
        server.shutdown()
        single = instances[0]
        with Readers(single.port, count=4, least=LEAST) as readers:
            time.sleep(1)
            [old] = workers(single)
            os.kill(single.process.pid, signal.SIGHUP)
            back = wait_until(lambda: workers(single) and old not in workers(single), 60)
        promise(
            back is not None and readers.failed <= 4,
            f"one instance, without a proxy, told to take new workers (SIGHUP): {readers.failed} "
            f"failed of {sum(readers.answers.values())} requests ({readers.told()})",
        )


if __name__ == "__main__":
    main("Restart under load", test, databases=("sqlite",))
