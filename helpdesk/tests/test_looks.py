"""The shared look: words of time, chips and marks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

from helpdesk.models import Assignment, User
from helpdesk.templatetags import desk
from workflow.calendars import WorkingHours
from workflow.states import Priority, Status

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "late", "said"),
    [
        (timedelta(0), False, "now"),
        (timedelta(minutes=45), False, "in 45 min"),
        (timedelta(hours=2, minutes=10), False, "in 2 h 10"),
        (timedelta(hours=2), False, "in 2 h"),
        (timedelta(days=2), False, "in 2 d"),
        (timedelta(days=3, hours=4), False, "in 3 d 4 h"),
        (-timedelta(hours=2, minutes=5), False, "2 h 05 ago"),
        (-timedelta(minutes=7), True, "7 min late"),
    ],
)
def test_distance_in_words(after, late, said):
    assert desk.distance_in_words(NOON + after, NOON, late=late) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOON, "today"),
        (NOON + timedelta(hours=12), "tomorrow"),
        (NOON - timedelta(hours=13), "yesterday"),
        (NOON + timedelta(days=3), "Sat 7 Mar"),
        (NOON - timedelta(days=100), "24 Nov 2025"),
    ],
)
def test_day_in_words(moment, said):
    assert desk.day_in_words(moment, NOON) == said


def test_times_are_the_viewers():
    moment = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)

    with timezone.override("Europe/Berlin"):
        chip = desk.time_chip_at(moment, "due", now=NOON)

    assert "tomorrow 00:30" in chip
    assert 'title="Thu 5 Mar 2026, 00:30 CET"' in chip
    assert "(in 11 h 30)" in chip


@pytest.mark.parametrize("kind", ["due", "expected", "late", "at-risk", "at"])
def test_a_time_chip_of_every_kind_says_its_word(kind):
    chip = desk.time_chip_at(NOON, kind, now=NOON + timedelta(hours=1))

    assert desk.TIME_WORDS[kind] in chip
    assert ("1 h late" in chip) is (kind == "late")
    assert "desk-none" in desk.time_chip_at(None, kind, now=NOON)


@pytest.mark.parametrize("status", list(Status))
def test_a_status_chip_says_the_status_in_words(status):
    chip = desk.status_chip(status.value)

    assert status.label in chip
    assert "<path" in chip or "<circle" in chip


@pytest.mark.parametrize("priority", list(Priority))
def test_a_priority_mark_has_a_shape_and_a_word(priority):
    found = desk.priority_mark(priority.value)

    assert priority.label in found
    assert "<path" in found


@pytest.mark.parametrize(
    ("hours", "said"), [(0, "0 % used"), (1, "25 % used"), (3.9, "98 % used"), (4, "100 % used"), (9, "5 h late")]
)
def test_a_time_bar_says_how_much_is_used(hours, said):
    promise = Assignment(starts_at=NOON, due_at=NOON + timedelta(hours=4))

    assert said in desk.time_bar(promise, NOON + timedelta(hours=hours))


@pytest.mark.parametrize(("started", "said"), [(-4, "50 % used"), (0, "0 % used"), (1, "0 % used")])
def test_a_time_bar_begins_with_the_earlier_of_planned_and_real_start(started, said):
    promise = Assignment(starts_at=NOON, started_at=NOON + timedelta(hours=started), due_at=NOON + timedelta(hours=4))

    assert f">{said}," in desk.time_bar(promise, NOON)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("20 16:00", "0 % used, due in 2 d 18 h"),
        ("20 17:00", "50 % used, due in 2 d 17 h"),
        ("22 12:00", "50 % used, due in 22 h"),
        ("23 09:30", "75 % used, due in 30 min"),
        ("23 10:00", "100 % used, now"),
        ("23 12:00", "100 % used, 2 h late"),
        ("24 10:00", "100 % used, 8 h late"),
    ],
)
def test_c10_a_time_bar_stands_still_while_nobody_works(at, said):
    """Two hours promised on a Friday at 16:00, from nine to five, are due on Monday at 10:00."""

    def on(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)

    hours = WorkingHours(zone=ZoneInfo("UTC"), week=(((9 * 60, 17 * 60),),) * 5 + ((), ()))
    promise = Assignment(starts_at=on("20 16:00"), due_at=on("23 10:00"))

    assert said in desk.time_bar(promise, on(at), hours)


def test_a_time_bar_without_a_planned_start_is_nothing():
    assert desk.time_bar(Assignment(due_at=NOON), NOON).strip() == ""


def test_a_person_is_shown_by_initials_and_name_and_nobody_by_a_dash():
    assert ">AR<" in desk.person(User(name="Asha Rao"))
    assert "&lt;b&gt;" in desk.person(User(name="<b>"))
    assert "desk-none" in desk.person(None)


def test_the_tags_compare_with_the_clock_of_the_desk_or_the_now_of_the_page(clock):
    page = Template("{% load desk %}{% time_chip moment %} {% time_chip moment 'due' %}")
    clock.set(NOON + timedelta(minutes=5))

    assert page.render(Context({"moment": NOON})).count("(5 min ago)") == 2
    assert page.render(Context({"moment": NOON, "now": NOON - timedelta(hours=1)})).count("(in 1 h)") == 2


def test_minutes_in_words_takes_nothing_too():
    assert (desk.minutes_in_words(130), desk.minutes_in_words(None)) == ("2 h 10 min", "")


def test_a_mark_says_its_word_beside_an_icon_and_its_meaning_on_hover():
    found = desk.mark("<late>", "clock", "red", 'It is "late"')

    assert "&lt;late&gt;" in found
    assert 'class="desk-chip desk-mark desk-tone-red" title="It is &quot;late&quot;"' in found
    assert "<svg" in found
    assert "title" not in desk.mark("late")


def test_a_moment_whose_clock_strikes_twice_is_told_apart_by_its_zone():
    with timezone.override("Europe/Berlin"):
        twice = [desk.exact(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1)]

    assert twice == ["Sun 25 Oct 2026, 02:30 CEST", "Sun 25 Oct 2026, 02:30 CET"]
