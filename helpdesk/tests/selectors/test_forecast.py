"""The outlook of tickets: when they will be done, what holds them up, and who may know (C9, B01)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Ticket
from helpdesk.selectors.forecast import ANOTHER, at_risk_now, forecast_for
from helpdesk.services.escalations import sweep_escalations
from tests.clock import held
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db


def rows() -> list[Ticket]:
    return list(Ticket.objects.select_related("assignment").order_by("pk"))


def test_the_cause_is_the_ticket_right_ahead_and_the_lateness_in_words():
    """C9: the one in progress overruns, so both behind it are late, each behind the one ahead of it."""
    engineer = EngineerFactory()
    first = in_progress(engineer=engineer, minutes=60)
    second = a_promise(engineer=engineer, minutes=60).ticket
    third = a_promise(engineer=engineer, minutes=30).ticket
    held.forward(minutes=100)

    found = forecast_for(rows(), held.moment, reader=SM1Factory())

    assert found[second.pk].risk == f"behind {first.case_id}, late by 40 min"
    assert found[third.pk].risk == f"behind {second.case_id}, late by 40 min"
    assert f"{found[third.pk].finish_at:%H:%M}" == "15:10"
    assert [(found[one.pk].place, found[one.pk].position) for one in (first, second, third)] == [(0, 1), (1, 2), (2, 3)]
    assert found[third.pk].waiting == 2


def test_an_escalated_ticket_is_named_as_the_cause_and_has_no_outlook():
    """E3, C9: it stands first, done now."""
    engineer = EngineerFactory()
    late = in_progress(engineer=engineer, minutes=60)
    behind = a_promise(engineer=engineer, minutes=60).ticket
    sweep_escalations(held.forward(minutes=90))

    found = forecast_for(rows(), held.moment, reader=SM1Factory())

    assert late.pk not in found
    assert found[behind.pk].risk == f"behind {late.case_id}, late by 30 min"


def test_with_nothing_ahead_the_cause_is_that_it_has_not_begun():
    """C9: a promise counts from its planned start, whoever starts it later."""
    given = a_promise(minutes=60)
    held.forward(minutes=20)

    assert (
        forecast_for([given.ticket], held.moment, reader=SM1Factory())[given.ticket_id].risk
        == "not started yet, late by 20 min"
    )


def test_what_is_only_expected_is_never_at_risk():
    """C4, C9: nothing was promised."""
    given = an_assignment()
    held.forward(days=9)

    outlook = forecast_for([given.ticket], held.moment, reader=SM1Factory())[given.ticket_id]

    assert (outlook.is_at_risk, outlook.risk) == (False, "")
    assert outlook.finish_at > given.due_at


def test_tickets_without_a_place_in_any_line_have_no_outlook():
    assert forecast_for([a_ticket()], held.moment, reader=SM1Factory()) == {}
    assert forecast_for([], held.moment, reader=SM1Factory()) == {}


def test_everything_at_risk_is_found_the_latest_first_for_those_who_handle_it():
    """B01, P9: scrum masters and admins all of it, an engineer and an authority theirs, a reporter nothing."""
    authority, reporter = RAFactory(), ReporterFactory(roles=["reporter", "engineer"])
    led, other = EngineerFactory(reporting_authority=authority), EngineerFactory()
    for engineer, minutes in ((led, 60), (other, 45)):
        in_progress(engineer=engineer, minutes=minutes)
        a_promise(engineer=engineer, minutes=60, ticket=a_ticket(reporter=reporter))
    safe = in_progress(minutes=600).assignment
    mine, theirs = (Ticket.objects.get(assignment__engineer=one, status="assigned") for one in (led, other))
    sweep_escalations(held.forward(minutes=90))

    def found(person) -> list[str]:
        return [one.ticket.case_id for one in at_risk_now(person, held.moment)]

    assert found(SM1Factory()) == found(AdminFactory()) == [theirs.case_id, mine.case_id]
    assert found(led) == found(authority) == [mine.case_id]
    assert found(reporter) == found(safe.engineer) == []
    assert at_risk_now(led, held.moment)[0].outlook.risk.endswith("late by 30 min")


def test_both_cost_the_same_for_few_and_for_many():
    master = SM1Factory()

    def costs() -> tuple[int, int]:
        asked = rows()
        with CaptureQueriesContext(connection) as some:
            forecast_for(asked, held.moment, reader=master)
        with CaptureQueriesContext(connection) as everything:
            at_risk_now(master, held.moment)
        return len(some), len(everything)

    at_risk_now(master, held.moment)
    for _ in range(2):
        in_progress(minutes=600)
    first = costs()
    for _ in range(4):
        engineer = EngineerFactory()
        in_progress(engineer=engineer, minutes=600)
        a_promise(engineer=engineer, minutes=60)

    assert costs() == first
    assert first[0] <= 3
    assert first[1] <= 6


def test_p9_an_earlier_engineer_reads_no_case_of_somebody_elses_line():
    earlier, present = EngineerFactory(), EngineerFactory()
    ahead = in_progress(engineer=present, minutes=600)
    work = a_promise(engineer=earlier, minutes=30).ticket
    an_assignment(ticket=work, engineer=present, comment="Knows it.")
    work = Ticket.objects.select_related("assignment").get(pk=work.pk)

    told = {who: forecast_for([work], held.moment, reader=who)[work.pk].behind for who in (earlier, present)}

    assert told == {earlier: ANOTHER, present: ahead.case_id}
