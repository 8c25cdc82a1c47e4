"""The provider's "Pick a sample person" page."""

from collections.abc import Iterable, Mapping
from html import escape

from project.demo.entra_people import Person
from project.demo.pages import page

ROLE_NAMES = {
    "reporter": "User",
    "sm1": "SM1",
    "sm2": "SM2",
    "engineer": "Assignee",
    "ra": "Reporting authority",
    "admin": "Admin",
}


def people_page(people: Iterable[Person], request: Mapping[str, str]) -> str:
    """One form that carries the request on; each person is a button of it, the hinted one first."""
    hint = request.get("login_hint", "").lower()
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in request.items()
    )
    buttons = "".join(_button(person) for person in sorted(people, key=lambda person: person.email != hint))
    return page(
        "Pick a sample person",
        "This stands in for your organisation's sign-in. Nobody here has a password.",
        f'<form method="post" action="authorize">{hidden}<ul class="people">{buttons}</ul></form>',
    )


def _button(person: Person) -> str:
    roles = ", ".join(ROLE_NAMES[role] for role in person.roles) or "No role"
    return (
        f'<li><button name="person" value="{escape(person.email)}"><strong>{escape(person.name)}</strong>'
        f'<small class="role">{escape(roles)}</small><small>{escape(person.email)}</small></button></li>'
    )
