"""A million rows in each of the logs, made by the database out of what the loader wrote."""

import os

from django.db import connection

MANY = int(os.environ.get("BENCH_LOGS", "1000000"))

EVENTS = """
INSERT INTO helpdesk_ticketevent (ticket_id, actor_id, action, metadata, timestamp, application_id)
SELECT ticket_id, actor_id, action, metadata, timestamp + random() * interval '9 hours', application_id
FROM helpdesk_ticketevent, generate_series(1, 1 + %(many)s / greatest(1, (SELECT count(*) FROM helpdesk_ticketevent)))
LIMIT greatest(0, %(many)s - (SELECT count(*) FROM helpdesk_ticketevent))
"""
MAILS = """
INSERT INTO helpdesk_notification
    (ticket_id, user_id, type, event_id, key, because, payload, state, attempts, next_try_at, last_error, created_at, sent_at)
SELECT ticket_id, user_id, type, event_id, key || ':' || copy, because, payload, state, attempts, next_try_at, last_error,
    created_at + random() * interval '9 hours', sent_at
FROM helpdesk_notification, generate_series(1, 1 + %(many)s / greatest(1, (SELECT count(*) FROM helpdesk_notification))) copy
LIMIT greatest(0, %(many)s - (SELECT count(*) FROM helpdesk_notification))
"""
AUDIT = """
WITH acting AS (SELECT array_agg(id ORDER BY id) AS ids, count(*)::int AS n FROM helpdesk_user),
cases AS (SELECT array_agg(case_id ORDER BY id) AS ids, count(*)::int AS n FROM helpdesk_ticket)
INSERT INTO helpdesk_auditevent (actor_id, act, subject_id, subject_label, before, after, reason, request_id, timestamp)
SELECT acting.ids[1 + i %% acting.n],
    CASE WHEN i %% 5000 = 0 THEN 'role_given' WHEN i %% 4 = 0 THEN 'file_download' WHEN i %% 4 = 1 THEN 'signed_out'
        ELSE 'signed_in' END,
    CASE WHEN i %% 4 > 0 THEN acting.ids[1 + i %% acting.n] END,
    CASE WHEN i %% 4 = 0 THEN cases.ids[1 + i %% cases.n] ELSE 'Somebody' END,
    '{}', '{}', '', md5(i::text), %(from)s::timestamptz + i * interval '30 seconds'
FROM acting, cases, generate_series(1, %(many)s) i
"""
OLD = """
WITH oldest AS (SELECT id FROM helpdesk_ticket ORDER BY created_at LIMIT (SELECT count(*) / 20 FROM helpdesk_ticket)),
moved AS (UPDATE helpdesk_ticket t SET app_id = %(application)s FROM oldest WHERE t.id = oldest.id RETURNING t.id)
UPDATE helpdesk_ticketevent e SET application_id = %(application)s FROM moved WHERE e.ticket_id = moved.id
"""
LEFT = """
UPDATE helpdesk_ticketevent e SET actor_id = %(person)s
FROM (SELECT id FROM helpdesk_ticketevent ORDER BY timestamp LIMIT %(many)s / 50) oldest WHERE e.id = oldest.id
"""


def fill(*, application: int, person: int, many: int = MANY) -> None:
    """Fill the logs up to so many rows each.

    The worst that can be asked for is in them: an application and a person of whom only the oldest rows tell. The guards of the
    history are off meanwhile, so this is for a database that is thrown away.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")
        for statement in (EVENTS, MAILS, AUDIT, OLD, LEFT):
            cursor.execute(
                statement, {"many": many, "application": application, "person": person, "from": "2025-12-01T00:00:00Z"}
            )
        cursor.execute("SET session_replication_role = origin")
        for table in ("ticketevent", "auditevent", "notification", "ticket"):
            cursor.execute(f"VACUUM (ANALYZE) helpdesk_{table}")
        cursor.execute("RESET statement_timeout")
