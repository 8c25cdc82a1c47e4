"""The reports among the installed parts: their table, and their places on the desk."""

from importlib import import_module

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        """The desk knows nothing of reports: they put themselves into its sidebar and lists."""
        import_module("reports.places")
