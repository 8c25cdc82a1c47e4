"""When somebody's sessions were last ended: every session is checked against it (P8)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0007_sign_in")]

    operations = [
        migrations.AddField("user", "sessions_ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
    ]
