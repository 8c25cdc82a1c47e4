"""What the provider says of a sample person other than usual, so that a story can change what Entra ID claims."""

from collections.abc import Collection
from dataclasses import dataclass

from project.demo.entra_people import Person, with_roles

FAULT_OF = {"none": "", "absent": "no_roles", "overage": "overage", "roles": "", "usual": ""}
"""The ways to say it, and which claim's fault each is (entra_tokens.CLAIM_FAULTS)."""


@dataclass(frozen=True)
class Saying:
    """Of whom, and what is wrong with the claims."""

    person: Person
    fault: str = ""


class Sayings:
    """Per person, until told otherwise; nothing of it outlives the provider."""

    def __init__(self) -> None:
        self._said: dict[str, Saying] = {}

    def change(self, person: Person, *, way: str, roles: Collection[str] = ()) -> str:
        """From the next sign-in on; what it comes to, in a sentence. `ValueError` for a way or role there is not."""
        if way not in FAULT_OF:
            raise ValueError(f"There is no way {way!r}; there are {', '.join(sorted(FAULT_OF))}.")
        if way == "usual":
            self._said.pop(person.email, None)
            return f"{person.name} signs in as usual."
        changed = person if way == "overage" else with_roles(person, roles if way == "roles" else ())
        self._said[person.email] = Saying(changed, FAULT_OF[way])
        words = {"absent": "no claim at all", "overage": "too many groups", "none": "no role"}
        return f"{person.name} signs in with {words.get(way) or ', '.join(changed.roles)}."

    def of(self, person: Person, fault: str) -> Saying:
        """What to say now; `fault` is everybody's."""
        return self._said.get(person.email, Saying(person, fault))
