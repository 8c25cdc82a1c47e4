"""The part of the run that is not work on tickets: time, people and their roles, reporting, talking."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from helpdesk.models import DeskSettings, Ticket, UserRole
from helpdesk.selectors.tickets import version_of
from helpdesk.services.comments import add_comment
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.people import decide_role, set_active
from helpdesk.services.reminders import sweep_reminders
from helpdesk.services.staleness import sweep_stale
from helpdesk.services.tickets import change_priority, raise_ticket, withdraw_ticket
from tests.clock import held
from tests.machine import acts
from tests.machine.chances import (
    ANYBODY,
    MASTERS,
    MOST_CASES,
    MOSTLY,
    PRIORITIES,
    REPORTERS,
    SOMETIMES,
    STANDS,
    TEXT,
    WHICH,
)
from tests.machine.world import World
from workflow.roles import Role


class Surroundings(World):
    """Rules that need no assignment."""

    # --- time ------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 5, 29, 30, 31, 60, 180, 600, 1500]))
    def time_passes(self, minutes: int) -> None:
        self.desk.now = held.forward(minutes=minutes)

    @rule()
    def up_to_the_next_due_time(self) -> None:
        coming = [case.job.due for case in self.desk.cases if case.runs and case.job.due > self.desk.now]
        if coming:
            self.desk.now = held.set(min(coming))

    @rule()
    def sweep(self) -> None:
        def sweeps() -> None:
            sweep_escalations(self.desk.now)
            sweep_reminders(self.desk.now)
            sweep_stale(self.desk.now)

        self.both(lambda desk: desk.sweep(), sweeps)

    @precondition(lambda self: self.desk.cases)
    @rule(which=WHICH)
    def look(self, which: int) -> None:
        case = self.case(which)
        ticket = Ticket.objects.select_related("assignment").get(case_id=case.name)
        self.looked_at[case.name] = (version_of(ticket), case.changes)

    # --- people -----------------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(["Asha", "Omar", "Eva", "Sam", "Rana", "Ria"]), why=MOSTLY)
    def in_or_out(self, name: str, why: bool) -> None:
        is_active = not self.desk.people[name].is_active
        self.desk.people[name].is_active = is_active
        set_active(
            actor=self.user("Ada"), user=self.user(name), is_active=is_active, reason="Asked.", now=self.desk.now
        )
        self.compare()

    @rule(
        grant=st.sampled_from(
            [("Asha", "engineer"), ("Omar", "engineer"), ("Bea", "sm2"), ("Sam", "sm1"), ("Ravi", "sm2"), ("Rana", "ra"),
             ("Ria", "sm1"), ("Nora", "ra")]
        )
    )  # fmt: skip
    def role_given_or_taken(self, grant: tuple[str, str]) -> None:
        name, role = grant
        person = self.desk.people[name]
        person.held ^= {role}
        decision = UserRole.Decision.GIVEN if role in person.held else UserRole.Decision.WITHDRAWN
        decide_role(
            actor=self.user("Ada"),
            user=self.user(name),
            role=Role(role),
            decision=decision,
            reason="Asked.",
            now=self.desk.now,
        )
        self.compare()

    @rule(may=st.booleans())
    def switch(self, may: bool) -> None:
        self.desk.may_override = may
        DeskSettings.objects.update_or_create(pk=1, defaults={"sm2_may_override": may})

    # --- reporting --------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.desk.cases) < MOST_CASES)
    @rule(who=REPORTERS, priority=PRIORITIES, title=st.sampled_from(["It stops."] * 5 + [""]))
    def raise_one(self, who: str, priority: str, title: str) -> None:
        told = {"title": title, "description": "At page 3.", "priority": priority}
        self.both(
            lambda desk: acts.raise_case(desk, who, priority, title),
            lambda: raise_ticket(actor=self.user(who), application_code=self.application.code, **told),
        )

    @rule(which=WHICH, aimed=MOSTLY, who=ANYBODY, reason=TEXT, seen=SOMETIMES)
    def withdraw(self, which: int, aimed: bool, who: str, reason: str, seen: object) -> None:
        case = self.case(which, STANDS["unassigned"] if aimed else None)
        token, known = self.token(case, seen)
        pk = self.pk(case)
        self.both(
            lambda desk: acts.withdraw(desk, who, self.twin(case), reason, known),
            lambda: withdraw_ticket(actor=self.user(who), ticket_id=pk, reason=reason, seen=token),
        )

    @rule(which=WHICH, who=MASTERS, priority=PRIORITIES, reason=TEXT, seen=SOMETIMES)
    def prioritise(self, which: int, who: str, priority: str, reason: str, seen: object) -> None:
        case = self.case(which)
        token, known = self.token(case, seen)
        pk = self.pk(case)
        told = {"priority": priority, "reason": reason}
        self.both(
            lambda desk: acts.prioritise(desk, who, self.twin(case), priority, reason, known),
            lambda: change_priority(actor=self.user(who), ticket_id=pk, seen=token, **told),
        )

    @rule(which=WHICH, who=ANYBODY, text=TEXT, internal=st.booleans())
    def comment(self, which: int, who: str, text: str, internal: bool) -> None:
        case = self.case(which)
        pk = self.pk(case)
        self.both(
            lambda desk: acts.comment(desk, who, self.twin(case), text, internal=internal),
            lambda: add_comment(actor=self.user(who), ticket_id=pk, body=text, internal=internal),
        )
