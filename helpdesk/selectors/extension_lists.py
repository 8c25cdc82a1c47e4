"""The lists of requests for more time as one scrum master has them, and how many stand in each (X2)."""

from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from helpdesk.models import ExtensionRequest, ExtensionVote, User
from helpdesk.selectors import access, extensions, people
from helpdesk.selectors.cases import case_of
from workflow.errors import WorkflowError
from workflow.extensions import check_may_decide
from workflow.policies import must_escalate
from workflow.roles import level_for, levels_of
from workflow.states import ExtensionStatus, Labelled, Level, Status


class Show(Labelled):
    """Which requests a list shows, seen from one person under one level."""

    MINE = "mine", "For you to decide"
    OTHERS = "others", "Waiting for others"
    DECIDED = "decided", "Decided"


def listed(user: User, show: Show, level: Level) -> QuerySet[ExtensionRequest]:
    """The requests of one list with all that is shown of them: pending ones by their due time, decided ones newest first.

    The votes come with their voters, the tickets with what the rules ask about them.
    """
    if show is Show.DECIDED:
        decided = ExtensionRequest.objects.exclude(status=ExtensionStatus.PENDING)
        rows = decided.filter(ticket__in=access.visible_to(user)).order_by("-decided_at", "-pk")
    else:
        mine = _is_mine(user, level)
        pending = extensions.pending_for(user).filter(mine if show is Show.MINE else ~mine)
        rows = pending.order_by("assignment__due_at", "pk")
    return with_all(rows)


def with_all(rows: QuerySet[ExtensionRequest]) -> QuerySet[ExtensionRequest]:
    """The requests with their votes and voters, and of their tickets what the rules ask about them."""
    return rows.select_related(
        "ticket__application",
        "ticket__assignment__engineer",
        "ticket__assignment__assigned_by",
        "assignment__engineer",
        "requested_by",
    ).prefetch_related("votes__voter")


def to_decide(user: User, level: Level | None) -> QuerySet[ExtensionRequest]:
    """The pending requests this person may decide on under this level, or under any they hold."""
    levels = _levels(user, level)
    mine = reduce(or_, (_is_mine(user, one) for one in levels))
    return extensions.pending_for(user).filter(mine)


def open_levels(user: User, extension: ExtensionRequest, now: datetime, level: Level | None) -> list[Level]:
    """Under which of these this person may decide on a request `with_all` brought; asks the database for nothing."""
    return [one for one in _levels(user, level) if not refusal_of(user, extension, one, now)]


def _levels(user: User, level: Level | None) -> tuple[Level, ...]:
    """The one asked for, which they must hold (A4), else all they hold; without any it is not theirs to decide."""
    held = people.roles_of(user)
    highest = level_for(held, level)
    return levels_of(held) if level is None else (highest,)


def counts(user: User, level: Level) -> dict[Show, int]:
    """How many wait for this person and how many for others, in one statement."""
    mine = _is_mine(user, level)
    pending = extensions.pending_for(user).order_by().select_related(None)
    found = pending.aggregate(mine=Count("pk", mine), others=Count("pk", ~mine))
    return {Show.MINE: found["mine"], Show.OTHERS: found["others"]}


def _is_mine(user: User, level: Level) -> Q:
    """Requests this person may decide on under this level: not their own, and neither they nor the level has decided yet (X2)."""
    voted = Exists(ExtensionVote.objects.filter(extension=OuterRef("pk"), voter=user))
    return Q(**{f"approved_by_{level.value}__isnull": True}) & ~Q(requested_by=user) & ~Q(voted)


def refusal_of(user: User, extension: ExtensionRequest, level: Level, now: datetime) -> str:
    """Why this person may not decide on a request `listed` brought, in the words of the rule; empty where they may.

    A ticket whose promise has passed is judged as escalated already (E1, X4). Asks the database for nothing.
    """
    if extension.status != ExtensionStatus.PENDING:
        return ""
    extension.ticket.extension = extension
    case = case_of(extension.ticket)
    if must_escalate(case, now):
        case = replace(case, status=Status.ESCALATED)
    try:
        check_may_decide(people.person_of(user), level, case)
    except WorkflowError as refusal:
        return refusal.sentence
    return ""
