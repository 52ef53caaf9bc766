"""Static files under names with a hash of their content."""

from functools import lru_cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


@lru_cache(maxsize=200)
def _url(storage: "HashedStaticFilesStorage", name: str) -> str:
    return super(HashedStaticFilesStorage, storage).url(name)


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage with the URL of each file cached; a page has fourteen of them."""

    def url(self, name: str, force: bool = False) -> str:
        return super().url(name, force) if force else _url(self, name)
