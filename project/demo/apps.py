from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Installed by the demo's settings only: the clock that can be moved, and the commands around it."""

    name = "project.demo"
    label = "demo"
    verbose_name = "Demo"
    default_auto_field = "django.db.models.BigAutoField"
