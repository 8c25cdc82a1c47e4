"""Desks with a random past, and what their numbers are by plain SQL (rules 8)."""

import random
from datetime import date, timedelta
from typing import Any

from django.db import connection

from helpdesk.models import Ticket, User
from helpdesk.selectors.numbers import Chosen
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.people import set_reporting_authority
from helpdesk.services.tickets import change_priority, resolve_ticket, start_ticket, withdraw_ticket
from tests.clock import held
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
)
from workflow.lineup import LONGEST_MINUTES
from workflow.states import Number, Priority


def by_hand(user: User | None, chosen: Chosen) -> dict[Number, int]:
    """The five numbers from the tables; a user means: only tickets of the engineers they lead."""
    asked: dict[str, Any] = {
        "led": user.pk if user else None,
        "apps": sorted(chosen.applications) or None,
        "priorities": [one.value for one in sorted(chosen.priorities)] or None,
        "first": chosen.first,
        "last": chosen.last,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FILTER (WHERE t.resolved_at IS NULL),
                count(*) FILTER (WHERE EXISTS (SELECT 1 FROM helpdesk_slarecord s WHERE s.ticket_id = t.id AND s.breached)),
                count(*) FILTER (WHERE t.status = 'resolved' AND t.withdrawal_reason = ''),
                count(*) FILTER (WHERE t.status = 'escalated'),
                count(*) FILTER (WHERE t.status = 'resolved_escalated')
            FROM helpdesk_ticket t
            LEFT JOIN helpdesk_assignment a ON a.ticket_id = t.id AND a.is_active
            LEFT JOIN helpdesk_user e ON e.id = a.assigned_to_id
            WHERE (%(led)s::bigint IS NULL OR e.reporting_authority_id = %(led)s)
                AND (%(apps)s::bigint[] IS NULL OR t.app_id = ANY(%(apps)s))
                AND (%(priorities)s::text[] IS NULL OR t.priority = ANY(%(priorities)s))
                AND (%(first)s::date IS NULL OR t.reported_date >= %(first)s)
                AND (%(last)s::date IS NULL OR t.reported_date <= %(last)s)
            """,
            asked,
        )
        return dict(zip(Number, cursor.fetchone(), strict=True))


class Desk:
    """A desk whose people act at random over some months."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.reporter, self.master = ReporterFactory(), SM2Factory()
        self.authorities = [RAFactory(), RAFactory()]
        self.engineers = [EngineerFactory() for _ in range(3)]
        self.applications = [ApplicationFactory() for _ in range(3)]
        for place, engineer in enumerate(self.engineers[:2]):
            self._lead(engineer, self.authorities[place])

    def _lead(self, engineer: User, authority: User) -> None:
        set_reporting_authority(actor=None, engineer=engineer, authority=authority, reason="", now=held.moment)

    def live(self, acts: int) -> None:
        for _ in range(acts):
            held.forward(hours=self.dice.choice((1, 7, 30, 24 * 9)))
            self.dice.choice((self.raise_one, self.give, self.give, self.finish, self.finish, self.other, self.sweep))()
        self.give()
        held.forward(hours=30)
        self.sweep()

    def raise_one(self) -> None:
        a_ticket(
            reporter=self.reporter,
            application=self.dice.choice(self.applications),
            priority=self.dice.choice(list(Priority)).value,
        )

    def give(self) -> None:
        self.raise_one()
        ticket = Ticket.objects.order_by("-pk")[0]
        a_promise(ticket=ticket, engineer=self.dice.choice(self.engineers), by=self.master, minutes=600)

    def finish(self) -> None:
        ticket = self._one("assigned", "in_progress", "escalated")
        if ticket is None or ticket.assignment is None:
            return
        engineer = ticket.assignment.engineer
        sweep_escalations(held.moment)
        ticket.refresh_from_db()
        if ticket.status == "assigned":
            minutes = None if ticket.assignment.is_committed else LONGEST_MINUTES
            start_ticket(actor=engineer, ticket_id=ticket.pk, resolution_minutes=minutes)
        resolve_ticket(actor=engineer, ticket_id=ticket.pk, note="Done.")

    def other(self) -> None:
        if (ticket := self._one("unassigned")) and self.dice.random() < 0.5:
            withdraw_ticket(actor=self.reporter, ticket_id=ticket.pk, reason="Not needed.")
        elif ticket := self._one("assigned", "in_progress", "escalated"):
            others = [one for one in self.engineers if one.pk != ticket.assignment.engineer_id]
            an_assignment(ticket=ticket, engineer=self.dice.choice(others), by=self.master, comment="Knows it.")
        if ticket := self._one("unassigned", "assigned"):
            priority = next(one.value for one in Priority if one.value != ticket.priority)
            change_priority(actor=self.master, ticket_id=ticket.pk, priority=priority, reason="So it is.")

    def sweep(self) -> None:
        sweep_escalations(held.moment)
        self._lead(self.engineers[2], self.dice.choice(self.authorities))

    def _one(self, *statuses: str) -> Ticket | None:
        found = Ticket.objects.filter(status__in=statuses).select_related("assignment__engineer").order_by("pk")
        return self.dice.choice(list(found)) if found else None

    def chosen(self) -> Chosen:
        """Filters at random, days before and after all tickets among them."""
        days = sorted(self._day() for _ in range(2))
        pick = self.dice.random
        return Chosen(
            applications=frozenset(one.pk for one in self.applications if pick() < 0.5),
            priorities=frozenset(one for one in Priority if pick() < 0.5),
            first=days[0] if pick() < 0.7 else None,
            last=days[1] if pick() < 0.7 else None,
        )

    def _day(self) -> date:
        known = list(Ticket.objects.values_list("reported_date", flat=True))
        return self.dice.choice([*known, min(known).replace(day=1), max(known)]) + timedelta(
            self.dice.choice((-1, 0, 0, 1))
        )
