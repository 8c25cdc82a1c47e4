"""`python -m tests.load.callers`: signs people of a sample in and prints, as JSON, what a measurement needs to know of them.

A program of its own, for the sample is another database than that of the tests.
"""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.load.served_api")
django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from helpdesk.models import ApplicationCatalog, Ticket, User  # noqa: E402
from helpdesk.sso import sessions  # noqa: E402
from tests.load.people import of_the_sample  # noqa: E402
from workflow.roles import Role  # noqa: E402
from workflow.states import OPEN  # noqa: E402

LOOKED_AT = 250


def main() -> int:
    people = of_the_sample()
    every = max(1, Ticket.objects.count() // LOOKED_AT)
    looked_at = Ticket.objects.filter(pk__in=range(1, LOOKED_AT * every, every)).order_by("pk")
    engineers = User.objects.holding(Role.ENGINEER).filter(is_active=True).order_by("pk")
    found = {
        "sessions": {kind: signed_in(person) for kind, person in people.items()},
        "cookie": settings.SESSION_COOKIE_NAME,
        "application": ApplicationCatalog.objects.order_by("pk").values_list("code", flat=True)[0],
        "engineers": list(engineers.values_list("pk", flat=True)),
        "open": list(
            Ticket.objects.filter(status__in=OPEN).order_by("?").values_list("case_id", flat=True)[:LOOKED_AT]
        ),
        "any": list(looked_at.values_list("case_id", flat=True)),
        "tickets": Ticket.objects.count(),
    }
    print(json.dumps(found))
    return 0


def signed_in(person: User) -> str:
    """The key of a session of theirs."""
    client = Client()
    client.force_login(person)
    session = client.session
    sessions.begin(session)
    session.save()
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


if __name__ == "__main__":
    raise SystemExit(main())
