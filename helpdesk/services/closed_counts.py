"""The counts of closed tickets, kept in the transaction that closes one, so that they are exact at every moment (rules 8)."""

from collections.abc import Sequence

from django.db import connection, transaction

from helpdesk.models import ClosedCount
from helpdesk.models.closed_count import OUTCOMES, column_of
from workflow.states import Priority, Status

_STATUS = dict(zip(OUTCOMES, (Status.RESOLVED, Status.RESOLVED_ESCALATED), strict=True))
_COUNTED = {
    column_of(priority, outcome): (priority, status) for outcome, status in _STATUS.items() for priority in Priority
}
_COLUMNS = ", ".join(("engineer_id", "application_id", "span", "begins", *_COUNTED))

_FROM_TICKETS = """
SELECT engineer.id AS engineer_id, ticket.app_id AS application_id, span.name AS span, span.begins AS begins, {counts}
FROM helpdesk_ticket ticket
JOIN helpdesk_assignment assignment ON assignment.id = ticket.assignment_id
CROSS JOIN LATERAL (VALUES (NULL::bigint), (assignment.assigned_to_id)) engineer (id)
CROSS JOIN LATERAL (
    VALUES ('month', date_trunc('month', ticket.reported_date)::date), ('day', ticket.reported_date)
) span (name, begins)
WHERE ticket.status IN ('resolved', 'resolved_escalated') AND NOT ticket.is_withdrawn
    AND (%(tickets)s::bigint[] IS NULL OR ticket.id = ANY(%(tickets)s::bigint[]))
GROUP BY 1, 2, 3, 4
""".format(
    counts=", ".join(
        f"count(*) FILTER (WHERE ticket.priority = '{priority.value}' AND ticket.status = '{status.value}') AS {column}"
        for column, (priority, status) in _COUNTED.items()
    )
)
_ADD = """
INSERT INTO helpdesk_closedcount AS held ({columns}) {counted} ORDER BY engineer_id NULLS FIRST, span DESC
ON CONFLICT ON CONSTRAINT closed_count_once DO UPDATE SET {sums}
""".format(
    columns=_COLUMNS,
    counted=_FROM_TICKETS,
    sums=", ".join(f"{column} = held.{column} + excluded.{column}" for column in _COUNTED),
)
"""Of two tickets that share any row, the month's row of everybody is shared and comes first: acts wait there, never crosswise."""

_DIFFERING = f"""
WITH stored AS (SELECT {_COLUMNS} FROM helpdesk_closedcount), counted AS ({_FROM_TICKETS})
SELECT count(*) FROM ((TABLE stored EXCEPT TABLE counted) UNION ALL (TABLE counted EXCEPT TABLE stored)) other
"""  # noqa: S608 - made of the columns of our own table


def add(ticket_ids: Sequence[int]) -> None:
    """Count tickets that were just closed; withdrawn ones are in no number (S1).

    The last statement of the act that closed one: its rows are many tickets' and stay locked until the act stands.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"tickets": list(ticket_ids)})


@transaction.atomic
def recount() -> None:
    """Make the counts anew from all tickets. Who closes one waits meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("LOCK TABLE helpdesk_closedcount IN SHARE ROW EXCLUSIVE MODE")
        ClosedCount.objects.all().delete()
        cursor.execute(_ADD, {"tickets": None})


@transaction.atomic
def differing() -> int:
    """How many rows are not what a recount gives, both read at one moment; none, ever."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(_DIFFERING, {"tickets": None})
        return int(cursor.fetchone()[0])
