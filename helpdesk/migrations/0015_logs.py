"""The logs are read by application, person, act and state, newest first, however long they are.

An event keeps its ticket's application, which never changes (T1). The database fills it in, so no way of writing an event can
forget it; for the rows there are, the guard against changes is lifted within this transaction.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
SET LOCAL statement_timeout = 0;
ALTER TABLE helpdesk_ticketevent DISABLE TRIGGER event_append_only;
UPDATE helpdesk_ticketevent e SET application_id = t.app_id FROM helpdesk_ticket t WHERE t.id = e.ticket_id;
ALTER TABLE helpdesk_ticketevent ENABLE TRIGGER event_append_only;
SET CONSTRAINTS ALL IMMEDIATE;
CREATE FUNCTION helpdesk_event_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT app_id INTO NEW.application_id FROM helpdesk_ticket WHERE id = NEW.ticket_id;
    RETURN NEW;
END $$;
CREATE TRIGGER event_application BEFORE INSERT ON helpdesk_ticketevent
    FOR EACH ROW EXECUTE FUNCTION helpdesk_event_application();
"""
FILL_REVERSE = """
DROP TRIGGER event_application ON helpdesk_ticketevent;
DROP FUNCTION helpdesk_event_application();
"""

PROTECT = django.db.models.deletion.PROTECT


def _application(**given):
    return models.ForeignKey(
        db_index=False,
        editable=False,
        on_delete=PROTECT,
        related_name="+",
        to="helpdesk.applicationcatalog",
        **given,
    )


def _person(name, **given):
    return models.ForeignKey(db_index=False, on_delete=PROTECT, related_name=name, to=settings.AUTH_USER_MODEL, **given)


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0014_closed_counts")]

    operations = [
        migrations.AddField("ticketevent", "application", _application(null=True)),
        migrations.RunSQL(FILL, FILL_REVERSE),
        migrations.AlterField("ticketevent", "application", _application()),
        migrations.AlterField("ticketevent", "actor", _person("ticket_events", blank=True, null=True)),
        migrations.AlterField("auditevent", "actor", _person("audit_events", blank=True, null=True)),
        migrations.AlterField("auditevent", "subject", _person("audited", blank=True, null=True)),
        migrations.AlterField("notification", "recipient", _person("notifications", db_column="user_id")),
        migrations.AddIndex("ticketevent", models.Index(fields=["actor", "-timestamp", "-id"], name="event_of_actor")),
        migrations.AddIndex(
            "ticketevent", models.Index(fields=["action", "-timestamp", "-id"], name="event_of_action")
        ),
        migrations.AddIndex(
            "ticketevent", models.Index(fields=["application", "-timestamp", "-id"], name="event_of_application")
        ),
        migrations.AddIndex("auditevent", models.Index(fields=["actor", "-timestamp"], name="audit_of_actor")),
        migrations.AddIndex("auditevent", models.Index(fields=["subject_label", "-timestamp"], name="audit_of_label")),
        migrations.AddIndex("notification", models.Index(fields=["-created_at", "-id"], name="notification_newest")),
        migrations.AddIndex(
            "notification", models.Index(fields=["recipient", "-created_at", "-id"], name="notification_of_person")
        ),
        migrations.AddIndex(
            "notification", models.Index(fields=["kind", "-created_at", "-id"], name="notification_of_kind")
        ),
        migrations.AddIndex(
            "notification",
            models.Index(
                condition=models.Q(("state__in", ("queued", "failed", "dead"))),
                fields=["state", "-created_at", "-id"],
                name="notification_not_sent",
            ),
        ),
    ]
