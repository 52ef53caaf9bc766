"""Log formatters: one line for each event, without personal data.

A message of our own loggers is written in full, with its `extra`. Of a library's message only the
pattern is, without its arguments, which may be an IP address, a name or a word from a form. For the
same reason a trace has places and exception types, not the text of the error.
"""

import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import walk_tb

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

#: The id of the request in progress; blank outside of any.
request_id: ContextVar[str] = ContextVar("request_id", default="")

STANDARD_FIELDS = frozenset(RESERVED_ATTRS)


def format_trace(error: BaseException | None) -> list[str]:
    """Return the lines of a traceback without messages, the first cause first."""
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
    """Build the fields of a log line; `all_words` keeps full messages, for development."""
    is_ours = record.name.partition(".")[0] == "centers"
    if is_ours or all_words:
        message = record.getMessage()
    elif record.args:
        message = str(record.msg)
    else:
        message = f"(said in {record.module}, line {record.lineno})"
    fields = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": message,
    }
    if is_ours:
        fields |= {
            name: value for name, value in vars(record).items() if name not in STANDARD_FIELDS
        }
    elif status := getattr(record, "status_code", None):
        fields["status"] = status
    if "request_id" not in fields and (number := request_id.get()):
        fields["request_id"] = number
    # Requests that Django rejects as suspicious are frequent, and their traceback is of no use.
    if record.exc_info and not record.name.startswith("django.security."):
        fields |= {"trace": format_trace(record.exc_info[1])}
    return fields


class JsonLineFormatter(JsonFormatter):
    """One JSON object on one line."""

    def __init__(self, all_words: bool = False):
        super().__init__(json_default=str)
        self.all_words = all_words

    def format(self, record: logging.LogRecord) -> str:
        return self.serialize_log_record(build_event(record, self.all_words))


class TextLineFormatter(logging.Formatter):
    """The same fields as text; a trace follows on indented lines."""

    def __init__(self, all_words: bool = False):
        super().__init__()
        self.all_words = all_words

    def format(self, record: logging.LogRecord) -> str:
        fields = build_event(record, self.all_words)
        time, level, logger, message = (
            fields.pop(name) for name in ("time", "level", "logger", "message")
        )
        steps = fields.pop("trace", [])
        if steps and self.all_words and record.exc_info:
            steps = self.formatException(record.exc_info).splitlines()
        values = [f"{name}={value}" for name, value in fields.items() if value not in ("", None)]
        line = " ".join([time, level.upper(), logger, message, *values])
        # A line break in a value must not begin a new log line.
        if not line.isprintable():
            line = "".join(one if one.isprintable() else repr(one)[1:-1] for one in line)
        return "\n".join([line, *(f"  {step}" for step in steps)])
