"""Grants are found by person and by ticket: the indexes of the keys alone only cost writes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0008_sessions")]

    operations = [
        migrations.AlterField(
            model_name="ticketuserobjectpermission",
            name="user",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="ticketuserobjectpermission",
            name="permission",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
        ),
    ]
