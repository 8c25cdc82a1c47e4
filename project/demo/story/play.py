"""The whole story, from the desk's first day to now."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from project.demo.story import outbox, plan
from project.demo.story.acts import Desk
from project.demo.story.calendar import Calendar
from project.demo.story.set_up import set_up
from project.demo.story.ticks import Ticks, Travel

BEGIN = "-12 07:30"
"""Shortly before the first ticket."""


@transaction.atomic
def play(*, now: datetime, travel: Travel) -> int:
    """Play everything up to `now`, in the order of time, all or nothing; the number of tickets.

    Needs a desk without tickets and applications. `travel` holds the desk's clock at a moment.
    """
    tasks_before = outbox.last_task()
    calendar = Calendar(now=now, zone=ZoneInfo(settings.TIME_ZONE))
    issues = plan.issues(calendar)
    begin = calendar.moment(BEGIN)
    desk = Desk(set_up(begin), issues)
    ticks = Ticks(begin, travel)
    for happening in plan.in_order(issues):
        ticks.run_until(happening.at)
        with travel(happening.at):
            desk.carry_out(happening)
    ticks.run_until(now)
    outbox.settle(now, tasks_after=tasks_before)
    return len(desk.tickets)
