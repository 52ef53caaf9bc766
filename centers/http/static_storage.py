"""Static files under names with a hash of their content, with what they import inside them."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, cast

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: Found files by name: the storage of the source, and the name there.
Sources = dict[str, tuple[Storage, str]]

#: In stylesheets and in scripts, of files alone that export nothing.
_IMPORT = re.compile(r'^@?import "([\w./-]+)"(?: (\w+))?;$', re.MULTILINE)


@lru_cache(maxsize=200)
def _url(storage: "HashedStaticFilesStorage", name: str) -> str:
    return super(HashedStaticFilesStorage, storage).url(name)


def _read(sources: Sources, name: str) -> str:
    storage, path = sources[name]
    with storage.open(path) as file:
        return file.read().decode()


def inline_imports(sources: Sources, name: str) -> str:
    """Read a stylesheet or a script with local files in place of the lines that import them.

    Relative URLs of imported files are not changed: those that have any are in the same folder.
    """
    folder = posixpath.dirname(name)

    def inline(found: re.Match) -> str:
        text = inline_imports(sources, posixpath.normpath(posixpath.join(folder, found[1])))
        if name.endswith(".js"):
            return f"{{\n{text}}}"  # the names of a script are its own
        return f"@media {found[2]} {{\n{text}}}" if found[2] else text

    return _IMPORT.sub(inline, _read(sources, name))


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage with imports of stylesheets inlined, and the URL of each file cached."""

    def url(self, name: str, force: bool = False) -> str:
        return super().url(name, force) if force else _url(self, name)

    def post_process(
        self, paths: Sources, dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        """Replace the collected files that import others, then hash and compress."""
        if not dry_run:
            whole = {}
            for name in paths:
                if name.endswith((".css", ".js")) and _IMPORT.search(_read(paths, name)):
                    self.delete(name)
                    cast(Any, self)._save(name, ContentFile(inline_imports(paths, name).encode()))
                    whole[name] = (self, name)
            paths = paths | whole
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress the files, without the plain names of the admin's, which no page loads."""
        hashed = set(self.hashed_files.values())
        yield from super().compress_files(
            path for path in paths if path in hashed or not path.startswith("admin/")
        )
