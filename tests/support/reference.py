"""The bundled records, loaded by the command itself."""

from django.conf import settings
from django.core.management import call_command

#: Those without which no centre can be stored or found, in the order of their references.
REFERENCE = ("regions", "dongs", "landmarks", "industries", "industry_classes", "words")


def load_bundled(*names: str) -> None:
    """Load the fixtures of these names."""
    paths = [settings.FIXTURES_DIR / f"{name}.json" for name in names]
    call_command("load_fixtures", *paths, verbosity=0)


def load_reference_records() -> None:
    """Load regions, places, industries and makers' words, as each first start does."""
    load_bundled(*REFERENCE)
