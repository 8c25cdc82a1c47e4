"""What an engineer holds is told by the assignment itself, so that lines and sweeps never read what is long done.

The database keeps the column: for a while an old version that does not know it serves beside the new one.
"""

from django.db import migrations, models

KEPT = """
CREATE FUNCTION helpdesk_keep_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.is_held := NEW.is_active AND EXISTS (
        SELECT FROM helpdesk_ticket
        WHERE id = NEW.ticket_id AND status NOT IN ('resolved', 'resolved_escalated')
    );
    RETURN NEW;
END $$;
CREATE TRIGGER assignment_held_kept BEFORE INSERT OR UPDATE OF is_active, is_held, ticket_id ON helpdesk_assignment
    FOR EACH ROW EXECUTE FUNCTION helpdesk_keep_held();

CREATE FUNCTION helpdesk_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE helpdesk_assignment SET is_held = is_active WHERE ticket_id = NEW.id AND is_active;
    RETURN NULL;
END $$;
CREATE TRIGGER ticket_lets_go AFTER UPDATE OF status ON helpdesk_ticket
    FOR EACH ROW WHEN (
        (OLD.status IN ('resolved', 'resolved_escalated')) <> (NEW.status IN ('resolved', 'resolved_escalated'))
    )
    EXECUTE FUNCTION helpdesk_let_go();
"""
KEPT_REVERSE = """
DROP TRIGGER ticket_lets_go ON helpdesk_ticket;
DROP FUNCTION helpdesk_let_go();
DROP TRIGGER assignment_held_kept ON helpdesk_assignment;
DROP FUNCTION helpdesk_keep_held();
"""

FILL = """
SET LOCAL statement_timeout = 0;
UPDATE helpdesk_assignment SET is_held = true WHERE is_active AND id IN (
    SELECT assignment_id FROM helpdesk_ticket WHERE status IN ('assigned', 'in_progress', 'escalated')
);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0019_words_of_alerts")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="is_held",
            field=models.BooleanField(
                db_default=False,
                editable=False,
                help_text="Active, and its ticket is unresolved; kept by the database.",
                verbose_name="held",
            ),
        ),
        migrations.RunSQL(KEPT, KEPT_REVERSE),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
