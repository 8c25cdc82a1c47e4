"""Breached tickets are a list of the desk and the base of two charts: an index holds all that is asked of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("helpdesk", "0016_discarded_files"),)

    operations = (
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("escalated", "resolved_escalated"))),
                fields=["-escalated_at", "-id"],
                include=("reported_date", "application", "priority", "assignment"),
                name="ticket_breached",
            ),
        ),
    )
