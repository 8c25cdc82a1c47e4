import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ClockShift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shift", models.DurationField(default=datetime.timedelta)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="demo_one_clock"),
                    models.CheckConstraint(
                        condition=models.Q(("shift__gte", datetime.timedelta(0))), name="demo_clock_not_behind"
                    ),
                ],
            },
        ),
    ]
