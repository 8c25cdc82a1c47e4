"""The staff desk in place of Django's admin: our site class, and only the pages we register ourselves."""

from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig


class DeskAdminConfig(SimpleAdminConfig):
    """No automatic discovery: groups, social accounts and queue rows of other packages never get a page (deny by default)."""

    default_site = "helpdesk.admin.site.DeskSite"

    def ready(self) -> None:
        super().ready()
        import_module("helpdesk.admin.pages")
