"""The reference records, without which no centre can be stored or found."""

from django.conf import settings
from django.core.management import call_command

#: In the order in which they refer to each other.
REFERENCE = ("regions", "dongs", "landmarks", "industries", "industry_classes", "words")


def load_reference_records() -> None:
    """Load regions, places, industries and makers' words, as each first start does."""
    paths = [settings.FIXTURES_DIR / f"{name}.json" for name in REFERENCE]
    call_command("load_fixtures", *paths, verbosity=0)
