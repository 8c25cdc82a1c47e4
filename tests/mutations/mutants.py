"""What is taken away: by hand the locks and the arithmetic, by reading the code every check of a rule, by name the constraints."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from helpdesk.tests.violations import VIOLATIONS

ROOT = Path(__file__).resolve().parent.parent.parent
RACES = "tests/races/test_races.py"
SERVICES = "helpdesk/tests/services"
LOCKS = "tests/races/test_locks.py"
CONSTRAINTS = "helpdesk/tests/test_constraints.py"
GUARDS = "helpdesk/tests/test_guards.py"
HELD = "helpdesk/tests/test_held.py"
ASSIGNED = tuple(f"{SERVICES}/test_{name}.py" for name in ("limits", "assign", "assign_place", "assign_many"))
REORDERED = tuple(f"{SERVICES}/test_{name}.py" for name in ("reorder", "reorder_late"))
EXTENDED = tuple(f"{SERVICES}/test_{name}.py" for name in ("limits", "extensions", "extension_outcomes"))


@dataclass(frozen=True)
class Mutant:
    """One thing taken away: bytes of a file replaced, or a statement done to the test database and undone after."""

    kind: str
    name: str
    tests: tuple[str, ...]
    path: str = ""
    start: int = 0
    end: int = 0
    new: str = ""
    table: str = ""

    @property
    def is_in_source(self) -> bool:
        return bool(self.path)


def replaced(kind: str, name: str, path: str, old: str, new: str, *tests: str) -> Mutant:
    """The one place in the file where this text stands; a text that is gone or stands twice is an error of the list."""
    text, sought = (ROOT / path).read_bytes(), old.encode()
    if text.count(sought) != 1:
        raise ValueError(f"{name}: {text.count(sought)} places in {path} read {old!r}")
    start = text.index(sought)
    return Mutant(kind, name, tests, path, start, start + len(sought), new)


def race(*names: str) -> tuple[str, ...]:
    return tuple(f"{RACES}::{name}" for name in names)


def locks() -> Iterator[Mutant]:
    """Every lock, the order they are taken in, and the checks that a page is not stale."""
    ticket, locking = "helpdesk/models/ticket.py", "helpdesk/services/locks.py"
    unheld = 'Ticket.objects.select_related("application", "reporter").filter(pk__in=list(ticket_ids))'
    held = '.select_for_update(of=("self",), no_key=True)'
    twice = race("test_two_scrum_masters_assign_the_same_ticket")
    yield replaced("lock", "the ticket of an act", locking, "Ticket.objects.locked(wanted)", unheld, *twice)
    swept = race("test_two_clusters_sweep_at_once")
    free = "Ticket.objects.locked(sorted(set(ticket_ids)), waits=False)"
    yield replaced("lock", "the ticket of a sweep", locking, free, unheld, *swept, LOCKS)
    same = race("test_two_scrum_masters_find_the_same_engineer_free")
    yield replaced("lock", "the engineer's line", locking, f'.order_by("pk"){held}', '.order_by("pk")', *same)
    yield replaced("lock", "SKIP LOCKED of the sweeps", ticket, "skip_locked=not waits", "skip_locked=False", LOCKS)
    yield replaced(
        "lock",
        "tickets in the order of their ids",
        ticket,
        '.filter(pk__in=ids).order_by("pk")',
        ".filter(pk__in=ids)",
        LOCKS,
    )
    yield replaced("lock", "engineers in the order of their ids", locking, '.order_by("pk")', "", LOCKS)
    counted = race("test_case_ids_have_no_duplicate_and_no_gap_though_raises_fail")
    yield replaced("lock", "an application's counter", "helpdesk/models/catalog.py", held, "", *counted)
    admins = f"{SERVICES}/test_admin_race.py"
    yield replaced(
        "lock",
        "the admins, so that one is left",
        "helpdesk/services/administering.py",
        ".select_for_update(no_key=True)",
        "",
        admins,
    )


def stale_pages() -> Iterator[Mutant]:
    """A6 and E1 at the opening of every act."""
    acting, lines = "helpdesk/services/acting.py", "helpdesk/services/lines.py"
    looked = "if known is not None and known != tickets.version_of(ticket):"
    yield replaced("check", "A6: the ticket is the one the actor looked at", acting, looked, "if False:", *ASSIGNED)
    looked = "if seen is not None and seen != queues.version_from(line.work.values()):"
    yield replaced("check", "A6: the line is the one the actor looked at", lines, looked, "if False:", *REORDERED)
    yield replaced(
        "check",
        "E1: an act escalates a passed promise first",
        acting,
        "        escalations.escalate_if_broken(ticket, now)",
        "        pass",
        *EXTENDED,
        f"{SERVICES}/test_clockwork.py",
    )
    yield replaced(
        "check",
        "E1: a decision about a line escalates what has passed in it",
        lines,
        "if not passed:",
        "if True:",
        *REORDERED,
    )
    yield replaced(
        "check",
        "P9: who does not see a ticket finds none",
        acting,
        "if not access.sees_all(actor, ticket_ids):",
        "if False:",
        "tests/machine",
        f"{SERVICES}/test_comments.py",
    )


LINEUP = "workflow/lineup.py"


def arithmetic() -> Iterator[Mutant]:
    """C2, C8, C9, X4 and A1: what the state machine is for."""
    pure, machine = "workflow/tests/test_lineup.py", "tests/machine"
    yield replaced(
        "rule", "C2: nothing starts before now", LINEUP, "max([at, *(slot.due_at for slot in ahead)])",
        "max([slot.due_at for slot in ahead] or [at])", pure,
    )  # fmt: skip
    yield replaced("rule", "C8: a commitment moves no promise later", LINEUP, "now.due_at > was.due_at", "False", pure)
    yield replaced(
        "rule", "C8: an extension moves no promise earlier", LINEUP, "now.due_at < was.due_at", "False", pure
    )
    yield replaced(
        "rule", "C9: what is overdue ends now at the earliest", LINEUP, "max(at, slot.due_at), slot.case_id",
        "slot.due_at, slot.case_id", pure,
    )  # fmt: skip
    queues = "helpdesk/services/queues.py"
    yield replaced(
        "rule",
        "A1: those behind close up",
        "helpdesk/services/places.py",
        'default=F("place") - 1',
        'default=F("place")',
        machine,
        f"{SERVICES}/test_assign.py",
    )
    yield replaced(
        "rule",
        "C8: the engineer is told of moved promises",
        queues,
        "if promised:",
        "if False:",
        f"{SERVICES}/test_worked_example.py",
    )
    yield replaced(
        "rule",
        "S2: the extended due time follows",
        queues,
        "    if extended:",
        "    if False:",
        *REORDERED,
    )
    yield replaced(
        "rule", "X4: what ends a promise closes the request", "helpdesk/services/extension_closing.py",
        "if extension is None or extension.status != ExtensionStatus.PENDING:", "if True:", *EXTENDED,
    )  # fmt: skip


CONSTRAINED = {name: re.findall(r"helpdesk_[a-z]+", statement)[0] for name, statement in VIOLATIONS.items()}
"""Constraint -> its table."""

CHECKED = {
    "workflow/policies.py": (
        "workflow/tests/test_policies.py",
        "workflow/tests/test_policies_assigning.py",
        "workflow/tests/test_commenting.py",
        f"{SERVICES}/test_work.py",
        f"{SERVICES}/test_assign.py",
    ),
    "workflow/extensions.py": ("workflow/tests/test_extensions.py", *EXTENDED),
    "workflow/roles.py": ("workflow/tests/test_roles.py",),
    "workflow/lineup.py": ("workflow/tests/test_lineup.py", "workflow/tests/test_resolution_times.py"),
    "helpdesk/services/acting.py": (
        f"{SERVICES}/test_limits.py",
        *REORDERED,
        f"{SERVICES}/test_work.py",
        f"{SERVICES}/test_assign.py",
    ),
    "helpdesk/services/assignment.py": ASSIGNED,
    "helpdesk/services/commitment.py": (f"{SERVICES}/test_work.py",),
    "helpdesk/services/comments.py": (f"{SERVICES}/test_comments.py",),
    "helpdesk/services/extensions.py": EXTENDED,
    "helpdesk/services/reordering.py": REORDERED,
    "helpdesk/services/tickets.py": (
        f"{SERVICES}/test_limits.py",
        f"{SERVICES}/test_work.py",
        f"{SERVICES}/test_raise.py",
    ),
}
"""Modules of which every check is taken away, one at a time, and the tests that must notice."""

CANNOT_HAPPEN = {
    "extensions.decide_extension: extension is None": "the rules have refused a ticket without a request already",
}
"""Checks that no test can notice, with the reason: they are there for the types."""


def checks() -> Iterator[Mutant]:
    """Every `if ...: raise` that is never true, every `check_...(...)` that is not called."""
    for path, tests in CHECKED.items():
        text = (ROOT / path).read_bytes()
        lines = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
        for function in (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)):
            for node in ast.walk(function):
                yield from _without(path, text, lines, function.name, node, tests)


def _without(
    path: str, text: bytes, lines: list[int], function: str, node: ast.AST, tests: tuple[str, ...]
) -> Iterator[Mutant]:
    if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise):
        cut, new = node.test, "False"
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _is_check(node.value.func):
        cut, new = node.value, "None"
    else:
        return
    start = lines[cut.lineno - 1] + cut.col_offset
    end = lines[(cut.end_lineno or cut.lineno) - 1] + (cut.end_col_offset or 0)
    what = " ".join(text[start:end].decode().split())
    name = f"{Path(path).stem}.{function}: {what}"
    if name not in CANNOT_HAPPEN:
        yield Mutant("check", name, tests, path, start, end, new)


def _is_check(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name.lstrip("_").startswith("check_")


def guards() -> Iterator[Mutant]:
    """Every constraint of promises, extensions, SLA records and mails, what makes events and decisions final, and what keeps the held work."""
    for name, table in CONSTRAINED.items():
        yield Mutant("constraint", name, (f"{CONSTRAINTS}::test_the_database_refuses[{name}]",), table=table)
    yield Mutant("trigger", "event_append_only", (GUARDS,), table="helpdesk_ticketevent")
    yield Mutant(
        "trigger",
        "extension_vote_final",
        EXTENDED,
        table="helpdesk_extensionvote",
    )
    yield Mutant("trigger", "assignment_held_kept", (HELD,), table="helpdesk_assignment")
    yield Mutant("trigger", "ticket_lets_go", (HELD,), table="helpdesk_ticket")


def all_mutants() -> list[Mutant]:
    return [*locks(), *stale_pages(), *guards(), *arithmetic(), *checks()]
