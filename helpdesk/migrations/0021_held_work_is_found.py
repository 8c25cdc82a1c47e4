"""Lines are found by what is held, sweeps by the promises among it; the indexes over all that ever was go."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

NEW = ("assignment_held", "assignment_promised")
PATIENT = """
SELECT set_config('lineup.lock_timeout', current_setting('lock_timeout'), false);
SET lock_timeout = 0;
"""
"""An index made beside the work waits for the transactions before it and holds nobody up meanwhile: it may wait long."""
AS_BEFORE = "SELECT set_config('lock_timeout', current_setting('lineup.lock_timeout'), false);"


def drop(name: str) -> migrations.RunSQL:
    """Take away what an attempt that was cut off left of an index; Postgres keeps it, of no use, and refuses its name."""
    return migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("helpdesk", "0020_held_work")]

    operations = [
        migrations.RunSQL(PATIENT, AS_BEFORE),
        *(drop(name) for name in NEW),
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("is_held", True)), fields=["engineer", "place"], name="assignment_held"
            ),
        ),
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("committed_at__isnull", False), ("is_held", True)),
                fields=["due_at"],
                name="assignment_promised",
            ),
        ),
        RemoveIndexConcurrently(model_name="assignment", name="assignment_queue"),
        RemoveIndexConcurrently(model_name="assignment", name="assignment_promises"),
        migrations.RunSQL("ANALYZE helpdesk_assignment", migrations.RunSQL.noop),
        migrations.RunSQL(AS_BEFORE, PATIENT),
    ]
