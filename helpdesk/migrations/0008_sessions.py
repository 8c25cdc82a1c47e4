"""When somebody's sessions were last ended (P8), and sheets of people that wait to be confirmed."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0007_sign_in")]

    operations = [
        migrations.AddField("user", "sessions_ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.CreateModel(
            name="ImportDraft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("file_name", models.CharField(max_length=120)),
                ("reason", models.TextField()),
                ("content", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="import_drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
