"""Grants are found by person and by ticket, from an index that holds all of them; how many each person has is known exactly.

An engineer has thousands of grants and a reporter a few: with the 100 values Postgres samples by default it takes all for equal.
"""

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
        migrations.RemoveIndex(model_name="ticketuserobjectpermission", name="grant_of_person"),
        migrations.AddIndex(
            model_name="ticketuserobjectpermission",
            index=models.Index(fields=("user", "content_object"), include=("permission",), name="grant_of_person"),
        ),
        migrations.RunSQL(
            "ALTER TABLE helpdesk_ticketuserobjectpermission ALTER COLUMN user_id SET STATISTICS 1000",
            "ALTER TABLE helpdesk_ticketuserobjectpermission ALTER COLUMN user_id SET STATISTICS -1",
        ),
    ]
