"""Streamed responses are closed when the server drops them, also after a client that has gone."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ClosingStream:
    """The parts of a streamed response; closes it at the latest when nobody refers to it.

    WSGI requires the server to call `close()`. One that does not, after a client that has gone,
    would leave open what the response holds until the garbage collector comes by.
    """

    def __init__(self, response: Any) -> None:
        self.response = response
        self.parts: Iterator[bytes] = iter(response)

    def __iter__(self) -> "ClosingStream":
        return self

    def __next__(self) -> bytes:
        return next(self.parts)

    def close(self) -> None:
        response, self.response = self.response, None
        if response is not None:
            response.close()

    def __del__(self) -> None:
        self.close()


def close_streams(application: Application) -> Application:
    """Wrap a WSGI application so that its streamed responses are closed in any case."""

    def wrapper(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = application(environ, start_response)
        return ClosingStream(response) if getattr(response, "streaming", False) else response

    return wrapper
