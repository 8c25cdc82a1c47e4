"""The sample people the embedded provider signs in, read from `fixtures/`."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"


@dataclass(frozen=True)
class Person:
    """One sample person; `roles` are Lineup's names, `app_roles` and `groups` what the provider's tokens say."""

    name: str
    email: str
    oid: str
    roles: tuple[str, ...]
    app_roles: tuple[str, ...]
    groups: tuple[str, ...]


def sample_people(folder: Path = FIXTURES) -> tuple[Person, ...]:
    """Everybody in `people.json`, in its order."""
    rows = json.loads((folder / "people.json").read_text())
    return tuple(
        with_roles(Person(row["name"], row["email"], row["oid"], (), (), ()), row["roles"], folder) for row in rows
    )


def with_roles(person: Person, roles: Collection[str], folder: Path = FIXTURES) -> Person:
    """The same person with these roles, and what tokens say of them; `ValueError` for a role there is not."""
    mapping = _mapping(folder)
    if unknown := sorted(set(roles) - set(mapping)):
        raise ValueError(f"There is no role {unknown[0]!r}; there are {', '.join(mapping)}.")
    return replace(
        person,
        roles=tuple(roles),
        app_roles=tuple(mapping[role]["app_role"] for role in roles),
        groups=tuple(mapping[role]["group"] for role in roles),
    )


def role_names(folder: Path = FIXTURES) -> tuple[str, ...]:
    """The roles that tokens can claim."""
    return tuple(_mapping(folder))


def _mapping(folder: Path) -> dict[str, dict[str, str]]:
    return {row["role"]: row for row in json.loads((folder / "role_mapping.json").read_text())}
