"""Raising, starting, resolving and withdrawing tickets (rules.md 2, the state machine)."""

import zoneinfo
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from helpdesk import clock
from helpdesk.models import ApplicationCatalog, SLARecord, Ticket, User
from helpdesk.selectors import access, queues
from helpdesk.services import acting, closed_counts, commitment, extension_closing, grants, journal, places
from workflow import lineup, policies
from workflow.errors import ApplicationMissing, ApplicationRetired, FieldInvalid, TicketMissing
from workflow.facts import PriorityChanged, TicketRaised, TicketResolved, TicketStarted, TicketWithdrawn
from workflow.states import Priority, Status
from workflow.texts import clean_line, clean_text


@transaction.atomic
def raise_ticket(
    *,
    actor: User,
    application_code: str,
    title: str,
    description: str,
    priority: str,
    files_announced: int = 0,
    request_key: UUID | None = None,
) -> Ticket:
    """Report an issue and give it its case id (T1-T4); the SMs and the reporter are told.

    The same `request_key` of the same person answers with the first ticket again and raises none. Takes the application's
    counter as its last lock, so that numbers have no gap and no duplicate.
    """
    person = acting.current_person(actor)
    policies.check_may_raise(person)
    title, description = clean_line(title), clean_text(description)
    _check_new(title, description, priority, files_announced)
    application = _open_application(application_code)
    first = Ticket.objects.filter(reporter=actor, request_key=request_key).first() if request_key else None
    if first is not None:
        return first
    now = clock.now()
    ticket = Ticket(
        case_id=f"N-{application.code}-{application.last_sequence + 1}",
        application=application,
        reporter=actor,
        title=title,
        description=description,
        priority=Priority(priority).value,
        reported_date=reported_on(now),
        created_at=now,
        updated_at=now,
        files_announced=files_announced,
        request_key=request_key,
    )
    ticket._history_date = now
    try:
        with transaction.atomic():
            ApplicationCatalog.objects.filter(pk=application.pk).update(last_sequence=F("last_sequence") + 1)
            ticket.save(force_insert=True)
    except IntegrityError:
        return Ticket.objects.get(reporter=actor, request_key=request_key)
    grants.grant_reporter(ticket)
    fact = TicketRaised(application_code=application.code, title=title, priority=Priority(priority))
    journal.record(ticket, actor=actor, fact=fact, now=now)
    return ticket


def reported_on(now: datetime) -> date:
    """The calendar date in the organisation's time zone (T2)."""
    return now.astimezone(zoneinfo.ZoneInfo(settings.TIME_ZONE)).date()


@transaction.atomic
def start_ticket(
    *, actor: User, ticket_id: int, resolution_minutes: int | None = None, seen: str | None = None
) -> Ticket:
    """Begin the work, giving the resolution time now where there is none yet; may be out of turn (C6)."""
    act = acting.begin(actor=actor, ticket_id=ticket_id, seen=seen)
    policies.check_may_start(act.person, act.case, gives_time=resolution_minutes is not None)
    if resolution_minutes is not None:
        commitment.promise(act, resolution_minutes)
    ticket, assignment = act.ticket, act.assignment
    jumped = lineup.out_of_turn(queues.queue_of(assignment.engineer_id), assignment.pk)
    places.leave_line(assignment)
    assignment.started_at = act.now
    assignment.out_of_turn = bool(jumped)
    assignment.save(update_fields=["started_at", "out_of_turn"])
    ticket.start()
    ticket.touch(act.now)
    ticket.save(update_fields=["status", "version", "updated_at"])
    journal.record(ticket, actor=actor, fact=TicketStarted(out_of_turn=jumped), now=act.now)
    return ticket


@transaction.atomic
def resolve_ticket(*, actor: User, ticket_id: int, note: str, seen: str | None = None) -> Ticket:
    """Say how it was resolved; after its due time it is resolved after escalation (E1, S1)."""
    act = acting.begin(actor=actor, ticket_id=ticket_id, seen=seen)
    note = clean_text(note)
    policies.check_may_resolve(act.person, act.case, note)
    policies.check_text("note", note)
    ticket = act.ticket
    late = ticket.status == Status.ESCALATED
    extension_closing.close_pending(
        ticket, now=act.now, reason="The ticket was resolved before both levels had decided."
    )
    ticket.resolve()
    ticket.resolved_at, ticket.resolution_note = act.now, note
    ticket.touch(act.now)
    ticket.save(update_fields=["status", "resolved_at", "resolution_note", "version", "updated_at"])
    SLARecord.objects.filter(assignment=act.assignment).update(resolved_at=act.now)
    journal.record(ticket, actor=actor, fact=TicketResolved(note=note, late=late), now=act.now)
    closed_counts.add([ticket.pk])
    return ticket


@transaction.atomic
def withdraw_ticket(*, actor: User, ticket_id: int, reason: str, repeats: str = "", seen: str | None = None) -> Ticket:
    """Take back a ticket nobody has yet, naming the case it repeats where there is one; `repeats` is a case id."""
    act = acting.begin(actor=actor, ticket_id=ticket_id, seen=seen)
    reason, repeats = clean_text(reason), clean_line(repeats).upper()
    policies.check_may_withdraw(act.person, act.case, reason, repeats)
    policies.check_text("reason", reason)
    ticket = act.ticket
    ticket.repeats = _repeated(actor, repeats)
    ticket.withdraw()
    ticket.is_withdrawn, ticket.withdrawal_reason, ticket.resolved_at = True, reason, act.now
    ticket.touch(act.now)
    ticket.save(
        update_fields=[
            "status", "is_withdrawn", "withdrawal_reason", "repeats", "resolved_at", "version", "updated_at",
        ]
    )  # fmt: skip
    journal.record(ticket, actor=actor, fact=TicketWithdrawn(reason=reason, repeats=repeats), now=act.now)
    return ticket


@transaction.atomic
def change_priority(*, actor: User, ticket_id: int, priority: str, reason: str, seen: str | None = None) -> Ticket:
    """Set another priority, with a reason (T4); promises and expectations already made stay (C4)."""
    act = acting.begin(actor=actor, ticket_id=ticket_id, seen=seen)
    reason = clean_text(reason)
    policies.check_may_change_priority(act.person, act.case, reason)
    policies.check_text("reason", reason)
    ticket, before = act.ticket, Priority(act.ticket.priority)
    if priority not in set(Priority) or priority == before:
        raise FieldInvalid({"priority": [f"Please choose another priority than {before.label}."]})
    ticket.priority = Priority(priority).value
    ticket.touch(act.now)
    ticket.save(update_fields=["priority", "version", "updated_at"])
    fact = PriorityChanged(priority_from=before, priority_to=Priority(priority), reason=reason)
    journal.record(ticket, actor=actor, fact=fact, now=act.now)
    return ticket


def _check_new(title: str, description: str, priority: str, files_announced: int) -> None:
    """All that is wrong with a new ticket, said at once."""
    problems: dict[str, list[str]] = {}
    try:
        policies.check_new_ticket(title, description)
    except FieldInvalid as invalid:
        problems = dict(invalid.errors)
    if priority not in set(Priority):
        problems["priority"] = ["Please choose high, medium or low."]
    most = settings.LINEUP_FILES.files_per_ticket
    if not 0 <= files_announced <= most:
        problems["files_announced"] = [f"A ticket takes up to {most} files."]
    if problems:
        raise FieldInvalid(problems)


def _open_application(code: str) -> ApplicationCatalog:
    """The application with its counter held; a retired one takes no tickets (T1)."""
    found = ApplicationCatalog.objects.filter(code=clean_line(code).upper()).values_list("pk", flat=True).first()
    if found is None:
        raise ApplicationMissing
    application = ApplicationCatalog.objects.counted(found)
    if application.is_retired:
        raise ApplicationRetired(application=application.name)
    return application


def _repeated(actor: User, case_id: str) -> Ticket | None:
    """The case a withdrawn one repeats; one the actor cannot see is as good as none."""
    if not case_id:
        return None
    try:
        return access.ticket_for(actor, case_id)
    except TicketMissing:
        raise FieldInvalid({"repeats": [f"There is no case {case_id} that you can see."]}) from None
