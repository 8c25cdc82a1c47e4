"""Asking for more time, once in a ticket's life, and the decision of two (X1-X4)."""

from django.db import transaction

from helpdesk.models import ExtensionRequest, ExtensionVote, User
from helpdesk.selectors import calendars, extensions
from helpdesk.services import acting, journal, lines
from helpdesk.services.queues import Decision, apply_moves
from workflow import lineup, policies
from workflow.errors import ExtensionMissing, in_words
from workflow.extensions import Vote, check_may_decide, check_may_request, outcome
from workflow.facts import ExtensionApproved, ExtensionRejected, ExtensionRequested, ExtensionVoted
from workflow.states import ExtensionStatus, Level
from workflow.texts import clean_text


@transaction.atomic
def request_extension(
    *, actor: User, ticket_id: int, extra_minutes: int, comment: str, seen: str | None = None
) -> ExtensionRequest:
    """Ask for so many more minutes; the clock goes on meanwhile (X4), and every scrum master is told."""
    act = acting.begin(actor=actor, ticket_id=ticket_id, seen=seen)
    comment = clean_text(comment)
    check_may_request(act.person, act.case, extra_minutes, comment)
    policies.check_text("comment", comment)
    ticket, assignment = act.ticket, act.assignment
    extension = ExtensionRequest.objects.create(
        ticket=ticket,
        assignment=assignment,
        requested_by=actor,
        requested_at=act.now,
        extra_minutes=extra_minutes,
        comment=comment,
    )
    time = calendars.time_of(assignment.engineer_id)
    fact = ExtensionRequested(
        extra_minutes=extra_minutes,
        comment=comment,
        due_at=assignment.due_at,
        due_if_approved=time.add(assignment.due_at, extra_minutes),
    )
    _touch(act)
    journal.record(ticket, actor=actor, fact=fact, now=act.now)
    return extension


@transaction.atomic
def decide_extension(
    *,
    actor: User,
    ticket_id: int,
    approve: bool,
    level: Level | None = None,
    comment: str = "",
    seen: str | None = None,
    extension_id: int | None = None,
) -> ExtensionRequest:
    """Give the final decision of one level; the second one settles the request (X2, X3).

    `extension_id` is the request meant, where it is named: another one than the ticket's is missing.
    Without a level it is the highest the actor holds that has still to decide. An approval plans anew those waiting behind (C8),
    after escalating what has passed among them (E1).
    """
    act = acting.begin(actor=actor, ticket_id=ticket_id, seen=seen)
    comment = clean_text(comment)
    extension = extensions.extension_of(act.ticket)
    policies.check_is_scrum_master(act.person)
    if extension is None or extension_id not in {None, extension.pk}:
        raise ExtensionMissing
    level = check_may_decide(act.person, level, act.case)
    if comment:
        policies.check_text("comment", comment)
    given = list(extension.votes.all())
    vote = ExtensionVote.objects.create(
        extension=extension, level=level.value, voter=actor, approves=approve, comment=comment, voted_at=act.now
    )
    with journal.in_one_go():
        _note(act, extension, given, vote)
    extension.decisions = [*given, vote]
    if extension.requested_by_id == act.assignment.engineer_id:
        extension.requested_by = act.assignment.engineer
    return extension


def _note(act: acting.Act, extension: ExtensionRequest, given: list[ExtensionVote], vote: ExtensionVote) -> None:
    """Keep what the decision makes of the request, and do what follows from it."""
    setattr(extension, f"approved_by_{vote.level}", vote.approves)
    votes = [*given, vote]
    status = outcome(Vote(level=Level(one.level), person_id=one.voter_id, approves=one.approves) for one in votes)
    extension.status = status.value
    extension.decided_at = None if status is ExtensionStatus.PENDING else act.now
    extension.save(update_fields=[f"approved_by_{vote.level}", "status", "decided_at"])
    if status is ExtensionStatus.APPROVED:
        _approve(act, extension, votes)
    elif status is ExtensionStatus.REJECTED:
        _reject(act, extension, votes)
    else:
        fact = ExtensionVoted(level=Level(vote.level), approves=vote.approves, comment=vote.comment)
        _touch(act)
        journal.record(act.ticket, actor=act.actor, fact=fact, now=act.now)


def _approve(act: acting.Act, extension: ExtensionRequest, votes: list[ExtensionVote]) -> None:
    """The due time and those waiting behind move; reporter and assignee are told by whom (X3)."""
    ticket, assignment = act.ticket, act.assignment
    line = lines.open_anew(assignment.engineer, now=act.now)
    plan = lineup.extend(line.queue, assignment.pk, extension.extra_minutes, act.now)
    due_from, due_to = assignment.due_at, plan.queue.slot(assignment.pk).due_at
    assignment.extra_minutes, assignment.due_at = extension.extra_minutes, due_to
    assignment.version += 1
    _touch(act)
    fact = ExtensionApproved(
        extra_minutes=extension.extra_minutes,
        due_from=due_from,
        due_to=due_to,
        approvers=tuple(vote.voter.name for vote in votes),
        comments=tuple(vote.comment for vote in votes if vote.comment),
    )
    journal.record(ticket, actor=act.actor, fact=fact, now=act.now)
    decision = Decision(
        line=line,
        actor=act.actor,
        now=act.now,
        cause_case_id=ticket.case_id,
        cause=f"{ticket.case_id} was extended by {in_words(extension.extra_minutes)}",
    )
    apply_moves(decision, plan.moves, extended=assignment)


def _reject(act: acting.Act, extension: ExtensionRequest, votes: list[ExtensionVote]) -> None:
    """The promise stays; the assignee is told who did not agree, with the comments (X3)."""
    _touch(act)
    fact = ExtensionRejected(
        extra_minutes=extension.extra_minutes,
        rejected_by=tuple(vote.voter.name for vote in votes if not vote.approves),
        comments=tuple(vote.comment for vote in votes if vote.comment),
    )
    journal.record(act.ticket, actor=act.actor, fact=fact, now=act.now)


def _touch(act: acting.Act) -> None:
    """The request is part of what an act on the ticket looks at (A6)."""
    act.ticket.touch(act.now)
    act.ticket.save(update_fields=["version", "updated_at"])
