"""The mails to the admins by the name they have on their page; the table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0018_request_of_event")]

    operations = [
        migrations.AlterModelOptions(
            name="adminalert",
            options={
                "ordering": ("-created_at", "-pk"),
                "verbose_name": "mail to admins",
                "verbose_name_plural": "mails to admins",
            },
        ),
    ]
