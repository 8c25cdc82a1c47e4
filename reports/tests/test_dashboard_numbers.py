"""The dashboard of a random past: every number equals plain SQL and the length of the list it leads to (rules 8)."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.http import urlencode

from helpdesk.models import ApplicationCatalog, User
from helpdesk.selectors.numbers import Chosen
from helpdesk.services.escalations import sweep_escalations
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.selectors.histories import Desk, by_hand
from tests.clock import held
from tests.factories import AdminFactory, SM1Factory, UserFactory
from workflow.states import Number

pytestmark = pytest.mark.django_db

ADDRESS = "/desk/dashboard/"


def query_of(chosen: Chosen) -> str:
    """The filters as the dashboard's form sends them."""
    codes = ApplicationCatalog.objects.filter(pk__in=chosen.applications).values_list("code", flat=True)
    said = {
        "application": list(codes),
        "priority": [one.value for one in sorted(chosen.priorities)],
        "reported_from": chosen.first.isoformat() if chosen.first else "",
        "reported_to": chosen.last.isoformat() if chosen.last else "",
    }
    return urlencode(said, doseq=True)


def people_of(desk: Desk) -> Iterator[tuple[Client, User | None]]:
    """Everybody who is told numbers, and whose engineers' tickets alone are theirs."""
    for person in (desk.master, SM1Factory(), AdminFactory()):
        yield browser(person), None
    for authority in desk.authorities:
        yield browser(authority), authority


def length(client: Client, address: str) -> int:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.context_data["cl"].refusals == []
    return int(answer.context_data["cl"].result_count)


def counted(context: dict[str, Any]) -> dict[str, int]:
    return {tile.label: int(tile.value.replace(",", "")) for tile in context["tiles"][:-1]}


@pytest.mark.parametrize("seed", range(2))
def test_every_number_of_a_random_past_is_a_recount_and_the_length_of_its_list(seed):
    desk = Desk(random.Random(seed))
    desk.live(35)

    wrong = []
    for chosen in (Chosen(), *(desk.chosen() for _ in range(3))):
        for client, leader in people_of(desk):
            context = client.get(f"{ADDRESS}?{query_of(chosen)}").context_data
            expected = by_hand(leader, chosen)
            lengths = [length(client, tile.address) for tile in context["tiles"]]
            decided = expected[Number.RESOLVED_ON_TIME] + expected[Number.BREACHED]
            if counted(context) != {number.label: expected[number] for number in Number}:
                wrong.append((leader, chosen, counted(context), expected))
            if lengths != [*expected.values(), decided]:
                wrong.append((leader, chosen, lengths, expected))

    assert wrong == []
    assert all(by_hand(None, Chosen()).values()), "every number counts something, or this proves little"


@pytest.mark.parametrize("seed", range(2))
def test_the_charts_of_a_random_past_are_recounts_and_their_bars_the_lengths_of_their_lists(seed):
    desk = Desk(random.Random(seed))
    desk.live(35)
    clients = [(browser(desk.master), None), (browser(desk.authorities[0]), desk.authorities[0])]

    for chosen in (Chosen(), desk.chosen()):
        for client, leader in clients:
            context = client.get(f"{ADDRESS}?{query_of(chosen)}").context_data
            if not context["has_tickets"]:
                continue
            for chart in (context["ages"], context["broken_applications"], context["broken_engineers"]):
                assert [bar.value for bar in chart.rows] == [
                    length(client, bar.address) if bar.address else 0 for bar in chart.rows
                ]
            told = counted(context)
            assert sum(bar.value for bar in context["ages"].rows) == told["Open"]
            assert sum(bar.value for bar in context["broken_applications"].rows) == told["Breached"]
            assert sorted((bar.label, bar.value) for bar in context["broken_engineers"].rows) == broken_by(
                leader, chosen
            )
            assert [row[1:] for row in context["days"].rows] == [
                tuple(str(many) for many in per_day(leader, chosen, day)) for day in days_of(context)
            ]


def test_what_needs_somebody_now_leads_to_lists_of_as_many():
    desk = Desk(random.Random(7))
    desk.live(30)
    for client in (browser(desk.master), browser(desk.authorities[0])):
        held.forward(hours=2)
        sweep_escalations(held.moment)
        calls = client.get(ADDRESS).context_data["calls"]
        lists = [call for call in calls if "extensions" not in call.address]
        assert [call.count for call in lists] == [length(client, call.address) for call in lists]
        assert any(call.count for call in lists)


def test_a_person_with_two_roles_sees_their_engineers_tickets_in_escalations_and_all_in_triage():
    desk = Desk(random.Random(9))
    desk.live(30)
    both = UserFactory(roles=["ra", "sm1"])
    desk.engineers[0].reporting_authority = both
    desk.engineers[0].save()

    for workspace, leader in (("triage_sm1", None), ("escalations", both)):
        client = browser(both, workspace=workspace)
        context = client.get(ADDRESS).context_data
        expected = by_hand(leader, Chosen())
        assert counted(context) == {number.label: expected[number] for number in Number}
        assert [length(client, tile.address) for tile in context["tiles"][:-1]] == list(expected.values())


SCOPE = """
    (%(led)s::bigint IS NULL OR t.id IN (
        SELECT a.ticket_id FROM helpdesk_assignment a JOIN helpdesk_user e ON e.id = a.assigned_to_id
        WHERE a.is_active AND e.reporting_authority_id = %(led)s))
    AND (%(apps)s::bigint[] IS NULL OR t.app_id = ANY(%(apps)s))
    AND (%(priorities)s::text[] IS NULL OR t.priority = ANY(%(priorities)s))
    AND (%(first)s::date IS NULL OR t.reported_date >= %(first)s)
    AND (%(last)s::date IS NULL OR t.reported_date <= %(last)s)
"""


def asked(leader: User | None, chosen: Chosen) -> dict[str, Any]:
    return {
        "led": leader.pk if leader else None,
        "apps": sorted(chosen.applications) or None,
        "priorities": [one.value for one in sorted(chosen.priorities)] or None,
        "first": chosen.first,
        "last": chosen.last,
    }


def rows(statement: str, told: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return list(cursor.fetchall())


def broken_by(leader: User | None, chosen: Chosen) -> list[tuple[str, int]]:
    """Engineers with their broken promises, from the SLA records."""
    return rows(
        f"""
        SELECT u.name, count(*) FROM helpdesk_slarecord s
        JOIN helpdesk_assignment b ON b.id = s.assignment_id JOIN helpdesk_user u ON u.id = b.assigned_to_id
        JOIN helpdesk_ticket t ON t.id = s.ticket_id
        WHERE s.breached AND {SCOPE} GROUP BY u.id, u.name ORDER BY 1
        """,  # noqa: S608 - made of our own words
        asked(leader, chosen),
    )


def per_day(leader: User | None, chosen: Chosen, day: str) -> tuple[int, int]:
    """How many were raised and how many resolved on a day; withdrawn ones are in no number."""
    return rows(
        f"""
        SELECT count(*) FILTER (WHERE t.reported_date = to_date(%(day)s, 'DD Mon YYYY')),
            count(*) FILTER (WHERE (t.resolved_at AT TIME ZONE 'UTC')::date = to_date(%(day)s, 'DD Mon YYYY'))
        FROM helpdesk_ticket t WHERE t.withdrawal_reason = '' AND {SCOPE}
        """,  # noqa: S608 - made of our own words
        asked(leader, chosen) | {"day": day},
    )[0]


def days_of(context: dict[str, Any]) -> list[str]:
    """The days of the chart as words without their weekday."""
    return [row[0].partition(" ")[2] for row in context["days"].rows]


def test_the_scope_of_one_person_is_never_anothers():
    desk = Desk(random.Random(11))
    desk.live(25)
    first, second = desk.authorities

    context = browser(first).get(ADDRESS).context_data

    assert counted(context) == {number.label: many for number, many in by_hand(first, Chosen()).items()}
    assert by_hand(first, Chosen()) != by_hand(second, replace(Chosen()))
