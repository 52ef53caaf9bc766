"""Static files under names that tell what they hold."""

from functools import lru_cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


@lru_cache(maxsize=200)
def _url(storage: CompressedManifestStaticFilesStorage, name: str) -> str:
    return super(HashedStaticFilesStorage, storage).url(name)


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's files, the address of each worked out once; a page names fourteen."""

    def url(self, name: str, force: bool = False) -> str:
        return super().url(name, force) if force else _url(self, name)
