"""A bound on whole downloads: one at a time in a process, and one that waits."""

import threading
import weakref
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from centers.exports.decorators import build_text_error
from centers.http.decorators import View
from centers.http.waiting import waiting_places

#: In seconds: how long the second download waits for the first, and when the client may try again.
MAX_WAIT, RETRY_AFTER = 20, 10


class DownloadSlots:
    """One slot to build a whole list in, and one place to wait for it, in each process.

    Of the four threads of a process, two remain for pages, however many lists are requested. One
    of these may wait for a slow body; beside two of them no list waits.
    """

    def __init__(self, max_wait: float = MAX_WAIT):
        self.max_wait = max_wait
        # Locks, since one may be released by the garbage collector in the middle of anything.
        self._running = threading.Lock()
        self._waiting = threading.Lock()

    def acquire(self) -> Callable[[], None] | None:
        """Return a function that frees the slot, which may be called repeatedly.

        None if another download or two slow bodies wait, or the slot is not free in time.
        """
        if not self._running.acquire(blocking=False) and not self._wait():
            return None
        # An iterator of one: only the first call takes it.
        left = iter([self._running])

        def release() -> None:
            for lock in left:
                lock.release()

        return release

    def _wait(self) -> bool:
        if not waiting_places.acquire(blocking=False):
            return False
        try:
            return self._wait_alone()
        finally:
            waiting_places.release()

    def _wait_alone(self) -> bool:
        if not self._waiting.acquire(blocking=False):
            return False
        try:
            return self._running.acquire(timeout=self.max_wait)
        finally:
            self._waiting.release()


slots = DownloadSlots()


def one_at_a_time(view: View) -> View:
    """Hold the slot from the call of a view to the end of its response; 503 if there is none.

    HEAD needs none, since it builds no file.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.method == "HEAD":
            return view(request, *args, **kwargs)
        response = build_in_slot(partial(view, request, *args, **kwargs))
        return build_busy_response() if response is None else response

    return wrapper


def build_in_slot(build: Callable[[], HttpResponseBase]) -> HttpResponseBase | None:
    """Return the response that `build` makes, which holds the slot until it is closed.

    None if the slot is not free in time.
    """
    release = slots.acquire()
    if release is None:
        return None
    try:
        response = build()
    except BaseException:
        release()
        raise
    if not response.streaming:
        release()
        return response
    cast(Any, response)._resource_closers.append(release)
    # Also where nobody closes it, as after a client that has gone.
    weakref.finalize(response, release)
    return response


def build_busy_response() -> HttpResponse:
    response = build_text_error(
        [
            "지금 다른 분들이 목록을 내려받고 있어 파일을 만들지 못했습니다.",
            f"{RETRY_AFTER}초쯤 뒤에 다시 받아 주세요.",
        ],
        status=503,
    )
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response
