"""Working hours and holidays, for the desk or for an engineer (C10); the hours of a day never overlap.

The exclusion counts in minutes of the week, each calendar on a stretch of its own, so that it needs no extension of Postgres.
"""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

APART = """
ALTER TABLE helpdesk_workinginterval ADD CONSTRAINT interval_apart EXCLUDE USING gist (
    int8range(calendar_id * 16384 + weekday * 1440 + opens, calendar_id * 16384 + weekday * 1440 + closes) WITH &&)
"""
APART_REVERSE = "ALTER TABLE helpdesk_workinginterval DROP CONSTRAINT interval_apart"


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0009_access_speed"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalWorkingCalendar",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("name", models.CharField(db_index=True, max_length=100)),
                (
                    "time_zone",
                    models.CharField(help_text="The zone whose clocks the hours are read from.", max_length=64),
                ),
                (
                    "country",
                    models.CharField(blank=True, help_text="Whose public holidays are no working days.", max_length=2),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True, help_text="A part of the country with holidays of its own.", max_length=60
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical working hours",
                "verbose_name_plural": "historical working hours",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="WorkingCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "time_zone",
                    models.CharField(help_text="The zone whose clocks the hours are read from.", max_length=64),
                ),
                (
                    "country",
                    models.CharField(blank=True, help_text="Whose public holidays are no working days.", max_length=2),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True, help_text="A part of the country with holidays of its own.", max_length=60
                    ),
                ),
            ],
            options={
                "verbose_name": "working hours",
                "verbose_name_plural": "working hours",
                "ordering": ("name",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("time_zone", ""), _negated=True)
                        ),
                        name="calendar_named_and_placed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("region", ""), models.Q(("country", ""), _negated=True), _connector="OR"),
                        name="calendar_region_of_a_country",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalWorkingInterval",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField(help_text="0 is Monday.")),
                ("opens", models.PositiveSmallIntegerField(help_text="Minutes from midnight.")),
                (
                    "closes",
                    models.PositiveSmallIntegerField(help_text="Minutes from midnight; 1440 is the end of the day."),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="helpdesk.workingcalendar",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical working interval",
                "verbose_name_plural": "historical working intervals",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCalendarHoliday",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("date", models.DateField()),
                ("name", models.CharField(max_length=100)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="helpdesk.workingcalendar",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical calendar holiday",
                "verbose_name_plural": "historical calendar holidays",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="desksettings",
            name="working_calendar",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose working time counts for everybody without working hours of their own (C10).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="desks",
                to="helpdesk.workingcalendar",
            ),
        ),
        migrations.AddField(
            model_name="historicaldesksettings",
            name="working_calendar",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Whose working time counts for everybody without working hours of their own (C10).",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="helpdesk.workingcalendar",
            ),
        ),
        migrations.AddField(
            model_name="historicaluser",
            name="working_calendar",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Working hours of their own; the desk's where there are none (C10).",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="helpdesk.workingcalendar",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="working_calendar",
            field=models.ForeignKey(
                blank=True,
                help_text="Working hours of their own; the desk's where there are none (C10).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="helpdesk.workingcalendar",
            ),
        ),
        migrations.CreateModel(
            name="CalendarHoliday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("name", models.CharField(max_length=100)),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="own_holidays",
                        to="helpdesk.workingcalendar",
                    ),
                ),
            ],
            options={
                "ordering": ("calendar", "date"),
                "constraints": [models.UniqueConstraint(fields=("calendar", "date"), name="calendar_holiday_once")],
            },
        ),
        migrations.CreateModel(
            name="WorkingInterval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField(help_text="0 is Monday.")),
                ("opens", models.PositiveSmallIntegerField(help_text="Minutes from midnight.")),
                (
                    "closes",
                    models.PositiveSmallIntegerField(help_text="Minutes from midnight; 1440 is the end of the day."),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intervals",
                        to="helpdesk.workingcalendar",
                    ),
                ),
            ],
            options={
                "ordering": ("calendar", "weekday", "opens"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="interval_on_a_weekday"),
                    models.CheckConstraint(
                        condition=models.Q(("opens__lt", models.F("closes"))), name="interval_opens_before_it_closes"
                    ),
                    models.CheckConstraint(condition=models.Q(("closes__lte", 1440)), name="interval_within_the_day"),
                ],
            },
        ),
        migrations.RunSQL(APART, APART_REVERSE),
    ]
