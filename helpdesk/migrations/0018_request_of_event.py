"""Each event knows the request or task that wrote it; code that does not know the column goes on writing rows without it."""

from django.db import migrations, models

import helpdesk.trace


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0017_breached_tickets")]

    operations = [
        migrations.AddField(
            model_name="ticketevent",
            name="request_id",
            field=models.CharField(
                blank=True, db_default="", default=helpdesk.trace.current, editable=False, max_length=64
            ),
        ),
    ]
