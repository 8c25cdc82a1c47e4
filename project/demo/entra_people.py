"""The sample people the embedded provider signs in, read from `fixtures/`."""

import json
from dataclasses import dataclass
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
    mapping = {row["role"]: row for row in json.loads((folder / "role_mapping.json").read_text())}
    return tuple(
        Person(
            name=row["name"],
            email=row["email"],
            oid=row["oid"],
            roles=tuple(row["roles"]),
            app_roles=tuple(mapping[role]["app_role"] for role in row["roles"]),
            groups=tuple(mapping[role]["group"] for role in row["roles"]),
        )
        for row in json.loads((folder / "people.json").read_text())
    )
