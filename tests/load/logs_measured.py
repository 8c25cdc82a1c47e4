"""`python -m tests.load.logs_measured`: fills the logs of the database that DATABASE_URL names and times their pages, as JSON.

For a copy that is thrown away: the guards of the history are off while it is filled.
"""

import json
import os
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.load.served_api")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from helpdesk.models import ApplicationCatalog, Ticket, User  # noqa: E402
from helpdesk.sso import sessions  # noqa: E402
from tests.load import logs  # noqa: E402
from workflow.roles import Role  # noqa: E402

REPEATS = 7
HISTORY, OUTBOX = "/desk/history/", "/desk/helpdesk/notification/"


def main() -> int:
    """Print what each page took: the fastest and the middle of some runs, and the number of statements."""
    application, person = ApplicationCatalog.objects.order_by("-pk")[0], User.objects.order_by("-pk")[0]
    if "--filled" not in sys.argv:
        logs.fill(application=application.pk, person=person.pk)
    client = _signed_in(User.objects.active().holding(Role.ADMIN).order_by("pk")[0])
    pages = asked_for(client, application, person)
    print(json.dumps([{"page": name, **_measured(client, address)} for name, address in pages.items()]))
    return 0


def asked_for(client: Client, application: ApplicationCatalog, person: User) -> dict[str, str]:
    """What an admin looks for, with the worst among it: somebody of whom only the oldest rows tell, and what never happened."""
    busy = User.objects.holding(Role.SM1).order_by("pk")[0]
    case = Ticket.objects.order_by("pk")[50].case_id
    deep = client.get(HISTORY, {"until": "2026-01-15"}).context_data["page"].older
    return {
        "history": HISTORY,
        "history, deep in it": f"{HISTORY}?older={deep}",
        "history, of one ticket": f"{HISTORY}?ticket={case}",
        "history, of a busy person": f"{HISTORY}?person={busy.username}",
        "history, of somebody who left": f"{HISTORY}?person={person.username}",
        "history, of the system": f"{HISTORY}?person=system",
        "history, of an application": f"{HISTORY}?application={ApplicationCatalog.objects.order_by('pk')[0].pk}",
        "history, of an application nobody uses": f"{HISTORY}?application={application.pk}",
        "history, of one action": f"{HISTORY}?act=ticket_escalated",
        "history, of an action that never was": f"{HISTORY}?act=ticket_reminded",
        "history, one person and one action": f"{HISTORY}?person={busy.username}&act=ticket_withdrawn",
        "history, one application and one action": f"{HISTORY}?application={application.pk}&act=ticket_withdrawn",
        "history, of two days": f"{HISTORY}?since=2026-02-01&until=2026-02-02",
        "history, roles given": f"{HISTORY}?show=people",
        "history, downloads": f"{HISTORY}?show=files",
        "notifications": OUTBOX,
        "notifications, given up": f"{OUTBOX}?state=dead",
        "notifications, of one kind": f"{OUTBOX}?kind=escalated",
        "notifications, to a busy person": f"{OUTBOX}?person={busy.username}",
        "notifications, of one ticket": f"{OUTBOX}?ticket={case}",
        "notifications, a kind to a person": f"{OUTBOX}?kind=withdrawn&person={busy.username}",
        "notifications, sent on a day": f"{OUTBOX}?state=sent&since=2026-02-01&until=2026-02-01",
    }


def _measured(client: Client, address: str) -> dict[str, float]:
    """The whole request without the network; the fastest run counts, for others may use the machine too."""
    took, statements = [], 0
    for _ in range(REPEATS):
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        took.append((time.perf_counter() - began) * 1000)
        statements = len(captured)
        assert answer.status_code == 200, (address, answer.status_code)
    shown = answer.context_data.get("entries", answer.context_data.get("rows"))
    return {
        "fastest": round(min(took), 1),
        "middle": round(statistics.median(took), 1),
        "statements": statements,
        "rows": len(shown),
    }


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    session = client.session
    sessions.begin(session)
    session.save()
    return client


if __name__ == "__main__":
    raise SystemExit(main())
