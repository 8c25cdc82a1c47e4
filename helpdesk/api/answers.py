"""What calls answer, made of what services and selectors gave; the shapes are declared in `ticket_shapes`.

Plain dictionaries: a page of 25 tickets is 150 people, applications and assignments, and the framework's way of writing them
costs as much as reading them.
"""

from datetime import datetime
from typing import Any

from helpdesk.models import (
    ApplicationCatalog,
    Assignment,
    Attachment,
    Comment,
    ExtensionRequest,
    Ticket,
    TicketEvent,
    User,
)
from helpdesk.selectors import reporters
from helpdesk.selectors.ticket_detail import Detail
from workflow.facts import ACTIONS
from workflow.states import Level

Answer = dict[str, Any]


def person(user: User) -> Answer:
    return {"id": user.pk, "name": user.name}


def application(one: ApplicationCatalog) -> Answer:
    return {"code": one.code, "name": one.name}


def row(ticket: Ticket, *, publicly: bool = False, now: datetime | None = None) -> Answer:
    """A ticket as in lists; for a mere reporter (`publicly`) as they know it at that moment."""
    return {
        "id": ticket.pk,
        "case_id": ticket.case_id,
        "title": ticket.title,
        "priority": ticket.priority,
        "status": ticket.status,
        "withdrawn": ticket.is_withdrawn,
        "application": application(ticket.application),
        "reporter": person(ticket.reporter),
        "reported_date": ticket.reported_date,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "resolved_at": ticket.resolved_at,
        "assignment": _public_assignment(ticket, now) if publicly and now else _assignment(ticket.assignment),
    }


def _assignment(assignment: Assignment | None) -> Answer | None:
    if assignment is None:
        return None
    return {
        "engineer": person(assignment.engineer),
        "level": Level(assignment.level).label,
        "assigned_by": person(assignment.assigned_by),
        "assigned_at": assignment.assigned_at,
        "starts_at": assignment.starts_at,
        "due_at": assignment.due_at,
        "committed": assignment.is_committed,
        "resolution_minutes": assignment.resolution_minutes,
        "extra_minutes": assignment.extra_minutes,
    }


def _public_assignment(ticket: Ticket, now: datetime) -> Answer | None:
    """What the portal shows its reporter of it (P9)."""
    whole = _assignment(ticket.assignment)
    if whole is None:
        return None
    hidden = {"level": None, "assigned_by": None, "starts_at": None, "resolution_minutes": None}
    return whole | hidden | {"due_at": reporters.due_known(ticket, now)}


def committed(assignment: Assignment) -> Answer:
    """A ticket whose promise was given just now."""
    return row(assignment.ticket) | {"due_at": assignment.due_at}


def detail(found: Detail) -> Answer:
    """A ticket with everything."""
    ticket = found.ticket
    withdrawal = {"reason": ticket.withdrawal_reason, "repeats": found.repeats or None}
    return row(ticket, publicly=found.publicly, now=found.now) | {
        "description": ticket.description,
        "resolution_note": ticket.resolution_note or None,
        "withdrawal": withdrawal if ticket.is_withdrawn else None,
        "assignment": _with_outlook(found),
        "sla": _sla(found),
        "extension": extension(found.extension, publicly=found.publicly) if found.extension else None,
        "attachments": [file(one) for one in found.files],
        "actions": [
            {"name": option.act.value, "allowed": option.allowed, "reason": option.reason} for option in found.options
        ],
    }


def _with_outlook(found: Detail) -> Answer | None:
    ticket, outlook = found.ticket, found.outlook
    if found.publicly:
        likely = reporters.likely_known(ticket, outlook)
        at_risk = likely is not None and ticket.assignment is not None and ticket.assignment.is_committed
        known: Answer = {"forecast_at": likely, "at_risk": at_risk, "behind": None}
        told = _public_assignment(ticket, found.now)
    else:
        known = {
            "forecast_at": outlook.finish_at if outlook else None,
            "at_risk": outlook.is_at_risk if outlook else False,
            "behind": (outlook.behind or None) if outlook else None,
        }
        told = _assignment(ticket.assignment)
    return told | known if told else None


def _sla(found: Detail) -> Answer | None:
    if found.sla is None:
        return None
    hides = found.publicly
    return {
        "original_due_at": None if hides else found.sla.original_due_at,
        "extended_due_at": None if hides else found.sla.extended_due_at,
        "breached": found.ticket.escalated_at is not None,
    }


def extension(asked: ExtensionRequest, *, publicly: bool = False) -> Answer:
    """A request for more time with the decisions on it; its votes come with their voters."""
    decisions = [
        {
            "level": Level(vote.level).label,
            "approved": vote.approves,
            "by": person(vote.voter),
            "comment": vote.comment,
            "at": vote.voted_at,
        }
        for vote in asked.decisions
    ]
    return {
        "id": asked.pk,
        "status": asked.status,
        "extra_minutes": asked.extra_minutes,
        "comment": None if publicly else asked.comment,
        "requested_by": None if publicly else person(asked.requested_by),
        "requested_at": None if publicly else asked.requested_at,
        "decisions": [] if publicly else decisions,
    }


def file(one: Attachment) -> Answer:
    """A file; one that the scanner has not passed says so instead of being there."""
    kept_back = {Attachment.Scan.WAITING: "waiting_for_scan", Attachment.Scan.INFECTED: "infected"}
    return {
        "id": one.pk,
        "filename": one.filename,
        "size": one.size,
        "content_type": one.content_type,
        "state": kept_back.get(Attachment.Scan(one.scan), one.state),
        "internal": one.is_internal,
        "uploaded_by": person(one.uploaded_by),
        "uploaded_at": one.uploaded_at,
    }


def comment(one: Comment) -> Answer:
    return {
        "id": one.pk,
        "author": person(one.author),
        "body": one.body,
        "internal": one.is_internal,
        "created_at": one.created_at,
    }


def event(one: TicketEvent) -> Answer:
    return {
        "id": one.pk,
        "action": one.action,
        "label": ACTIONS.get(one.action, one.action),
        "actor": person(one.actor) if one.actor else None,
        "at": one.timestamp,
        "data": one.metadata,
    }
