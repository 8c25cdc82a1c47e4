"""Who sees what and may do what: the one scope of every list, count, search and single ticket, the one question of every act (P9).

What a person is to a ticket stands in the grants of django-guardian (`models.grants`), which the services keep in step; roles and
the reporting authority are added here. Nobody else reads the grants, and guardian's own shortcuts are used nowhere: they give
tickets to inactive people and for global permissions.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, Q, QuerySet, TextField, Value

from helpdesk.models import Grant, Ticket, TicketUserObjectPermission, User
from helpdesk.models.grants import STAFF_GRANTS, is_any_of
from helpdesk.selectors import desk, people
from helpdesk.selectors.cases import case_of
from workflow import visibility
from workflow.acts import ActOption, possible_acts
from workflow.errors import TicketMissing
from workflow.roles import DESK, Role
from workflow.states import Act, Level
from workflow.texts import whole_number
from workflow.visibility import Relation

_CASE_ID = re.compile(r"^N-[A-Z0-9]{2,10}-\d{1,9}$", re.ASCII)

BESIDE = ("application", "reporter", "assignment__engineer", "assignment__assigned_by", "extension")
"""What pages show of a ticket besides itself."""

_GRANT = Func(
    Value("%s %s %s"),
    "permission__codename",
    "user_id",
    "user__reporting_authority_id",
    function="FORMAT",
    output_field=TextField(),
)
"""A grant in three words: what it is, whose, and who leads them; the last is empty where nobody does."""

_RELATIONS: dict[str, Relation] = {
    Grant.REPORT: Relation.REPORTER,
    Grant.WORK: Relation.ASSIGNEE,
    Grant.READ: Relation.PAST_ASSIGNEE,
}


def visible_to(user: User) -> QuerySet[Ticket]:
    """The tickets this person sees (P9); none without a role (P6)."""
    return _seen(user, lambda: _granted(user, *Grant) | _led(user))


def sees_all(user: User, ticket_ids: Iterable[int]) -> bool:
    """Whether they see every one of these tickets; no statement for those whose role shows them all."""
    wanted = set(ticket_ids)
    if people.roles_of(user) & DESK:
        return True
    return visible_to(user).filter(pk__in=wanted).count() == len(wanted)


def handled_by(user: User) -> QuerySet[Ticket]:
    """The tickets they see on a ground other than being the reporter: what the staff's lists show them (P9)."""
    return _seen(user, lambda: _granted(user, *STAFF_GRANTS) | _led(user))


def granted_to(user: User) -> QuerySet[Ticket]:
    """What they see of tickets that no engineer ever had: `visible_to` without the grounds of a reporting authority."""
    return _seen(user, lambda: _granted(user, *Grant))


def _seen(user: User, grounds: Callable[[], Q]) -> QuerySet[Ticket]:
    """All of them by role, none without one, else those on these grounds, which are made only where they count."""
    roles = people.roles_of(user)
    if roles & DESK:
        return Ticket.objects.all()
    return Ticket.objects.filter(grounds()) if roles else Ticket.objects.none()


def _granted(user: User, *grants: Grant) -> Q:
    """The tickets that these grants name."""
    held = TicketUserObjectPermission.objects.filter(is_any_of(*grants), user=user)
    return Q(pk__in=held.values("content_object"))


def _led(user: User) -> Q:
    """What a reporting authority sees besides: their engineers' tickets, and every one that has escalated."""
    if Role.RA not in people.roles_of(user):
        return Q()
    return Q(assignment__engineer__reporting_authority=user) | Q(escalated_at__isnull=False)


def ticket_for(user: User, reference: int | str, *, beside: Sequence[str] = BESIDE) -> Ticket:
    """The ticket by its number or case id; a foreign and a missing one answer alike. `beside` is read in the same statement."""
    ticket = (
        visible_to(user)
        .filter(_named(reference))
        .select_related(*beside)
        .annotate(grants_around=_AROUND)
        .order_by()
        .first()
    )
    if ticket is None:
        raise TicketMissing
    _known_relations(user)[_known_as(ticket)] = _relations(user, ticket.grants_around)
    return ticket


def number_for(user: User, reference: int | str) -> int:
    """The same, its number alone: for acts, which read the ticket anew under its lock and find out whether it is there."""
    number = whole_number(str(reference).strip())
    if number is not None and people.roles_of(user) & DESK:
        return number
    number = visible_to(user).filter(_named(reference)).order_by().values_list("pk", flat=True).first()
    if number is None:
        raise TicketMissing
    return number


def _named(reference: int | str) -> Q:
    """The condition for a number or a case id; what is neither names no ticket."""
    known = str(reference).strip().upper()
    if _CASE_ID.match(known):
        return Q(case_id=known)
    number = whole_number(known)
    if number is None:
        raise TicketMissing
    return Q(pk=number)


def relations_of(user: User, ticket: Ticket) -> Relation:
    """What this person is to the ticket besides their roles (P9), by its grants.

    One statement unless it was read with the ticket; kept on the user object like their roles: for a request, and as long as
    the ticket's version stays.
    """
    known, key = _known_relations(user), _known_as(ticket)
    if key not in known:
        known[key] = _relations(user, _grants_around(ticket.pk))
    return known[key]


def _known_relations(user: User) -> dict[tuple[int, int], Relation]:
    known: dict[tuple[int, int], Relation] = user.__dict__.setdefault("desk_relations", {})
    return known


def _known_as(ticket: Ticket) -> tuple[int, int]:
    return (ticket.pk, ticket.version)


def _grants_around(ticket: int | OuterRef) -> "QuerySet[TicketUserObjectPermission, Any]":
    """All grants on the ticket, in words.

    A ticket has a handful, so which of them count is said in `_relations` and not here: the statement stays small.
    """
    return TicketUserObjectPermission.objects.filter(content_object=ticket).order_by().values_list(_GRANT, flat=True)


_AROUND = ArraySubquery(_grants_around(OuterRef("pk")))
"""The same beside the ticket; made once, as it is alike for everybody and takes a tenth of reading one."""


def _relations(user: User, grants: Iterable[str]) -> Relation:
    """What these grants make of somebody: their own, and the present engineer's where they lead that engineer."""
    relations, known = Relation.NONE, str(user.pk)
    for grant in grants:
        codename, holder, leader = grant.split(" ")
        if holder == known:
            relations |= _RELATIONS.get(codename, Relation.NONE)
        elif leader == known and codename == Grant.WORK:
            relations |= Relation.RA_OF_ENGINEER
    return relations


def sees_as_staff(user: User, ticket: Ticket) -> bool:
    """Whether they see the ticket on a ground other than being its reporter; internal comments are for these (P9)."""
    return visibility.sees_internal(
        people.person_of(user), case_of(ticket), relations_of(user, ticket), ticket.escalated_at is not None
    )


def seen_as_staff(user: User, tickets: Iterable[Ticket]) -> frozenset[int]:
    """Which of these tickets they see on a ground other than being the reporter; no statement for those who see them all."""
    ids = [ticket.pk for ticket in tickets]
    if people.roles_of(user) & DESK:
        return frozenset(ids)
    return (
        frozenset(handled_by(user).filter(pk__in=ids).order_by().values_list("pk", flat=True)) if ids else frozenset()
    )


def acts_of(user: User, ticket: Ticket, now: datetime, level: Level | None = None) -> tuple[ActOption, ...]:
    """Every act with whether this person may do it now and, if not, the rule in words.

    `level` is the one the person acts under, None for the highest they hold (P7).
    """
    person = people.person_of(user)
    return possible_acts(
        person,
        case_of(ticket),
        relations_of(user, ticket),
        now=now,
        # The switch is about SM2 alone: for others it is not even read.
        sm2_may_override=person.holds(Role.SM2) and desk.settings().sm2_may_override,
        level=level,
    )


def may(user: User, act: Act, ticket: Ticket, *, now: datetime, level: Level | None = None) -> bool:
    """May this person do this act now: the question before a button; the service asks the same rules again."""
    return next(option.allowed for option in acts_of(user, ticket, now, level) if option.act is act)
