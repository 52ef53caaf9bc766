"""Configuration of `django.contrib.admin`: its site, and the modules that register our models."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig

#: Modules of this package that register models when they are imported.
REGISTERING_MODULES = (
    "accounts",
    "announcements",
    "centers",
    "citations",
    "corrections",
    "imports",
    "regions",
    "vocabulary",
)


class CentersAdminConfig(AdminConfig):
    default_site = "centers.admin.site.CentersAdminSite"

    def ready(self) -> None:
        super().ready()
        # Not by autodiscovery: importing the site imports this package first, so that the package
        # itself must register nothing.
        for name in REGISTERING_MODULES:
            import_module(f"centers.admin.{name}")
