"""What the program writes down: one line for one event, and nothing that a person typed or is.

A message of the program's own is written as it is, with what goes with it (`extra`). Of another
library's only the pattern is, without the values put into it: those may be an address, a name or
a word from a form. For the same reason a trace says where and what kind, not what the error says.
"""

import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import walk_tb

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

#: That of the request being answered; blank outside of any.
request_id: ContextVar[str] = ContextVar("request_id", default="")

STANDARD_FIELDS = frozenset(RESERVED_ATTRS)


def format_trace(error: BaseException | None) -> list[str]:
    """Where an error went through and what kind it is, the first cause first."""
    lines, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        steps = [
            f"{frame.f_code.co_filename}:{number} {frame.f_code.co_name}"
            for frame, number in walk_tb(error.__traceback__)
        ]
        lines = [*steps, f"{type(error).__module__}.{type(error).__qualname__}", *lines]
        hidden = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or hidden
    return lines


def build_event(record: logging.LogRecord, all_words: bool) -> dict:
    """What may be written of a record; all words of it only where somebody is developing."""
    ours = record.name.partition(".")[0] == "centers"
    if ours or all_words:
        message = record.getMessage()
    elif record.args:
        message = str(record.msg)
    else:
        message = f"(said in {record.module}, line {record.lineno})"
    told = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": message,
    }
    if ours:
        told |= {name: value for name, value in vars(record).items() if name not in STANDARD_FIELDS}
    elif status := getattr(record, "status_code", None):
        told["status"] = status
    if "request_id" not in told and (number := request_id.get()):
        told["request_id"] = number
    # An attempt that the framework has refused is told by its kind; where it went through is not
    # worth a screen of lines at every one.
    if record.exc_info and not record.name.startswith("django.security."):
        told["trace"] = format_trace(record.exc_info[1])
    return told


class JsonLineFormatter(JsonFormatter):
    """One JSON object in one line, for machines."""

    def __init__(self, all_words: bool = False):
        super().__init__(json_default=str)
        self.all_words = all_words

    def format(self, record: logging.LogRecord) -> str:
        return self.serialize_log_record(build_event(record, self.all_words))


class TextLineFormatter(logging.Formatter):
    """The same for the eye; a trace follows in lines of its own."""

    def __init__(self, all_words: bool = False):
        super().__init__()
        self.all_words = all_words

    def format(self, record: logging.LogRecord) -> str:
        told = build_event(record, self.all_words)
        time, level, logger, message = (
            told.pop(name) for name in ("time", "level", "logger", "message")
        )
        steps = told.pop("trace", [])
        if steps and self.all_words:
            steps = self.formatException(record.exc_info).splitlines()
        values = [f"{name}={value}" for name, value in told.items() if value not in ("", None)]
        line = " ".join([time, level.upper(), logger, message, *values])
        # What has a line's end in it must not pass for a line of its own.
        if not line.isprintable():
            line = "".join(one if one.isprintable() else repr(one)[1:-1] for one in line)
        return "\n".join([line, *(f"  {step}" for step in steps)])
