"""The same mail to different readers: what only the staff is told (P9), and the time on each reader's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk.models import Ticket
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.moments import stamp, zone_of
from helpdesk.notifications.render import render
from helpdesk.tests.notifications.samples import a_file, a_row, mail_of
from tests.factories import (
    EngineerFactory,
    RAFactory,
    an_assignment,
)

pytestmark = pytest.mark.django_db


def test_internal_files_are_listed_to_staff_and_never_to_the_reporter(ticket):
    a_file(ticket, "dump-of-salaries.csv", internal=True)

    to_reporter = mail_of("resolved", ticket=ticket, recipient=ticket.reporter)
    to_master = mail_of("resolved", ticket=ticket)

    assert "dump-of-salaries.csv" not in to_reporter.text + to_reporter.html
    assert "dump-of-salaries.csv" in to_master.text
    assert "dump-of-salaries.csv" in to_master.html


def test_internal_comment_is_quoted_to_staff_and_never_to_the_reporter(ticket):
    to_reporter = mail_of("commented internally", ticket=ticket, recipient=ticket.reporter)
    to_master = mail_of("commented internally", ticket=ticket)

    assert "index is corrupt" not in to_reporter.text + to_reporter.html
    assert "> The index is corrupt & <b>must</b> be rebuilt." in to_master.text
    assert "The index is corrupt &amp; &lt;b&gt;must&lt;/b&gt; be rebuilt." in to_master.html


@pytest.mark.parametrize("relation", ["assignee", "previous assignee", "reporting authority of the assignee"])
def test_internal_comment_is_quoted_to_those_around_the_assignment(relation, ticket):
    authority = RAFactory()
    engineer = EngineerFactory(reporting_authority=authority)
    an_assignment(ticket=ticket, engineer=engineer)
    if relation == "previous assignee":
        an_assignment(ticket=ticket, engineer=EngineerFactory(), comment="Ill.")
    recipient = authority if relation.startswith("reporting") else engineer
    row = a_row("commented internally", ticket=Ticket.objects.get(pk=ticket.pk), recipient=recipient)

    assert "index is corrupt" in render(Letter.read(row.pk)).text


def test_approvers_comments_are_for_the_staff(ticket):
    assert "Fine." not in mail_of("extension approved", ticket=ticket, recipient=ticket.reporter).text
    assert "> Fine." in mail_of("extension approved", ticket=ticket).text


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Europe/Berlin", "Wed 4 Mar 2026, 13:00 CET"),
        ("Asia/Kolkata", "Wed 4 Mar 2026, 17:30 IST"),
        ("America/Sao_Paulo", "Wed 4 Mar 2026, 09:00 UTC-03:00"),
        ("Asia/Kathmandu", "Wed 4 Mar 2026, 17:45 UTC+05:45"),
        ("", "Wed 4 Mar 2026, 12:00 UTC"),
        ("Mars/Olympus", "Wed 4 Mar 2026, 12:00 UTC"),
        ("../etc/passwd", "Wed 4 Mar 2026, 12:00 UTC"),
    ],
)
def test_moments_stand_in_the_zone_of_the_reader_with_its_name(zone, told):
    assert stamp(datetime(2026, 3, 4, 12, 0, tzinfo=UTC), zone_of(zone)) == told


def test_moments_follow_summer_time():
    moment = datetime(2026, 7, 4, 12, 0, tzinfo=UTC)

    assert stamp(moment, ZoneInfo("Europe/Berlin")) == "Sat 4 Jul 2026, 14:00 CEST"
