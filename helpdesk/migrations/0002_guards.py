"""What only the database itself can keep: append-only events (T5), codes that are never reused (T1), the load view."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION helpdesk_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history of a ticket is append-only.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON helpdesk_ticketevent
    FOR EACH ROW EXECUTE FUNCTION helpdesk_refuse_change();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON helpdesk_ticketevent
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_refuse_change();
CREATE TRIGGER extension_vote_final BEFORE UPDATE OR DELETE ON helpdesk_extensionvote
    FOR EACH ROW EXECUTE FUNCTION helpdesk_refuse_change();
"""
APPEND_ONLY_REVERSE = """
DROP TRIGGER extension_vote_final ON helpdesk_extensionvote;
DROP TRIGGER event_no_truncate ON helpdesk_ticketevent;
DROP TRIGGER event_append_only ON helpdesk_ticketevent;
DROP FUNCTION helpdesk_refuse_change();
"""

CODES = """
CREATE FUNCTION helpdesk_keep_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO helpdesk_applicationcode (code, application_id) VALUES (NEW.code, NEW.id) ON CONFLICT (code) DO NOTHING;
    IF (SELECT application_id FROM helpdesk_applicationcode WHERE code = NEW.code) <> NEW.id THEN
        RAISE EXCEPTION 'The code % was used by another application.', NEW.code
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'application_code_never_reused';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_code_kept AFTER INSERT OR UPDATE OF code ON helpdesk_applicationcatalog
    FOR EACH ROW EXECUTE FUNCTION helpdesk_keep_code();
"""
CODES_REVERSE = """
DROP TRIGGER application_code_kept ON helpdesk_applicationcatalog;
DROP FUNCTION helpdesk_keep_code();
"""

FIXED = """
CREATE FUNCTION helpdesk_keep_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.case_id, NEW.app_id, NEW.reported_date, NEW.reporter_id, NEW.created_at)
        IS DISTINCT FROM (OLD.case_id, OLD.app_id, OLD.reported_date, OLD.reporter_id, OLD.created_at) THEN
        RAISE EXCEPTION 'Case id, application, reporter and date of report never change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ticket_fixed_facts BEFORE UPDATE ON helpdesk_ticket
    FOR EACH ROW EXECUTE FUNCTION helpdesk_keep_fixed();
"""
FIXED_REVERSE = """
DROP TRIGGER ticket_fixed_facts ON helpdesk_ticket;
DROP FUNCTION helpdesk_keep_fixed();
"""

LOAD = """
CREATE VIEW helpdesk_assigneeload AS
    SELECT a.id AS assignment_id, a.assigned_to_id AS user_id, t.id AS ticket_id, t.status
    FROM helpdesk_assignment a JOIN helpdesk_ticket t ON t.id = a.ticket_id
    WHERE a.is_active AND t.status IN ('assigned', 'in_progress', 'escalated');
"""
LOAD_REVERSE = "DROP VIEW helpdesk_assigneeload;"


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0001_tables")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE),
        migrations.RunSQL(CODES, CODES_REVERSE),
        migrations.RunSQL(FIXED, FIXED_REVERSE),
        migrations.RunSQL(LOAD, LOAD_REVERSE),
    ]
