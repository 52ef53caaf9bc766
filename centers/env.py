"""Readers of settings from the environment.

Each raises ImproperlyConfigured, with one line that names the setting, for an unusable value.
"""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, unquote

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
#: The first parts of the paths of public pages (a test compares them with `centers.urls`).
PUBLIC_PATHS = {
    "about",
    "accessibility",
    "announcements",
    "api",
    "centers",
    "changes",
    "count",
    "coverage",
    "data",
    "embed",
    "feed",
    "healthz",
    "mcp",
    "opensearch",
    "privacy",
    "readyz",
    "regions",
    "static",
    "suggestions",
}


def read_env_file(path: Path) -> None:
    """Add the settings of a .env file to the environment, where they are not set already."""
    # Opened here, since django-environ ignores a file that it may not read.
    try:
        if path.exists():
            with path.open(encoding="utf-8") as file:
                environ.Env.read_env(file)
    except (OSError, UnicodeError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error}.") from None


def env_str(name: str, default: str = "") -> str:
    """Read a string; an empty one counts as not given."""
    # Not by env.str(), which takes a value such as $ecret for the name of another setting.
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, default: bool = False) -> bool:
    """Read a true/false setting; django-environ takes a typo for false."""
    value = env_str(name, str(default)).lower()
    if value in {"true", "1", "yes", "on"}:
        return True
    if value in {"false", "0", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value[:40]!r}.")


def env_int(name: str, default: int, minimum: int, maximum: int) -> int:
    """Read a whole-number setting between two bounds, both allowed."""
    value = env_str(name, str(default))
    if not (re.fullmatch("[0-9]{1,18}", value) and minimum <= int(value) <= maximum):
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {minimum} to {maximum}, not {value[:40]!r}."
        )
    return int(value)


def env_choice(name: str, choices: list[str], default: str) -> str:
    """Read a setting that is one of a few words."""
    value = env_str(name, default).lower()
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {value[:40]!r}.")
    return value


def env_dir(name: str, default: str) -> Path:
    """Read a folder, relative to the project's own; it need not exist."""
    return BASE_DIR / env_str(name, default)


def env_hosts(name: str, default: str) -> list[str]:
    """Read host names separated by commas."""
    names = [host.strip() for host in env_str(name, default).split(",") if host.strip()]
    for host in names:
        if not re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9a-fA-F:.]+\]", host):
            raise ImproperlyConfigured(
                f"{name} must be host names such as centers.example.kr, without http:// "
                f"and without a port, not {host[:80]!r}."
            )
    return names


def env_url(name: str, default: str) -> str:
    """Read a base URL: scheme, host and port, without a path."""
    value = env_str(name, default).rstrip("/")
    if not re.fullmatch(r"https?://([\w.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?", value):
        raise ImproperlyConfigured(
            f"{name} must be a full address without a path, such as https://centers.example.kr, "
            f"not {value[:80]!r}."
        )
    return value


def env_page(name: str) -> str:
    """Read the full URL of a page, which may be blank."""
    value = env_str(name)
    if value and not re.fullmatch(r"https?://[\w.-]+(:[0-9]{1,5})?/\S*", value):
        raise ImproperlyConfigured(
            f"{name} must be a full address such as https://portal.example.kr/list.json, "
            f"not {value[:80]!r}."
        )
    return value


def env_path(name: str, default: str) -> str:
    """Read the first part of a path, which no public page has; return it with its slash."""
    value = env_str(name, default).strip("/")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", value) or value in PUBLIC_PATHS:
        raise ImproperlyConfigured(
            f"{name} must be one word of small letters, digits and hyphens that is no page of the "
            f"site already, such as desk-7f3a, not {value[:80]!r}."
        )
    return f"{value}/"


def env_email(name: str) -> str:
    """Read an e-mail address that may be blank."""
    value = env_str(name)
    if value and not re.fullmatch(r"[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+", value):
        raise ImproperlyConfigured(
            f"{name} must be one e-mail address such as help@centers.example.kr, "
            f"not {value[:80]!r}."
        )
    return value


def create_data_dir(path: Path) -> None:
    """Create the folder DATA_DIR unless it exists.

    Raises ImproperlyConfigured where that is impossible.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR: cannot make the folder {path}: {error.strerror}."
        ) from None


def protect_database(database: dict[str, Any]) -> None:
    """Take the file of an SQLite database, which holds accounts and sessions, off all others.

    Any command may be the first to create it. SQLite gives the files beside it its permissions.
    """
    if not database["ENGINE"].endswith("sqlite3"):
        return
    path = Path(database["NAME"])
    for ending in ("", "-wal", "-shm"):
        # It may be a file of another account, or in a read-only folder, or in memory.
        with suppress(OSError):
            part = path.with_name(path.name + ending)
            if (mode := part.stat().st_mode) & 0o007:
                part.chmod(mode & 0o770)


def create_secret_key(path: Path) -> None:
    """Write a random secret key to a file that only its owner may read, unless it exists.

    Several processes may do so at once; they end up with one key. Raises ImproperlyConfigured where
    the file cannot be written.
    """
    try:
        if path.exists():
            return
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        try:
            draft.write_text(generate_secret_key())
            # A link, unlike a move, does not replace a key that another process has written.
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink()
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR: cannot keep the secret key in {path}: {error.strerror}."
        ) from None


def read_secret_key(path: Path) -> str:
    """Read the secret key that `manage.py serve` has written (local use only).

    Before its first start there is none, and each process has a random key of its own: enough for
    commands such as `check` and `migrate`, which sign nothing that another process verifies.
    Raises ImproperlyConfigured for a file that cannot be read or is empty.
    """
    try:
        key = path.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return generate_secret_key()
    except (OSError, UnicodeError) as error:
        raise ImproperlyConfigured(
            f"DATA_DIR: cannot read the secret key in {path}: {error}."
        ) from None
    if not key:
        raise ImproperlyConfigured(f"DATA_DIR: the file {path} holds no secret key. Delete it.")
    return key


def generate_secret_key() -> str:
    return secrets.token_urlsafe(64)


def build_sqlite_config(path: Path) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A write transaction takes the lock at its beginning and waits for others, so that
            # two saves at once both succeed. Readers never wait.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            # Sorting must not need room on a disk that may be full.
            "PRAGMA temp_store=MEMORY;",
        },
    }


#: What PostgreSQL's planner takes reading any page to cost, beside 1 for the next one. A directory
#: fits in memory; by 4, the default for turning disks, common words were looked for without index.
CACHED_PAGE_COST = 1.1


def env_database(name: str, default: Path) -> dict:
    """Read a database URL; return the configuration for SQLite or PostgreSQL."""
    url = env_str(name)
    if not url:
        return build_sqlite_config(default)
    scheme, mark, rest = url.partition("://")
    if not mark or scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgres:// or sqlite:///.")
    if scheme == "sqlite":
        if not re.fullmatch(r"/[^:?#][^?#]*", rest):
            raise ImproperlyConfigured(
                f"{name} must name a file, for example sqlite:////srv/centers/db.sqlite3."
            )
        return build_sqlite_config(BASE_DIR / unquote(rest.removeprefix("/")))
    try:
        config = environ.Env.db_url_config(url)
    except ValueError:
        config = {"NAME": ""}
    if not config["NAME"]:
        # The value itself may hold a password, so it is not repeated.
        raise ImproperlyConfigured(
            f"{name} cannot be read. Write postgres://user:password@127.0.0.1:5432/database, "
            "with signs such as @ or / in the password percent-encoded."
        )
    given = cast(dict[str, Any], config.get("OPTIONS") or {})
    # Words of the URL come last, and win.
    words = f"-c random_page_cost={CACHED_PAGE_COST} {given.get('options', '')}".strip()
    options = {"connect_timeout": 5, **given, "options": words}
    return config | {"OPTIONS": options, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}


#: In ms: how long a request that only reads waits for a lock. Only a migration or a restore locks
#: a table against readers; each that waits takes one of the four threads of its process.
READ_LOCK_WAIT_MS = 300


def limit_waiting(config: dict, statement_seconds: int) -> None:
    """Give connections to PostgreSQL a limit on waiting for a lock and on any statement, in place.

    For processes that serve requests: what takes longer is a 503. Commands may take their time.
    Requests that change something wait longer (`centers.http.middleware.lock_wait`).
    """
    if config["ENGINE"].endswith("sqlite3"):
        return
    limits = {
        "lock_timeout": f"{READ_LOCK_WAIT_MS}ms",
        "statement_timeout": f"{statement_seconds}s",
    }
    words = [f"-c {name}={limit}" for name, limit in limits.items()]
    previous = config["OPTIONS"].get("options", "")
    # What DATABASE_URL says itself comes last, and wins.
    config["OPTIONS"] = config["OPTIONS"] | {"options": " ".join([*words, previous]).strip()}


def make_read_only(config: dict) -> dict:
    """Return the configuration of the same database with connections that reject writes."""
    options = dict(config["OPTIONS"])
    if config["ENGINE"].endswith("sqlite3"):
        options["init_command"] = "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY;"
        if os.access(config["NAME"].parent, os.W_OK):
            return config | {"OPTIONS": options}
        # On a read-only disk SQLite opens only a file that is declared immutable.
        return config | {
            "NAME": f"file:{quote(str(config['NAME']))}?immutable=1",
            "OPTIONS": options,
        }
    previous = options.get("options", "")
    options["options"] = f"{previous} -c default_transaction_read_only=on".strip()
    return config | {"OPTIONS": options}
