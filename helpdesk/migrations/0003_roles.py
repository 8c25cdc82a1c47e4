"""The six roles of the desk (P2)."""

from django.db import migrations

ROLES = (
    ("reporter", "User"),
    ("sm1", "SM1"),
    ("sm2", "SM2"),
    ("engineer", "Assignee"),
    ("ra", "Reporting authority"),
    ("admin", "Admin"),
)


def fill(apps, schema_editor):
    Role = apps.get_model("helpdesk", "Role")
    Role.objects.bulk_create(Role(id=key, name=name) for key, name in ROLES)


def empty(apps, schema_editor):
    apps.get_model("helpdesk", "Role").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0002_guards")]

    operations = [migrations.RunPython(fill, empty)]
