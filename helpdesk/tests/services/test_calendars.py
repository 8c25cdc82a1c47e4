"""Working hours: an admin decides, every change is on record, and nothing promised so far moves (C10)."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from helpdesk.models import Assignment, AuditEvent, WorkingCalendar, WorkingInterval
from helpdesk.selectors import calendars, desk
from helpdesk.selectors.calendar_states import state_of, token_of
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.calendars import (
    CalendarDecision,
    remove_calendar,
    save_calendar,
    set_desk_calendar,
    set_engineer_calendar,
)
from helpdesk.services.commitment import commit_ticket
from tests.clock import NOON, HeldClock
from tests.factories import (
    OFFICE,
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    SM1Factory,
    a_calendar,
    a_promise,
    a_ticket,
)
from workflow.calendars import ROUND_THE_CLOCK
from workflow.errors import (
    CalendarChanged,
    CalendarInUse,
    CalendarMissing,
    FieldInvalid,
    ReasonRequired,
    ResolutionTimeTooShort,
    RoleNeeded,
)

pytestmark = pytest.mark.django_db

CLOSED = ((),) * 7


def save(**given: object) -> CalendarDecision:
    told = {"name": "Office", "time_zone": "Europe/Berlin", "week": OFFICE, "now": NOON, **given}
    return save_calendar(**{**told, "actor": told.get("actor") or AdminFactory()})


def set_for(engineer, calendar, **given):
    told = {"actor": AdminFactory(), "calendar_id": calendar and calendar.pk, "reason": "Part time", "now": NOON}
    return set_engineer_calendar(engineer=engineer, **{**told, **given})


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def test_a_calendar_is_added_changed_and_removed_with_a_record_of_each():
    admin = AdminFactory()
    lunch = (((540, 720), (780, 1020)),) * 5 + ((), ())

    office = save(actor=admin, country="DE", region="BE", holidays={date(2026, 12, 24): " Christmas  Eve "}).calendar
    save(actor=admin, calendar_id=office.pk, week=lunch, country="DE", holidays={date(2026, 12, 31): "Year's end"})
    save(actor=admin, calendar_id=office.pk, week=lunch, country="DE", holidays={date(2026, 12, 31): "Year's end"})
    remove_calendar(actor=admin, calendar_id=office.pk, reason="Unused", now=NOON)

    events = list(AuditEvent.objects.filter(actor=admin).order_by("pk"))
    assert [event.act for event in events] == ["calendar_added", "calendar_changed", "calendar_removed"]
    assert events[1].before["holidays_of"] == "Germany, Berlin"
    assert events[1].before["own_days_off"] == ["2026-12-24 Christmas Eve"]
    assert events[1].after["monday"] == "09:00\N{EN DASH}12:00, 13:00\N{EN DASH}17:00"
    assert events[2].before == events[1].after
    assert not WorkingCalendar.objects.exists()
    told = WorkingInterval.history.filter(weekday=0).order_by("history_id")
    assert [(one.history_type, one.opens, one.closes) for one in told] == [
        ("+", 540, 1020),
        ("-", 540, 1020),
        ("+", 540, 720),
        ("+", 780, 1020),
        ("-", 540, 720),
        ("-", 780, 1020),
    ]
    assert {one.history_user for one in told} == {admin}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({"week": CLOSED}, "week", id="no working hours at all"),
        pytest.param({"week": (((540, 599),), (), (), (), (), (), ())}, "week", id="less than an hour a week"),
        pytest.param({"week": (((540, 1020), (1000, 1100)), *OFFICE[1:])}, "week", id="hours that overlap"),
        pytest.param({"week": (((1020, 540),), *OFFICE[1:])}, "week", id="closes before it opens"),
        pytest.param({"week": (((540, 1441),), *OFFICE[1:])}, "week", id="longer than the day"),
        pytest.param({"week": OFFICE[:5]}, "week", id="five days are no week"),
        pytest.param({"name": " \u200b"}, "name", id="a name that shows nothing"),
        pytest.param({"name": "x" * 101}, "name", id="a name too long"),
        pytest.param({"name": "shifts"}, "name", id="a name that is taken"),
        pytest.param({"time_zone": "Europe/Nowhere"}, "time_zone", id="no such zone"),
        pytest.param({"time_zone": "../../etc/passwd"}, "time_zone", id="a path"),
        pytest.param({"country": "QQ"}, "country", id="no such country"),
        pytest.param({"region": "BE"}, "region", id="a region of no country"),
        pytest.param({"country": "FR", "region": "BE"}, "region", id="another country's region"),
        pytest.param({"holidays": {date(2026, 12, 24): " "}}, "holidays", id="a day off without a name"),
    ],
)
def test_what_is_no_calendar_is_refused_beside_its_field(wrong, field):
    a_calendar(name="Shifts")

    with pytest.raises(FieldInvalid) as refused:
        save(**wrong)

    assert list(refused.value.errors) == [field]
    assert WorkingCalendar.objects.count() == 1
    assert not AuditEvent.objects.exists()


def test_only_an_admin_decides_and_an_unknown_calendar_is_missing():
    office, engineer = a_calendar(), EngineerFactory()

    for act in (
        lambda by: save(actor=by),
        lambda by: remove_calendar(actor=by, calendar_id=office.pk, reason="Unused", now=NOON),
        lambda by: set_desk_calendar(actor=by, calendar_id=office.pk, now=NOON),
        lambda by: set_for(engineer, office, actor=by),
    ):
        with pytest.raises(RoleNeeded):
            act(SM1Factory())
    with pytest.raises(CalendarMissing):
        save(calendar_id=office.pk + 1000)
    with pytest.raises(ReasonRequired):
        set_for(engineer, office, reason=" ")


def test_somebody_elses_change_meanwhile_is_not_overwritten():
    office = a_calendar()
    seen = token_of(state_of(office))
    save(calendar_id=office.pk, time_zone="UTC", seen=seen)

    with pytest.raises(CalendarChanged):
        save(calendar_id=office.pk, name="Mine", seen=seen)

    office.refresh_from_db()
    assert (office.name, office.time_zone) == ("Office", "UTC")


def test_a_calendar_somebody_works_by_is_not_removed():
    office, engineer = a_calendar(), EngineerFactory(name="Asha")
    set_for(engineer, office)
    set_desk_calendar(actor=AdminFactory(), calendar_id=office.pk, now=NOON)

    with pytest.raises(CalendarInUse) as refused:
        remove_calendar(actor=AdminFactory(), calendar_id=office.pk, reason="Unused", now=NOON)

    assert refused.value.data["users"] == ["the desk", "Asha"]
    assert "the desk and Asha" in refused.value.sentence
    with pytest.raises(ProtectedError):
        office.delete()


@pytest.mark.parametrize(
    "interval",
    [
        pytest.param({"weekday": 0, "opens": 1000, "closes": 1100}, id="overlaps"),
        pytest.param({"weekday": 6, "opens": 600, "closes": 600}, id="no time"),
        pytest.param({"weekday": 6, "opens": 700, "closes": 600}, id="backwards"),
        pytest.param({"weekday": 6, "opens": 600, "closes": 1441}, id="past midnight"),
        pytest.param({"weekday": 7, "opens": 600, "closes": 700}, id="an eighth day"),
    ],
)
def test_the_database_itself_refuses_a_muddled_day(interval):
    office = a_calendar()

    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingInterval.objects.create(calendar=office, **interval)

    WorkingInterval.objects.create(calendar=office, weekday=0, opens=1020, closes=1080)
    assert WorkingInterval.objects.filter(calendar=office).count() == 6


def test_an_engineers_own_hours_go_before_the_desks_and_those_before_none(django_assert_num_queries):
    office, early = a_calendar(), a_calendar(name="Early", week=(((360, 840),),) * 7)
    own, others, free = EngineerFactory(), EngineerFactory(), EngineerFactory()
    set_for(own, early)

    with django_assert_num_queries(2):
        times = calendars.times_of([own.pk, others.pk, free.pk])
    assert times[others.pk] is times[free.pk] is ROUND_THE_CLOCK
    assert times[own.pk].week[6] == ((360, 840),)

    set_desk_calendar(actor=AdminFactory(), calendar_id=office.pk, now=NOON)
    with django_assert_num_queries(2):
        times = calendars.times_of([own.pk, others.pk, free.pk])
    assert times[own.pk].week[6] == ((360, 840),)
    assert times[others.pk] is times[free.pk]
    assert times[free.pk].week == OFFICE

    set_for(own, None)
    assert calendars.time_of(own.pk) is times[free.pk]
    acts = AuditEvent.objects.filter(act__contains="calendar").order_by("pk").values_list("before", "after")
    assert list(acts) == [
        ({"working_hours": "the desk's"}, {"working_hours": "Early"}),
        ({"working_hours": "around the clock"}, {"working_hours": "Office"}),
        ({"working_hours": "Early"}, {"working_hours": "the desk's"}),
    ]


def test_setting_what_is_set_already_is_no_change():
    office, engineer = a_calendar(), EngineerFactory()
    for _ in range(2):
        set_for(engineer, office)
        set_desk_calendar(actor=AdminFactory(), calendar_id=office.pk, now=NOON)

    assert AuditEvent.objects.count() == 2
    assert desk.settings().history.count() == 1


def test_public_holidays_of_a_region_and_own_days_off_are_no_working_days():
    berlin = a_calendar(country="DE", region="BE", holidays={date(2027, 3, 9): "Works outing"})
    time = calendars.hours_of([berlin.pk])[berlin.pk]

    assert time.add(at("12-24 15:30"), 60) == at("12-28 08:30")
    friday_before_the_day_of_women = datetime(2027, 3, 5, 15, 30, tzinfo=UTC)
    assert time.add(friday_before_the_day_of_women, 60) == datetime(2027, 3, 10, 8, 30, tzinfo=UTC)


def test_a_decision_says_that_no_promise_moves_and_how_many_there_are():
    asha, omar = EngineerFactory(), EngineerFactory()
    for engineer in (asha, asha, omar):
        a_promise(engineer=engineer)
    office = a_calendar()

    assert set_for(asha, office).open_promises == 2
    assert save(calendar_id=office.pk).open_promises == 2
    assert set_desk_calendar(actor=AdminFactory(), calendar_id=office.pk, now=NOON).open_promises == 1
    decision = save(calendar_id=office.pk)

    assert (
        decision.sentence
        == "No promise made so far moves: 3 open promises keep their due time. Later decisions use it."
    )


def test_c10_a_change_of_the_calendar_over_a_change_of_the_clocks_moves_no_stored_due_time(clock: HeldClock):
    """Friday before the clocks go back in Berlin: promised around the clock, then nine to five, then other hours."""
    asha, sm1 = EngineerFactory(), SM1Factory()
    first, second = a_ticket(), a_ticket()
    clock.set(at("10-23 12:00"))
    assign_ticket(actor=sm1, ticket_id=first.pk, engineer_id=asha.pk)
    kept = commit_ticket(actor=asha, ticket_id=first.pk, resolution_minutes=72 * 60).due_at
    assert kept == at("10-26 12:00")

    office = save(name="Nine to five").calendar
    set_for(asha, office)
    save(calendar_id=office.pk, name="Ten to six", week=(((600, 1080),),) * 5 + ((), ()))
    assert Assignment.objects.get(ticket=first).due_at == kept

    behind = assign_ticket(actor=sm1, ticket_id=second.pk, engineer_id=asha.pk, assign_anyway=True)
    assert behind.starts_at == kept
    promised = commit_ticket(actor=asha, ticket_id=second.pk, resolution_minutes=6 * 60)
    assert promised.due_at == at("10-27 10:00")
    assert Assignment.objects.get(ticket=first).due_at == kept


def test_c10_the_desks_and_an_engineers_hours_are_used_by_every_decision(clock: HeldClock):
    office = a_calendar(time_zone="UTC")
    nights = a_calendar(name="Nights", time_zone="UTC", week=(((0, 360), (1320, 1440)),) * 7)
    set_desk_calendar(actor=AdminFactory(), calendar_id=office.pk, now=NOON)
    asha, noor, sm1 = EngineerFactory(), EngineerFactory(), SM1Factory()
    set_for(noor, nights)
    application = ApplicationFactory(resolution_low=480)
    by_day, by_night = (a_ticket(application=application, priority="low") for _ in range(2))

    clock.set(at("11-20 16:00"))
    day = assign_ticket(actor=sm1, ticket_id=by_day.pk, engineer_id=asha.pk)
    night = assign_ticket(actor=sm1, ticket_id=by_night.pk, engineer_id=noor.pk)
    assert (day.starts_at, day.due_at) == (at("11-20 16:00"), at("11-23 16:00"))
    assert night.due_at == at("11-21 06:00")

    clock.set(at("11-23 10:00"))
    with pytest.raises(ResolutionTimeTooShort) as refused:
        commit_ticket(actor=asha, ticket_id=by_day.pk, resolution_minutes=120)
    assert refused.value.data == {"shortest_minutes": 121}
    assert commit_ticket(actor=asha, ticket_id=by_day.pk, resolution_minutes=121).due_at == at("11-23 10:01")
