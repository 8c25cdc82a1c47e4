"""What must hold after anything that happened: each sentence with the query that finds what breaks it."""

from django.db import connection

INVARIANTS: dict[str, str] = {
    "a ticket has at most one active assignment": """
        SELECT ticket_id FROM helpdesk_assignment WHERE is_active GROUP BY ticket_id HAVING count(*) > 1""",
    "a ticket points at its active assignment": """
        SELECT t.id FROM helpdesk_ticket t
        FULL JOIN (SELECT id, ticket_id FROM helpdesk_assignment WHERE is_active) a ON a.ticket_id = t.id
        WHERE t.assignment_id IS DISTINCT FROM a.id""",
    "held is what is active on an unresolved ticket": """
        SELECT a.id FROM helpdesk_assignment a JOIN helpdesk_ticket t ON t.id = a.ticket_id
        WHERE a.is_held <> (a.is_active AND t.status NOT IN ('resolved', 'resolved_escalated'))""",
    "only waiting tickets have a place": """
        SELECT a.id FROM helpdesk_assignment a JOIN helpdesk_ticket t ON t.id = a.ticket_id
        WHERE (a.place IS NOT NULL) <> (a.is_active AND t.status = 'assigned')""",
    "places are 1..n without a gap": """
        SELECT assigned_to_id FROM helpdesk_assignment WHERE place IS NOT NULL
        GROUP BY assigned_to_id HAVING min(place) <> 1 OR max(place) <> count(*)""",
    "what is in progress was started under a promise": """
        SELECT t.id FROM helpdesk_ticket t JOIN helpdesk_assignment a ON a.id = t.assignment_id
        WHERE t.status = 'in_progress' AND (a.started_at IS NULL OR a.committed_at IS NULL)""",
    "an escalated ticket has one escalation and others none": """
        SELECT t.id FROM helpdesk_ticket t LEFT JOIN helpdesk_escalation e ON e.ticket_id = t.id
        WHERE (t.escalated_at IS NOT NULL) <> (e.id IS NOT NULL)""",
    "an escalated ticket has a breached record and others none": """
        SELECT t.id FROM helpdesk_ticket t
        WHERE (t.escalated_at IS NOT NULL) <>
            EXISTS (SELECT 1 FROM helpdesk_slarecord s WHERE s.ticket_id = t.id AND s.breached)""",
    "a ticket resolved in time has no breached record of its engineer": """
        SELECT t.id FROM helpdesk_ticket t JOIN helpdesk_slarecord s ON s.assignment_id = t.assignment_id
        WHERE t.status = 'resolved' AND (s.breached OR s.resolved_at IS DISTINCT FROM t.resolved_at)""",
    "nothing is resolved in time after its due time": """
        SELECT t.id FROM helpdesk_ticket t JOIN helpdesk_assignment a ON a.id = t.assignment_id
        WHERE t.status = 'resolved' AND t.resolved_at >= a.due_at""",
    "each assignment has its SLA record": """
        SELECT a.id FROM helpdesk_assignment a LEFT JOIN helpdesk_slarecord s ON s.assignment_id = a.id
        WHERE s.id IS NULL OR s.assigned_at <> a.assigned_at""",
    "the original due time is there from the commitment on": """
        SELECT a.id FROM helpdesk_assignment a JOIN helpdesk_slarecord s ON s.assignment_id = a.id
        WHERE (a.committed_at IS NULL) <> (s.original_due_time IS NULL)""",
    "case ids of an application are 1001..n without a gap": """
        SELECT app_id FROM helpdesk_ticket t JOIN helpdesk_applicationcatalog c ON c.id = t.app_id
        GROUP BY app_id, c.last_sequence HAVING count(*) <> c.last_sequence - 1000""",
    "each ticket was raised once and resolved at most once": """
        SELECT ticket_id FROM helpdesk_ticketevent GROUP BY ticket_id
        HAVING count(*) FILTER (WHERE action = 'ticket_raised') <> 1
            OR count(*) FILTER (WHERE action IN ('ticket_resolved', 'ticket_withdrawn')) > 1
            OR count(*) FILTER (WHERE action = 'ticket_escalated') > 1""",
    "the status is what the events say": """
        SELECT t.id FROM helpdesk_ticket t
        WHERE (t.status IN ('resolved', 'resolved_escalated')) <> EXISTS (
            SELECT 1 FROM helpdesk_ticketevent e
            WHERE e.ticket_id = t.id AND e.action IN ('ticket_resolved', 'ticket_withdrawn'))""",
    "one mail per person, fact and kind": """
        SELECT event_id FROM helpdesk_notification GROUP BY event_id, user_id, type HAVING count(*) > 1""",
    "an assignment act has exactly one mail to its engineer": """
        SELECT e.id FROM helpdesk_ticketevent e
        LEFT JOIN helpdesk_notification n ON n.event_id = e.id AND n.user_id = (e.metadata->>'engineer_id')::bigint
        WHERE e.action IN ('ticket_assigned', 'ticket_reassigned') GROUP BY e.id HAVING count(n.id) <> 1""",
    "the due time is what the last event that speaks of it says": """
        SELECT a.id FROM helpdesk_assignment a CROSS JOIN LATERAL (
            SELECT coalesce(e.metadata->>'due_to', e.metadata->>'due_at')::timestamptz AS due
            FROM helpdesk_ticketevent e
            WHERE e.ticket_id = a.ticket_id AND e.action IN ('ticket_assigned', 'ticket_reassigned', 'ticket_committed',
                'due_moved', 'queue_reordered', 'extension_approved')
            ORDER BY e.id DESC LIMIT 1
        ) last WHERE a.is_active AND last.due <> a.due_at""",
    "the planned start is what the last event that speaks of it says": """
        SELECT a.id FROM helpdesk_assignment a CROSS JOIN LATERAL (
            SELECT coalesce(e.metadata->>'starts_to', e.metadata->>'starts_at')::timestamptz AS start
            FROM helpdesk_ticketevent e
            WHERE e.ticket_id = a.ticket_id AND e.action IN ('ticket_assigned', 'ticket_reassigned', 'ticket_committed',
                'due_moved', 'queue_reordered')
            ORDER BY e.id DESC LIMIT 1
        ) last WHERE a.is_active AND last.start IS DISTINCT FROM a.starts_at""",
    "no broken promise was moved afterwards": """
        SELECT a.id FROM helpdesk_assignment a JOIN helpdesk_slarecord s ON s.assignment_id = a.id
        WHERE s.breached AND s.breached_at <> a.due_at""",
    "an assignment has the extra time that was approved for it, and no other": """
        SELECT a.id FROM helpdesk_assignment a
        LEFT JOIN helpdesk_extensionrequest x ON x.assignment_id = a.id AND x.status = 'approved'
        WHERE a.extra_minutes <> coalesce(x.requested_time_delta, 0)""",
    "the extended due time of the SLA record follows an approved extension": """
        SELECT a.id FROM helpdesk_assignment a JOIN helpdesk_slarecord s ON s.assignment_id = a.id
        WHERE s.extended_due_time IS DISTINCT FROM CASE WHEN a.extra_minutes > 0 THEN a.due_at END""",
    "a request says what its two decisions say": """
        SELECT x.id FROM helpdesk_extensionrequest x
        LEFT JOIN helpdesk_extensionvote one ON one.extension_id = x.id AND one.level = 'sm1'
        LEFT JOIN helpdesk_extensionvote two ON two.extension_id = x.id AND two.level = 'sm2'
        WHERE x.approved_by_sm1 IS DISTINCT FROM one.approves OR x.approved_by_sm2 IS DISTINCT FROM two.approves
            OR (x.status = 'approved') <> (coalesce(one.approves, false) AND coalesce(two.approves, false))
            OR (x.status = 'rejected') <> (one.id IS NOT NULL AND two.id IS NOT NULL AND NOT (one.approves AND two.approves)
                OR x.closing_reason <> '')""",
    "nobody decided on their own request": """
        SELECT v.id FROM helpdesk_extensionvote v JOIN helpdesk_extensionrequest x ON x.id = v.extension_id
        WHERE v.voter_id = x.requested_by_id""",
    "a pending request is of a promise that runs": """
        SELECT x.id FROM helpdesk_extensionrequest x
        JOIN helpdesk_ticket t ON t.id = x.ticket_id JOIN helpdesk_assignment a ON a.id = x.assignment_id
        WHERE x.status = 'pending'
            AND NOT (t.status IN ('assigned', 'in_progress') AND a.is_active AND a.committed_at IS NOT NULL)""",
    "a request has one event for each thing that happened to it": """
        SELECT x.id FROM helpdesk_extensionrequest x
        LEFT JOIN helpdesk_ticketevent e ON e.ticket_id = x.ticket_id
        GROUP BY x.id HAVING count(*) FILTER (WHERE e.action = 'extension_requested') <> 1
            OR count(*) FILTER (WHERE e.action = 'extension_approved') <> (x.status = 'approved')::int
            OR count(*) FILTER (WHERE e.action = 'extension_rejected') <> (x.status = 'rejected')::int
            OR count(*) FILTER (WHERE e.action = 'extension_voted') <> least(
                1, (SELECT count(*) FROM helpdesk_extensionvote v WHERE v.extension_id = x.id))""",
    "grants equal what tickets and assignments say": """
        SELECT said.person, held.user_id FROM (
            SELECT id AS ticket, reporter_id AS person, 'report_ticket' AS codename FROM helpdesk_ticket
            UNION ALL
            SELECT ticket_id, assigned_to_id, CASE WHEN bool_or(is_active) THEN 'work_on_ticket' ELSE 'read_ticket' END
            FROM helpdesk_assignment GROUP BY ticket_id, assigned_to_id
        ) said FULL JOIN (
            SELECT g.content_object_id, g.user_id, p.codename
            FROM helpdesk_ticketuserobjectpermission g JOIN auth_permission p ON p.id = g.permission_id
        ) held ON (held.content_object_id, held.user_id, held.codename) = (said.ticket, said.person, said.codename)
        WHERE said.person IS NULL OR held.user_id IS NULL""",
    "closed tickets are counted as they are, by day and by month, for everybody and for each engineer": """
        SELECT 1 FROM (
            SELECT whose.id AS engineer, t.app_id AS app, kind.name AS span, date_trunc(kind.name, t.reported_date)::date AS begins,
                t.priority || CASE t.status WHEN 'resolved' THEN '_in_time' ELSE '_late' END AS col, count(*)::bigint AS n
            FROM helpdesk_ticket t JOIN helpdesk_assignment a ON a.ticket_id = t.id AND a.is_active
            CROSS JOIN (VALUES ('day'), ('month')) kind (name)
            CROSS JOIN LATERAL (VALUES (NULL), (a.assigned_to_id)) whose (id)
            WHERE t.resolved_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5
        ) told FULL JOIN (
            SELECT engineer_id, application_id, span, begins, col, n FROM helpdesk_closedcount
            CROSS JOIN LATERAL (VALUES ('high_in_time', high_in_time), ('medium_in_time', medium_in_time),
                ('low_in_time', low_in_time), ('high_late', high_late), ('medium_late', medium_late), ('low_late', low_late)
            ) cell (col, n) WHERE n > 0
        ) held ON (coalesce(told.engineer, 0), told.app, told.span, told.begins, told.col)
                = (coalesce(held.engineer_id, 0), held.application_id, held.span, held.begins, held.col)
        WHERE told.n IS DISTINCT FROM held.n""",
}


def as_one_query() -> str:
    """One statement that answers the sentences that do not hold."""
    return " UNION ALL ".join(f"SELECT '{sentence}'::text WHERE EXISTS ({sql})" for sentence, sql in INVARIANTS.items())


def broken() -> list[str]:
    """The sentences that do not hold now."""
    found = []
    with connection.cursor() as cursor:
        for sentence, sql in INVARIANTS.items():
            cursor.execute(sql)
            if cursor.fetchone():
                found.append(sentence)
    return found
