"""Writing many rows at once: COPY, with ids taken from the tables' own sequences."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

COLUMNS: dict[str, str] = {
    "helpdesk_user": "id, password, is_superuser, username, azure_ad_id, tenant_id, name, email, is_active,"
    " reporting_authority_id, time_zone, last_workspace",
    "helpdesk_userrole": "user_id, role_id, is_claimed",
    "helpdesk_ticket": "id, case_id, status, app_id, reporter_id, title, description, priority, reported_date, created_at,"
    " updated_at, assignment_id, escalated_at, resolved_at, resolution_note, is_withdrawn, withdrawal_reason, files_announced,"
    " triage_flagged_at, version",
    "helpdesk_assignment": "id, ticket_id, assigned_to_id, assigned_by_id, assigned_at, assigned_level, is_active,"
    " queued_after_assignment_id, place, expected_minutes, resolution_minutes, extra_minutes, starts_at, due_at, committed_at,"
    " started_at, out_of_turn, ended_at, reminded_due_at, acceptance_flagged_at, version",
    "helpdesk_slarecord": "ticket_id, assignment_id, assigned_at, original_due_time, resolved_at, ended_at, breached, breached_at",
    "helpdesk_escalation": "ticket_id, assignment_id, escalated_to_id, escalated_at, due_at, reason, email_sent",
    "helpdesk_comment": "id, ticket_id, author_id, body, is_internal, created_at",
    "helpdesk_ticketevent": "id, ticket_id, actor_id, action, metadata, timestamp",
    "helpdesk_notification": "ticket_id, user_id, type, event_id, key, because, payload, state, attempts, next_try_at,"
    " last_error, created_at, sent_at",
    "helpdesk_ticketuserobjectpermission": "user_id, permission_id, content_object_id",
}
"""The columns a sample fills, in the order of its rows; the others keep what the database gives them."""


def reserved(table: str, count: int) -> list[int]:
    """That many new ids of the table, ascending; nobody else gets them."""
    if count == 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s) ORDER BY 1", [table, count]
        )
        return [row[0] for row in cursor.fetchall()]


def write(table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Copy the rows into the table; their values stand in the order of `COLUMNS`."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({COLUMNS[table]}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
