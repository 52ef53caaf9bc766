"""The file of a backup: a gzipped tar of `manifest.json` and `database`, in this order.

The manifest says what the database is and what its checksum must be. `database` is an SQLite file
or PostgreSQL's custom dump, so `tar xzf` alone gets it back where this program is not at hand.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, cast

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
MAX_MANIFEST_SIZE = 1_000_000
BLOCK_SIZE = 1 << 20


class BackupError(Exception):
    """A backup that cannot be made or used; the text is one line."""


@dataclass(frozen=True)
class Manifest:
    """The contents of a backup."""

    format: int
    #: sqlite or postgresql.
    kind: str
    release: str
    #: ISO 8601, with its zone.
    made_at: str
    #: The applied ones: ["centers.0001_initial", …].
    migrations: list[str]
    #: The number of rows by table.
    rows: dict[str, int]
    size: int
    sha256: str


def compute_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(path: Path, payload: Path, manifest: Manifest) -> None:
    """Write the backup to a temporary file, then rename it to `path`."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    head = tarfile.TarInfo(MANIFEST)
    head.size, head.mode = len(text), 0o600
    try:
        # Readable by its owner alone: it holds accounts and sessions.
        draft.touch(mode=0o600)
        with draft.open("wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
                tar.addfile(head, io.BytesIO(text))
                tar.add(payload, DATABASE, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name must survive a power cut too
    finally:
        os.close(folder)


def unpack(path: Path, payload: Path) -> Manifest:
    """Write the backup's database to `payload` and return its manifest.

    Raises BackupError for a file that is none, is of another format, or is not as it was written.
    """
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            raise BackupError(f"{path} is not a backup.")
    try:
        with gzip.open(path) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
            manifest = read_manifest(path, tar)
            entry = tar.next()
            if entry is None or entry.name != DATABASE or not entry.isfile():
                raise BackupError(f"{path} is not a backup: it holds no database.")
            copied = copy_stream(tar.extractfile(entry), payload)
            while plain.read(BLOCK_SIZE):  # to the end, where gzip checks its own checksum
                pass
    except (EOFError, gzip.BadGzipFile, zlib.error, tarfile.TarError) as error:
        raise BackupError(f"{path} is damaged: {error}") from None
    if (payload.stat().st_size, copied) != (manifest.size, manifest.sha256):
        raise BackupError(f"{path} is damaged: the checksum of its database is another.")
    return manifest


def read_manifest(path: Path, tar: tarfile.TarFile) -> Manifest:
    entry = tar.next()
    if entry is None or entry.name != MANIFEST or entry.size > MAX_MANIFEST_SIZE:
        raise BackupError(f"{path} is not a backup: it holds no {MANIFEST}.")
    try:
        given = json.loads(cast(IO[bytes], tar.extractfile(entry)).read())
        if given["format"] != FORMAT:
            raise BackupError(
                f"{path} is a backup of format {str(given['format'])[:20]}; "
                f"this release reads format {FORMAT}."
            )
        return Manifest(**{field.name: given[field.name] for field in fields(Manifest)})
    except (ValueError, TypeError, KeyError):
        raise BackupError(f"{path} is not a backup: its {MANIFEST} cannot be read.") from None


def copy_stream(source, target: Path) -> str:
    """Copy a stream to a file; return its SHA-256 in hexadecimal."""
    seen = hashlib.sha256()
    with target.open("wb") as file:
        while block := source.read(BLOCK_SIZE):
            seen.update(block)
            file.write(block)
    return seen.hexdigest()
