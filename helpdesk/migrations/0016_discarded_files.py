"""Refused uploads are deleted by the worker, which reads here what to delete; states and levels of extensions are known ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("helpdesk", "0015_logs"),)

    operations = (
        migrations.CreateModel(
            name="DiscardedObject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("s3_key", models.CharField(max_length=400, unique=True)),
                ("last_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddConstraint(
            model_name="extensionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(status__in=["pending", "approved", "rejected"]), name="extension_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="extensionvote",
            constraint=models.CheckConstraint(
                condition=models.Q(level__in=["sm1", "sm2"]), name="extension_vote_level_known"
            ),
        ),
    )
