"""Working hours in the admin's workspace: a week is filled in, refused in words, chosen for the desk and for an engineer (C10)."""

from datetime import date

import pytest
from django.urls import reverse

from helpdesk.models import AuditEvent, DeskSettings, User, WorkingCalendar
from helpdesk.selectors.calendar_states import week_in_words, week_of
from helpdesk.tests.admin.desk import browser
from tests.factories import OFFICE, AdminFactory, EngineerFactory, a_calendar, a_promise

pytestmark = pytest.mark.django_db

LIST = "admin:helpdesk_workingcalendar_changelist"


def address(name: str, *args: int) -> str:
    return reverse(f"admin:helpdesk_{name}", args=args)


def a_week(**other: str) -> dict[str, str]:
    """What the dialog sends for Monday to Friday, nine to five."""
    week = {}
    for day in range(5):
        week |= {f"day_{day}": "on", f"day_{day}_from": "9:00", f"day_{day}_to": "17:00"}
    return {"name": "Office", "time_zone": "Europe/Berlin", "_form_submitted": "1", **week, **other}


def test_a_week_is_filled_in_and_shown():
    client = browser(AdminFactory())

    sent = a_week(day_0_to="12", day_0_from_2="1300", day_0_to_2="24:00", country="DE", region="BE")
    client.post(address("workingcalendar_add_calendar"), {**sent, "holidays": "2026-12-24 Christmas Eve\n"})

    calendar = WorkingCalendar.objects.get()
    assert week_of(calendar)[0] == ((540, 720), (780, 1440))
    assert calendar.own_holidays.get().name == "Christmas Eve"
    page = client.get(address("workingcalendar_change", calendar.pk)).content.decode()
    assert "13:00\N{EN DASH}24:00" in page
    assert "Germany, Berlin" in page
    assert "Good Friday" in page
    assert "Tue\N{EN DASH}Fri 09:00\N{EN DASH}17:00" in client.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({f"day_{day}": "" for day in range(5)}, "at least one working hour", id="no working hours"),
        pytest.param({"day_1_to": ""}, "Please give both times", id="half a stretch"),
        pytest.param({"day_1_to": "25:00"}, "Please give a time as 09:00", id="no time of the day"),
        pytest.param({"day_1_from": "nine"}, "Please give a time as 09:00", id="words"),
        pytest.param({"day_1_from": "9:75"}, "Please give a time as 09:00", id="75 minutes"),
        pytest.param({"day_1_from_2": "16:00", "day_1_to_2": "18:00"}, "follow each other", id="overlap"),
        pytest.param({"holidays": "Christmas"}, "This line is no day off", id="a day off without a date"),
        pytest.param({"holidays": "2026-02-30 Never"}, "This line is no day off", id="a date there is not"),
        pytest.param({"holidays": "2026-12-24 A\n2026-12-24 B"}, "stands there twice", id="one date twice"),
        pytest.param({"time_zone": "Mars/Base"}, "choose a time zone", id="no zone"),
        pytest.param({"region": "BE"}, "a region of the chosen country", id="region without country"),
    ],
)
def test_a_refusal_is_said_in_words_and_keeps_what_was_typed(wrong, said):
    sent = a_week(name="My own words", **wrong)
    is_off = [name for name, value in sent.items() if name.startswith("day_") and name[4:].isdigit() and not value]
    sent = {name: value for name, value in sent.items() if name not in is_off}

    answer = browser(AdminFactory()).post(address("workingcalendar_add_calendar"), sent).content.decode()

    assert said in answer
    assert 'value="My own words"' in answer
    assert 'value="9:00"' in answer
    assert not WorkingCalendar.objects.exists()


def test_an_edit_says_that_no_promise_moves_and_a_stale_one_changes_nothing():
    calendar, engineer = a_calendar(), EngineerFactory()
    User.objects.filter(pk=engineer.pk).update(working_calendar=calendar)
    a_promise(engineer=engineer)
    client = browser(AdminFactory())
    edit = address("workingcalendar_edit_calendar", calendar.pk)
    assert "Open promises: 1." in client.get(address("workingcalendar_change", calendar.pk)).content.decode()
    seen = client.get(edit).context["form"]["seen"].value()

    answer = client.post(edit, a_week(seen=seen, day_4_to="15:00"), follow=True)
    assert "1 open promise keeps its due time" in answer.content.decode()
    assert week_in_words(week_of(calendar)).endswith("Fri 09:00\N{EN DASH}15:00")

    again = client.post(edit, a_week(seen=seen, name="Late")).content.decode()
    assert "Another admin changed Office" in again
    assert 'value="Late"' in again


def test_a_calendar_in_use_is_not_removed_and_an_unused_one_is():
    calendar, engineer = a_calendar(), EngineerFactory(name="Asha")
    User.objects.filter(pk=engineer.pk).update(working_calendar=calendar)
    client = browser(AdminFactory())
    remove = address("workingcalendar_remove_calendar", calendar.pk)

    assert "still used by Asha" in client.get(remove).content.decode()
    assert (
        "Choose other working hours"
        in client.post(remove, {"reason": "Unused", "_form_submitted": "1"}).content.decode()
    )
    User.objects.filter(pk=engineer.pk).update(working_calendar=None)
    client.post(remove, {"reason": "Unused", "_form_submitted": "1"})

    assert not WorkingCalendar.objects.exists()


def test_the_desks_and_an_engineers_hours_are_chosen():
    calendar, engineer, admin = a_calendar(), EngineerFactory(), AdminFactory()
    client = browser(admin)
    sent = {"calendar": str(calendar.pk), "reason": "Part time", "_form_submitted": "1"}

    client.post(address("desksettings_set_hours"), sent)
    client.post(address("user_set_hours", engineer.pk), sent)

    engineer.refresh_from_db()
    assert DeskSettings.objects.get().working_calendar == engineer.working_calendar == calendar
    acts = AuditEvent.objects.filter(actor=admin).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["desk_calendar_set", "engineer_calendar_set"]
    assert "Office" in client.get(address("user_change", engineer.pk)).content.decode()

    client.post(address("desksettings_set_hours"), {**sent, "calendar": "none"})
    assert DeskSettings.objects.get().working_calendar is None
    assert "around the clock" in client.get(address("desksettings_changelist")).content.decode()


def test_a_country_brings_its_regions_and_an_unknown_one_brings_none():
    client = browser(AdminFactory())
    regions = address("workingcalendar_regions")

    assert ["BE", "Berlin"] in client.get(regions, {"country": "DE"}).json()["regions"]
    assert len(client.get(regions, {"country": "QQ"}).json()["regions"]) == 1


def test_the_list_takes_the_same_statements_for_many(django_assert_max_num_queries):
    for number in range(12):
        a_calendar(name=f"Hours {number}", week=OFFICE, holidays={date(2026, 12, 24): "Eve"})

    client = browser(AdminFactory())

    with django_assert_max_num_queries(12):
        client.get(reverse(LIST))
