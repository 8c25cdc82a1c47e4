"""The desk and its model beside each other: the same act done in both, and everything compared after it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine

from helpdesk.models import ApplicationCatalog, Assignment, Ticket, User
from helpdesk.selectors import queues
from tests.clock import NOON, held
from tests.machine import picture
from tests.machine.cases import Case, Refused, Somebody
from tests.machine.desk import Desk
from tests.machine.hours import around_the_clock, in_office_hours
from workflow import lineup
from workflow.errors import WorkflowError

PEOPLE = {
    "Asha": ("engineer",),
    "Omar": ("engineer",),
    "Eva": ("engineer", "reporter"),
    "Ria": ("reporter",),
    "Sam": ("sm1",),
    "Ravi": ("sm2",),
    "Bea": ("sm1", "sm2"),
    "Rana": ("ra",),
    "Rob": ("ra",),
    "Ada": ("admin",),
    "Nora": (),
}
ENGINEERS = ["Asha", "Omar", "Eva"]
AUTHORITY = {"Asha": "Rana", "Eva": "Nora"}
OFFICE = "Asha"
"""Who works by a calendar; all others work around the clock."""


class World(RuleBasedStateMachine):
    """The desk and its model, kept beside each other; each run is rolled back."""

    users: dict[str, int]
    application: ApplicationCatalog

    def __init__(self) -> None:
        super().__init__()
        held.set(NOON)
        self.undo = transaction.atomic()
        self.undo.__enter__()
        people = {name: Somebody(name, set(roles), AUTHORITY.get(name)) for name, roles in PEOPLE.items()}
        hours = {name: in_office_hours if name == OFFICE else around_the_clock for name in PEOPLE}
        self.desk = Desk(people, NOON, self.application.code, hours)
        self.looked_at: dict[str, tuple[str, int]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    # --- both worlds ------------------------------------------------------------------------------------------------

    def both(self, model: Callable[[Desk], Any], desk: Callable[[], Any]) -> None:
        """Do the act in both; a refusal must be one the model expects, and leaves both as they were."""
        before, expected = deepcopy(self.desk), None
        try:
            model(self.desk)
        except Refused as refused:
            self.desk, expected = before, refused.codes
        try:
            with transaction.atomic():
                desk()
            code = None
        except WorkflowError as refusal:
            code = refusal.code
        assert (code is None) == (expected is None), f"the desk says {code}, the model {expected}"
        assert expected is None or code in expected, f"the desk says {code}, the model {expected}"
        self.compare()

    def compare(self) -> None:
        ours, theirs = picture.of_model(self.desk), picture.of_tables(list(PEOPLE))
        for name, case in ours["cases"].items():
            for part, value in case.items():
                assert theirs["cases"][name][part] == value, f"{name}: {part}"
        assert theirs == ours
        engineer = max(ENGINEERS, key=lambda name: len(self.desk.waiting(name)))
        found = lineup.forecast(queues.queue_of(self.users[engineer]), self.desk.now)
        names = dict(Assignment.objects.filter(pk__in=found).values_list("pk", "ticket__case_id"))
        told = {names[ref]: (one.finish_at, one.at_risk_minutes is not None) for ref, one in found.items()}
        assert {name: one for name, one in told.items() if name in self.desk.forecast(engineer)} == self.desk.forecast(
            engineer
        )

    def user(self, name: str) -> User:
        return User.objects.get(pk=self.users[name])

    def case(self, which: int, fits: Callable[[Case], object] | None = None) -> Case:
        """One of the cases; of those that fit if there are any, so that acts come about which chance alone never meets."""
        fitting = [case for case in self.desk.cases if fits is not None and fits(case)]
        return (fitting or self.desk.cases)[which % len(fitting or self.desk.cases)]

    def twin(self, case: Case) -> Case:
        """The same case in the model as it is now (a refusal puts an older copy back)."""
        return next(one for one in self.desk.cases if one.name == case.name)

    def pk(self, case: Case) -> int:
        return Ticket.objects.only("pk").get(case_id=case.name).pk

    def assignee(self, case: Case, other: str | None) -> str:
        return other or case.engineer or "Asha"

    def token(self, case: Case, use: object) -> tuple[str | None, int | None]:
        """The version of the ticket when somebody looked at it, for the desk and for the model (A6)."""
        return self.looked_at.get(case.name, (None, None)) if use else (None, None)

    def refs(self, cases: list[Case]) -> list[int]:
        """The assignments of waiting tickets, in this order."""
        found = dict(Assignment.objects.filter(is_active=True).values_list("ticket__case_id", "pk"))
        return [found[case.name] for case in cases]
