"""The audit trail is append-only like the history of tickets (P4)."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON helpdesk_auditevent
    FOR EACH ROW EXECUTE FUNCTION helpdesk_refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON helpdesk_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_refuse_change();
"""
APPEND_ONLY_REVERSE = """
DROP TRIGGER audit_no_truncate ON helpdesk_auditevent;
DROP TRIGGER audit_append_only ON helpdesk_auditevent;
"""


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0004_access")]

    operations = [migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE)]
