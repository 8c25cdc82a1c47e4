"""Every act of every role through the real services on real Postgres, beside a plain model of the rules.

The model (`desk`, `acts`, `work`) is written from rules.md and not from the code. Hypothesis chooses who does what; what the
model refuses must be refused with one of its codes and change nothing; after each act status, lines, starts, due times,
extensions, levels, SLA records, events and mails must be the model's. MACHINE says how many runs of how many acts: 5x20 in
`make test`, 25x20 in `make check`, 100x30 in `make prove`.
"""

import os
from collections.abc import Iterator
from random import Random

import pytest
from django_q.models import OrmQ
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from helpdesk.models import (
    Ticket,
    User,
    WorkingCalendar,
    WorkingInterval,
)
from helpdesk.services.assignment import assign_many, assign_ticket
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.reordering import reorder_queue
from helpdesk.services.tickets import resolve_ticket, start_ticket
from tests.clock import held
from tests.factories import ApplicationFactory, UserFactory
from tests.machine import acts, work
from tests.machine.cases import Case
from tests.machine.chances import (
    ENGINEER,
    LEVELS,
    MASTERS,
    MINUTES,
    MOSTLY,
    OTHERS,
    PLACES,
    SOMETIMES,
    STANDS,
    TEXT,
    WHICH,
)
from tests.machine.desk import Desk
from tests.machine.hours import ZONE
from tests.machine.surroundings import Surroundings
from tests.machine.world import AUTHORITY, ENGINEERS, OFFICE, PEOPLE
from workflow.states import Level

EXAMPLES, STEPS = (int(number) for number in os.environ.get("MACHINE", "5x20").split("x"))


class Machine(Surroundings):
    """The rules of the run: who does what."""

    @initialize(engineer=st.sampled_from(ENGINEERS), stage=st.integers(0, 4), minutes=st.sampled_from([60, 120, 30]))
    def a_desk_with_some_work(self, engineer: str, stage: int, minutes: int) -> None:
        for number in range(4):
            self.raise_one("Ria" if number % 2 else "Eva", ["high", "medium"][number % 2], "It stops.")
        for number, who in enumerate(["Sam", "Bea", "Sam"]):
            self.assign(number, False, who, engineer, None, True, True, "", None, None)
        promised, started, asked, voted = (stage > number for number in range(4))
        if promised:
            self.commit(0, False, None, minutes, None)
            self.commit(1, False, None, 60, None)
        if started:
            self.start(0, False, None, None, None)
        if asked:
            self.ask_for_time(stage % 2, False, None, 60, "It is bigger.", None)
        if voted:
            self.decide(stage % 2, False, "Ravi", None, True, None)

    # --- giving and ordering ----------------------------------------------------------------------------------------

    @rule(
        which=WHICH, aimed=MOSTLY, who=MASTERS, engineer=ENGINEER, level=LEVELS, anyway=MOSTLY, confirm=st.booleans(), text=TEXT,
        place=PLACES, seen=SOMETIMES,
    )  # fmt: skip
    def assign(
        self,
        which: int,
        aimed: bool,
        who: str,
        engineer: str,
        level: str | None,
        anyway: bool,
        confirm: bool,
        text: str,
        place: int | None,
        seen: object,
    ) -> None:
        case = self.case(which, STANDS["open"] if aimed else None)
        token, known = self.token(case, seen)
        pk = self.pk(case)
        self.both(
            lambda desk: acts.assign(
                desk, who, [self.twin(case)], engineer,
                level=level, anyway=anyway, confirm=confirm, comment=text, place=place, seen=known,
            ),
            lambda: assign_ticket(
                actor=self.user(who), ticket_id=pk, engineer_id=self.users[engineer], level=level and Level(level),
                assign_anyway=anyway, confirm_own_ticket=confirm, comment=text, place=place, seen=token,
            ),
        )  # fmt: skip

    @rule(
        chosen=st.lists(WHICH, min_size=2, max_size=3), who=MASTERS, engineer=ENGINEER, level=LEVELS, anyway=MOSTLY,
        text=TEXT,
    )  # fmt: skip
    def assign_several(
        self, chosen: list[int], who: str, engineer: str, level: str | None, anyway: bool, text: str
    ) -> None:
        names = list(dict.fromkeys(self.case(which).name for which in chosen))
        cases = [case for name in names for case in self.desk.cases if case.name == name]
        pks = [self.pk(case) for case in cases]
        self.both(
            lambda desk: acts.assign(
                desk, who, [self.twin(case) for case in cases], engineer,
                level=level, anyway=anyway, confirm=True, comment=text,
            ),
            lambda: assign_many(
                actor=self.user(who), ticket_ids=pks, engineer_id=self.users[engineer], level=level and Level(level),
                assign_anyway=anyway, confirm_own_ticket=True, comment=text,
            ),
        )  # fmt: skip

    @precondition(lambda self: any(len(self.desk.waiting(name)) > 1 for name in ENGINEERS))
    @rule(
        which=st.integers(0, 2),
        who=MASTERS,
        level=LEVELS,
        text=TEXT,
        shuffle=st.randoms(use_true_random=False),
        stale=SOMETIMES,
    )
    def reorder(self, which: int, who: str, level: str | None, text: str, shuffle: Random, stale: object) -> None:
        lines = [name for name in ENGINEERS if len(self.desk.waiting(name)) > 1]
        engineer = lines[which % len(lines)]
        order = self.desk.waiting(engineer)
        shuffle.shuffle(order)
        order = order[1:] if stale else order
        is_foreign = bool(stale) and not order_is_whole(self.desk, engineer, order)
        refs = self.refs(order)
        names = [case.name for case in order]
        self.both(
            lambda desk: acts.reorder(
                desk, who, engineer, [case for name in names for case in desk.cases if case.name == name],
                level=level, comment=text, is_foreign=is_foreign,
            ),
            lambda: reorder_queue(
                actor=self.user(who), engineer_id=self.users[engineer], order=refs, level=level and Level(level),
                comment=text,
            ),
        )  # fmt: skip

    # --- the engineer's own acts ------------------------------------------------------------------------------------

    @rule(which=WHICH, aimed=MOSTLY, other=OTHERS, minutes=MINUTES, seen=SOMETIMES)
    def commit(self, which: int, aimed: bool, other: str | None, minutes: int, seen: object) -> None:
        case = self.case(which, STANDS["unpromised"] if aimed else None)
        who, (token, known), pk = self.assignee(case, other), self.token(case, seen), self.pk(case)
        self.both(
            lambda desk: work.commit(desk, who, self.twin(case), minutes, known),
            lambda: commit_ticket(actor=self.user(who), ticket_id=pk, resolution_minutes=minutes, seen=token),
        )

    @rule(which=WHICH, aimed=MOSTLY, other=OTHERS, minutes=st.one_of(st.none(), st.none(), MINUTES), seen=SOMETIMES)
    def start(self, which: int, aimed: bool, other: str | None, minutes: int | None, seen: object) -> None:
        case = self.case(which, STANDS["waits"] if aimed else None)
        who, (token, known), pk = self.assignee(case, other), self.token(case, seen), self.pk(case)
        self.both(
            lambda desk: work.start(desk, who, self.twin(case), minutes, known),
            lambda: start_ticket(actor=self.user(who), ticket_id=pk, resolution_minutes=minutes, seen=token),
        )
        # Nobody starts two tickets in one instant: the order of those in progress is that of their starts.
        self.desk.now = held.forward(seconds=1)

    @rule(which=WHICH, aimed=MOSTLY, other=OTHERS, text=TEXT, seen=SOMETIMES)
    def resolve(self, which: int, aimed: bool, other: str | None, text: str, seen: object) -> None:
        case = self.case(which, STANDS["workable"] if aimed else None)
        who, (token, known), pk = self.assignee(case, other), self.token(case, seen), self.pk(case)
        self.both(
            lambda desk: work.resolve(desk, who, self.twin(case), text, known),
            lambda: resolve_ticket(actor=self.user(who), ticket_id=pk, note=text, seen=token),
        )

    # --- more time --------------------------------------------------------------------------------------------------

    @rule(which=WHICH, aimed=MOSTLY, other=OTHERS, minutes=MINUTES, text=TEXT, seen=SOMETIMES)
    def ask_for_time(self, which: int, aimed: bool, other: str | None, minutes: int, text: str, seen: object) -> None:
        case = self.case(which, STANDS["extendable"] if aimed else None)
        who, (token, known), pk = self.assignee(case, other), self.token(case, seen), self.pk(case)
        told = {"extra_minutes": minutes, "comment": text}
        self.both(
            lambda desk: work.ask_for_time(desk, who, self.twin(case), minutes, text, known),
            lambda: request_extension(actor=self.user(who), ticket_id=pk, seen=token, **told),
        )

    @precondition(lambda self: any(case.request for case in self.desk.cases))
    @rule(which=WHICH, aimed=MOSTLY, who=MASTERS, level=LEVELS, approves=MOSTLY, seen=SOMETIMES)
    def decide(self, which: int, aimed: bool, who: str, level: str | None, approves: bool, seen: object) -> None:
        case = self.case(which, STANDS["asked"] if aimed else None)
        (token, known), pk = self.token(case, seen), self.pk(case)
        self.both(
            lambda desk: work.decide(desk, who, self.twin(case), level=level, approves=approves, seen=known),
            lambda: decide_extension(
                actor=self.user(who), ticket_id=pk, approve=approves, level=level and Level(level), seen=token
            ),
        )


def order_is_whole(desk: Desk, engineer: str, order: list[Case]) -> bool:
    """Whether an order names all that wait, those aside that leave the line as their promise has passed (E1)."""
    return [case for case in desk.waiting(engineer) if case not in order and not case.is_late(desk.now)] == []


@pytest.fixture
def people(db: None) -> Iterator[None]:
    """Everybody, one application, and the office hours of one engineer."""
    users = {name: UserFactory(name=name, roles=list(roles)) for name, roles in PEOPLE.items()}
    for name, authority in AUTHORITY.items():
        User.objects.filter(pk=users[name].pk).update(reporting_authority=users[authority])
    office = WorkingCalendar.objects.create(name="Office", time_zone=ZONE)
    WorkingInterval.objects.bulk_create(
        WorkingInterval(calendar=office, weekday=day, opens=9 * 60, closes=17 * 60) for day in range(5)
    )
    User.objects.filter(pk=users[OFFICE].pk).update(working_calendar=office)
    Machine.users = {name: user.pk for name, user in users.items()}
    Machine.application = ApplicationFactory()
    yield
    assert (Ticket.objects.count(), OrmQ.objects.count()) == (0, 0), "each run is rolled back"


def test_the_desk_does_what_the_rules_say(people: None) -> None:
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            # Shrinking would do minutes of database work; twenty acts can be read as they are.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
