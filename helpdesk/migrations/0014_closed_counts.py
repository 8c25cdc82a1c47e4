"""Closed tickets counted by day and month of their report, open ones found without their rows; the worker's heartbeat."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPEN = ("unassigned", "assigned", "in_progress", "escalated")
PRIORITIES = ("high", "medium", "low")
OUTCOMES = {"in_time": "resolved", "late": "resolved_escalated"}
COLUMNS = {f"{priority}_{outcome}": (priority, OUTCOMES[outcome]) for outcome in OUTCOMES for priority in PRIORITIES}

FILL = """
SET LOCAL statement_timeout = 0;
INSERT INTO helpdesk_closedcount (engineer_id, application_id, span, begins, {columns})
SELECT engineer.id, ticket.app_id, span.name, span.begins, {counts}
FROM helpdesk_ticket ticket
JOIN helpdesk_assignment assignment ON assignment.id = ticket.assignment_id
CROSS JOIN LATERAL (VALUES (NULL::bigint), (assignment.assigned_to_id)) engineer (id)
CROSS JOIN LATERAL (
    VALUES ('day', ticket.reported_date), ('month', date_trunc('month', ticket.reported_date)::date)
) span (name, begins)
WHERE ticket.status IN ('resolved', 'resolved_escalated') AND NOT ticket.is_withdrawn
GROUP BY 1, 2, 3, 4;
""".format(
    columns=", ".join(COLUMNS),
    counts=", ".join(
        f"count(*) FILTER (WHERE ticket.priority = '{priority}' AND ticket.status = '{status}')"
        for priority, status in COLUMNS.values()
    ),
)


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0012_calls")]

    operations = [
        migrations.CreateModel(
            name="ClosedCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("span", models.CharField(choices=[("day", "day"), ("month", "month")], max_length=5)),
                ("begins", models.DateField(help_text="The day of report, or the first of its month.")),
                *((name, models.PositiveIntegerField(db_default=0, default=0)) for name in COLUMNS),
                (
                    "application",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="helpdesk.applicationcatalog",
                    ),
                ),
                (
                    "engineer",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("engineer", "span", "begins", "application"),
                        name="closed_count_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("span", "day"), models.Q(("begins__day", 1), ("span", "month")), _connector="OR"
                        ),
                        name="closed_count_month_begins_first",
                    ),
                ]
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["reported_date", "application", "priority"],
                include=("status", "assignment"),
                condition=models.Q(("status__in", OPEN)),
                name="ticket_open_numbers",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                fields=["engineer", "id"], condition=models.Q(("is_active", True)), name="assignment_of_engineer"
            ),
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
            ],
        ),
    ]
