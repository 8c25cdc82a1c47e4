"""A whole sample desk: its people, its applications, then batch after batch of tickets, each batch a transaction of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import connection, transaction

from helpdesk.loading import cast as people
from helpdesk.loading import copying, words
from helpdesk.loading.course import DAY, HOUR, LAST_DAYS, LAST_HOURS, MINUTE, Course, Play
from helpdesk.loading.rows import Batch
from helpdesk.models import ApplicationCatalog, Grant
from helpdesk.models.grants import permissions_of
from helpdesk.services import closed_counts
from workflow.states import Priority

YEARS = 2
OPEN_SHARE = 0.03
ENGINEER_REPORTS = 0.02
BATCH = 5000
PRIORITIES = {Priority.HIGH: 2, Priority.MEDIUM: 5, Priority.LOW: 3}


@dataclass(kw_only=True)
class Sample:
    """A sample desk being loaded."""

    tickets: int
    seed: int
    now: datetime

    def load(self, progress: Callable[[int], None] = lambda done: None) -> None:
        """Fill the database; after each batch all that is stored agrees with itself, also if the load ends there."""
        self.dice = Random(self.seed)
        self.until = int(self.now.timestamp())
        with transaction.atomic():
            self.cast = people.bring_in(self.tickets, self.dice)
            codes = self._applications()
        expected = {one: codes[0].default_minutes(one) for one in Priority}
        play = Play(cast=self.cast, dice=self.dice, now=self.until, expected=expected)
        permissions = {one: permissions_of(one).values_list("pk", flat=True).get() for one in Grant}
        moments, done = list(self._moments()), 0
        for first in range(0, len(moments), BATCH):
            batch = Batch(cast=self.cast, dice=self.dice, now=self.until, permissions=permissions)
            with transaction.atomic():
                self._fill(batch, play, codes, moments[first : first + BATCH])
                _store(batch)
            done = first + len(moments[first : first + BATCH])
            progress(done)

    def _applications(self) -> list[ApplicationCatalog]:
        """The applications of the sample; those that are there already get more tickets."""
        found = []
        for code, name in words.APPLICATIONS:
            application = ApplicationCatalog.objects.filter(code=code).first()
            if application is None:
                application = ApplicationCatalog(code=code, name=f"{name} (sample {code})")
                application._history_date = self.now
                application.save(force_insert=True)
            found.append(application)
        return found

    def _moments(self) -> Iterator[tuple[int, bool]]:
        """When each ticket is raised, in order, and whether it is one of those that are open now."""
        last = max(1, int(self.tickets * OPEN_SHARE))
        begin, end = self.until - YEARS * 365 * DAY, self.until - LAST_DAYS * DAY
        for place, size in enumerate([self.tickets - last] * (self.tickets - last)):
            yield begin + int((place + self.dice.random()) * (end - begin) / size), False
        begin, end = self.until - LAST_HOURS * HOUR, self.until - 5 * MINUTE
        for place in range(last):
            yield begin + int((place + self.dice.random()) * (end - begin) / last), True

    def _fill(
        self, batch: Batch, play: Play, applications: list[ApplicationCatalog], moments: list[tuple[int, bool]]
    ) -> None:
        """Play these tickets under numbers of their own; the counters are held until the batch stands (T1)."""
        held = {one.pk: ApplicationCatalog.objects.counted(one.pk) for one in applications}
        tickets = copying.reserved("helpdesk_ticket", len(moments))
        refs = iter(copying.reserved("helpdesk_assignment", 2 * len(moments)))
        chosen = self.dice.choices(applications, range(len(applications), 0, -1), k=len(moments))
        urgent = self.dice.choices(list(PRIORITIES), list(PRIORITIES.values()), k=len(moments))
        for pk, (at, is_last), known, priority in zip(tickets, moments, chosen, urgent, strict=True):
            application = held[known.pk]
            application.last_sequence += 1
            course = Course(
                pk=pk,
                case_id=f"N-{application.code}-{application.last_sequence}",
                reporter_id=self._reporter(),
                priority=priority,
                raised_at=at,
                is_last=is_last,
            )
            batch.add(play.run(course, next(refs), next(refs)), application.code, application.pk)
        for application in held.values():
            ApplicationCatalog.objects.filter(pk=application.pk).update(last_sequence=application.last_sequence)

    def _reporter(self) -> int:
        """Some report often, most seldom; now and then an engineer reports."""
        if self.dice.random() < ENGINEER_REPORTS:
            return self.dice.choice(self.cast.engineers).id
        reporters = self.cast.reporters
        return reporters[int(len(reporters) * self.dice.random() ** 1.3)]


def _store(batch: Batch) -> None:
    batch.number_comments(copying.reserved("helpdesk_comment", len(batch.comments)))
    batch.number_events(copying.reserved("helpdesk_ticketevent", batch.events))
    for table, rows in batch.tables.items():
        copying.write(table, rows)
    closed_counts.add([course.pk for course, _ in batch.history])


def freshen() -> None:
    """Tell the planner what the tables hold now; outside a transaction also what of them everybody sees."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")
