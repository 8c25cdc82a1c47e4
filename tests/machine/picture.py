"""The tables and the model side by side: the same facts of both, as plain values that can be compared."""

from collections import Counter
from datetime import datetime
from typing import Any

from helpdesk.models import Assignment, Escalation, ExtensionRequest, Notification, SLARecord, Ticket, TicketEvent
from tests.machine.cases import Case, Event, Job, Request
from tests.machine.desk import Desk

Picture = dict[str, Any]

MOVED = ("due_moved", "queue_reordered")
"""Both tell that a decision moved a ticket; which of several were moved by hand is not the rules' matter."""

FACTS = {
    "ticket_raised": ("priority",),
    "ticket_withdrawn": ("reason",),
    "priority_changed": ("priority_from", "priority_to"),
    "comment_added": ("internal",),
    "ticket_assigned": ("engineer_name", "level", "starts_at", "due_at", "queued_after", "comment"),
    "ticket_reassigned": ("engineer_name", "level", "starts_at", "due_at", "queued_after", "comment"),
    "ticket_committed": ("resolution_minutes", "starts_at", "due_at"),
    "ticket_started": ("out_of_turn",),
    "ticket_resolved": ("late",),
    "ticket_escalated": ("due_at", "escalated_to_names"),
    "ticket_reminded": ("due_at",),
    "moved": ("starts_from", "starts_to", "due_from", "due_to", "is_promise", "comment"),
    "extension_requested": ("extra_minutes", "due_at", "due_if_approved"),
    "extension_voted": ("level", "approves"),
    "extension_approved": ("due_from", "due_to", "approvers"),
    "extension_rejected": ("extra_minutes",),
    "triage_stale": (),
    "acceptance_stale": (),
}
SETS = ("approvers", "escalated_to_names")
"""Lists whose order says nothing."""


# --- of the model -----------------------------------------------------------------------------------------------------


def of_model(desk: Desk) -> Picture:
    return {
        "cases": {case.name: _case(case) for case in desk.cases},
        "lines": {name: [case.name for case in desk.waiting(name)] for name in desk.hours},
        "mails": dict(+desk.mails),
    }


def _case(case: Case) -> Picture:
    return {
        "status": case.status,
        "priority": case.priority,
        "withdrawn": case.is_withdrawn,
        "jobs": [_job(job, is_active=job is case.job) for job in case.jobs],
        "request": _request(case.request),
        "events": [_event(event) for event in case.events],
        "escalated to": case.escalated_to,
    }


def _job(job: Job, *, is_active: bool) -> Picture:
    return {
        "engineer": job.engineer,
        "by": job.by,
        "level": job.level,
        "active": is_active,
        "assigned": job.assigned,
        "ended": job.ended,
        "place": job.place,
        "start": job.start,
        "due": job.due,
        "minutes": (job.expected, job.minutes, job.extra),
        "started": (job.started, job.out_of_turn),
        "behind": job.behind,
        "sla": (job.assigned, job.original_due, job.extended_due, job.resolved, job.ended, job.breached),
    }


def _request(request: Request | None) -> Picture | None:
    if request is None:
        return None
    votes = {level: approves for level, (_, approves) in request.votes.items()}
    return {
        "by": request.by,
        "minutes": request.minutes,
        "status": request.status,
        "votes": sorted((level, name, approves) for level, (name, approves) in request.votes.items()),
        "levels": (votes.get("sm1"), votes.get("sm2")),
    }


def _event(event: Event) -> tuple[Any, ...]:
    return event.actor, event.action, tuple(_plain(name, event.facts.get(name)) for name in FACTS[event.action])


def _plain(name: str, value: Any) -> Any:
    """A fact as it can be compared with what JSON kept of it."""
    if isinstance(value, list | tuple):
        return sorted(value) if name in SETS else list(value)
    return value


# --- of the tables ----------------------------------------------------------------------------------------------------


def of_tables(engineers: list[str]) -> Picture:
    tickets = Ticket.objects.order_by("pk").select_related("reporter")
    assignments = Assignment.objects.order_by("pk").select_related(
        "engineer", "assigned_by", "queued_after__ticket", "ticket"
    )
    records = {record.assignment_id: record for record in SLARecord.objects.all()}
    jobs: dict[int, list[Picture]] = {}
    lines: dict[str, list[tuple[int, str]]] = {name: [] for name in engineers}
    for one in assignments:
        jobs.setdefault(one.ticket_id, []).append(_stored_job(one, records[one.pk]))
        if one.place is not None:
            lines[one.engineer.name].append((one.place, one.ticket.case_id))
    asked = ExtensionRequest.objects.select_related("requested_by").prefetch_related("votes__voter")
    requests = {one.ticket_id: _stored_request(one) for one in asked}
    raised = dict(Escalation.objects.values_list("ticket", "escalated_to__name"))
    events: dict[int, list[tuple[Any, ...]]] = {}
    for event in TicketEvent.objects.order_by("pk").select_related("actor"):
        _add_event(events.setdefault(event.ticket_id, []), event)
    return {
        "cases": {
            ticket.case_id: {
                "status": ticket.status,
                "priority": ticket.priority,
                "withdrawn": ticket.is_withdrawn,
                "jobs": jobs.get(ticket.pk, []),
                "request": requests.get(ticket.pk),
                "events": events.get(ticket.pk, []),
                "escalated to": raised.get(ticket.pk),
            }
            for ticket in tickets
        },
        "lines": {name: [case for _, case in sorted(line)] for name, line in lines.items()},
        "mails": _mails(),
    }


def _stored_job(one: Assignment, record: SLARecord) -> Picture:
    return {
        "engineer": one.engineer.name,
        "by": one.assigned_by.name,
        "level": one.level,
        "active": one.is_active,
        "assigned": one.assigned_at,
        "ended": one.ended_at,
        "place": one.place,
        "start": one.starts_at,
        "due": one.due_at,
        "minutes": (one.expected_minutes, one.resolution_minutes, one.extra_minutes),
        "started": (one.started_at, one.out_of_turn),
        "behind": one.queued_after.ticket.case_id if one.queued_after else None,
        "sla": (
            record.assigned_at,
            record.original_due_at,
            record.extended_due_at,
            record.resolved_at,
            record.ended_at,
            record.breached_at,
        ),
    }


def _stored_request(one: ExtensionRequest) -> Picture:
    return {
        "by": one.requested_by.name,
        "minutes": one.extra_minutes,
        "status": one.status,
        "votes": sorted((vote.level, vote.voter.name, vote.approves) for vote in one.votes.all()),
        "levels": (one.approved_by_sm1, one.approved_by_sm2),
    }


def _add_event(events: list[tuple[Any, ...]], event: TicketEvent) -> None:
    action = "moved" if event.action in MOVED else event.action
    told = event.metadata
    stands = ("due_from", "due_to"), ("starts_from", "starts_to")
    if action == "moved" and all(told[was] == told[now] for was, now in stands):
        return
    facts = tuple(_read(name, told.get(name)) for name in FACTS[action])
    events.append((event.actor.name if event.actor else None, action, facts))


def _read(name: str, value: Any) -> Any:
    is_time = name in ("starts_at", "due_at", "due_if_approved") or name.endswith(("_from", "_to"))
    if isinstance(value, str) and is_time and value[:1].isdigit():
        return datetime.fromisoformat(value)
    return _plain(name, value)


def _mails() -> dict[tuple[str, str, str], int]:
    rows = Notification.objects.select_related("recipient", "ticket")
    return dict(Counter((one.kind, one.recipient.name, _about(one)) for one in rows))


def _about(one: Notification) -> str:
    if one.kind != "due_moved":
        return one.ticket.case_id
    return " ".join(sorted(move["case_id"] for move in one.payload["moves"] if move["is_promise"]))
