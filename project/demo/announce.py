"""What the demo says when it is ready: to a person a table, to a script one line of JSON."""

import json
from collections.abc import Iterable

from project.demo.entra_page import ROLE_NAMES
from project.demo.entra_people import Person
from project.demo.environment import DemoAddresses


def for_people(addresses: DemoAddresses, people: Iterable[Person]) -> str:
    rows = [
        (person.name, ", ".join(ROLE_NAMES[role] for role in person.roles) or "no role", person.email)
        for person in people
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    table = "\n".join(f"    {name:<{widths[0]}}   {roles:<{widths[1]}}   {email}" for name, roles, email in rows)
    return (
        f"\nLineup is ready.\n\n"
        f"    Open        {addresses.url}\n"
        f"    The mails   {addresses.mail_url}\n\n"
        f"Sign in as one of these; nobody has a password:\n\n{table}\n\n"
        f"Ctrl-C stops everything. The data stays in {addresses.folder}.\n"
    )


def for_scripts(addresses: DemoAddresses, people: Iterable[Person]) -> str:
    return json.dumps(
        {
            "url": addresses.url,
            "api_url": addresses.api_url,
            "mail_url": addresses.mail_url,
            "s3_url": addresses.s3_url,
            "idp_url": addresses.authority,
            "people": [{"name": person.name, "email": person.email, "roles": list(person.roles)} for person in people],
        }
    )
