"""The people of a sample desk, and their roles (P1, P2, P5)."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from helpdesk.loading import copying, words
from workflow.roles import Role
from workflow.states import Level

ENGINEERS = 200
AUTHORITIES = 20
MASTERS_PER_LEVEL = 5
ADMINS = 2
TICKETS_PER_REPORTER = 50
FEWEST_REPORTERS = 20
FOREVER = 1 << 40
"""A moment that never comes, in seconds."""


@dataclass(kw_only=True)
class Held:
    """A place in an engineer's line: until when it keeps others waiting, and what it is."""

    ref: int
    case_id: str
    assigned_at: int
    due_at: int
    started_at: int = FOREVER
    leaves_at: int = FOREVER

    def waits_before(self, assigned_at: int, begins: int) -> bool:
        """Whether it still waits when something assigned later begins (C6)."""
        return self.assigned_at < assigned_at and self.started_at > begins and self.leaves_at > begins


@dataclass(kw_only=True)
class Engineer:
    """An engineer as the sample plays on; moments are seconds of Unix time."""

    id: int
    name: str
    authority_id: int
    ready_at: int = 0
    free_at: int = 0
    waiting: int = 0
    line: list[Held] = field(default_factory=list)

    def in_line(self, at: int) -> list[Held]:
        """What stands in line at this moment; moments only move on, so what has left is forgotten."""
        self.line = [held for held in self.line if held.leaves_at > at]
        return self.line


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Everybody of a sample desk by what they are."""

    reporters: range
    engineers: tuple[Engineer, ...]
    masters: dict[Level, tuple[int, ...]]
    authorities: tuple[int, ...]
    admins: tuple[int, ...]
    names: dict[int, str]

    @property
    def every_master(self) -> tuple[int, ...]:
        return self.masters[Level.SM1] + self.masters[Level.SM2]


def bring_in(tickets: int, dice: Random) -> Cast:
    """Store the people of a desk with that many tickets; none of them can sign in, none has an address that exists."""
    sizes = (
        (Role.ADMIN, ADMINS),
        (Role.SM1, MASTERS_PER_LEVEL),
        (Role.SM2, MASTERS_PER_LEVEL),
        (Role.RA, AUTHORITIES),
        (Role.ENGINEER, ENGINEERS),
        (Role.REPORTER, max(FEWEST_REPORTERS, tickets // TICKETS_PER_REPORTER)),
    )
    ids = iter(copying.reserved("helpdesk_user", sum(size for _, size in sizes)))
    held = {role: [next(ids) for _ in range(size)] for role, size in sizes}
    names = {pk: _name(dice, role, pk) for role, pks in held.items() for pk in pks}
    authority = {pk: held[Role.RA][place % AUTHORITIES] for place, pk in enumerate(held[Role.ENGINEER])}
    copying.write("helpdesk_user", [_person(pk, name, authority.get(pk)) for pk, name in names.items()])
    copying.write("helpdesk_userrole", [(pk, role.value, True) for role, pks in held.items() for pk in pks])
    return Cast(
        reporters=range(held[Role.REPORTER][0], held[Role.REPORTER][-1] + 1),
        engineers=tuple(Engineer(id=pk, name=names[pk], authority_id=authority[pk]) for pk in held[Role.ENGINEER]),
        masters={Level.SM1: tuple(held[Role.SM1]), Level.SM2: tuple(held[Role.SM2])},
        authorities=tuple(held[Role.RA]),
        admins=tuple(held[Role.ADMIN]),
        names=names,
    )


def _name(dice: Random, role: Role, pk: int) -> str:
    return f"{dice.choice(words.FIRST_NAMES)} {dice.choice(words.LAST_NAMES)} {pk}"


def _person(pk: int, name: str, authority_id: int | None) -> tuple[Any, ...]:
    mail = f"{name.lower().replace(' ', '.')}@sample.invalid"
    return (pk, make_password(None), False, f"sample-{pk}", "", "", name, mail, True, authority_id, "", "")
