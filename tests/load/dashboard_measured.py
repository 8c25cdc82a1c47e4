"""`python -m tests.load.dashboard_measured`: times the dashboard and the lists of the database that DATABASE_URL names, as JSON."""

import json
import os
import statistics
import time
from collections.abc import Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.load.served_api")
django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from helpdesk.models import ApplicationCatalog, Ticket, User  # noqa: E402
from helpdesk.sso import sessions  # noqa: E402
from workflow.roles import Role, Workspace  # noqa: E402
from workflow.states import Bucket  # noqa: E402

REPEATS = 9
DASHBOARD, LIST = "/desk/dashboard/", "/desk/helpdesk/ticket/"
LISTS = (
    Bucket.UNASSIGNED, Bucket.OPEN, Bucket.ESCALATED, Bucket.RESOLVED, Bucket.ESCALATION_RESOLVED, Bucket.WITHDRAWN,
    Bucket.BREACHED, Bucket.DECIDED,
)  # fmt: skip


def main() -> int:
    """Print what each page took: the fastest and the middle of some runs, the processor's share, and the statements."""
    print(json.dumps([{"page": name, **_measured(client, address)} for name, client, address in pages()]))
    return 0


def pages() -> Iterator[tuple[str, Client, str]]:
    """The dashboard of everybody who has one, with no filter, each and all of them; then the lists."""
    last = Ticket.objects.order_by("-pk").values_list("reported_date", flat=True)[0]
    code = ApplicationCatalog.objects.order_by("pk")[0].code
    queries = {
        "": "",
        ", an application": f"?application={code}",
        ", two priorities": "?priority=high&priority=low",
        ", a month": f"?reported_from={last.replace(day=1)}&reported_to={last}",
        ", from the middle of a month on": f"?reported_from={last.replace(year=last.year - 1, day=15)}",
        ", all of them": f"?application={code}&priority=high&reported_from={last.replace(year=last.year - 1, day=15)}&reported_to={last}",
    }
    for role, workspace in (
        (Role.SM1, Workspace.TRIAGE_SM1),
        (Role.RA, Workspace.ESCALATIONS),
        (Role.ADMIN, Workspace.ADMINISTRATION),
    ):
        client = _signed_in(role, workspace)
        for told, query in queries.items():
            yield f"dashboard, {role.value}{told}", client, DASHBOARD + query
    client = _signed_in(Role.SM1, Workspace.TRIAGE_SM1)
    for bucket in LISTS:
        yield f"list, {bucket.value}", client, f"{LIST}?bucket={bucket.value}"
        yield f"list, {bucket.value}, filtered", client, f"{LIST}?bucket={bucket.value}&{queries[', all of them'][1:]}"


def _measured(client: Client, address: str) -> dict[str, float]:
    """The whole request without the network; the fastest run counts, for others may use the machine too."""
    took, processor = [], []
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
        statements = len(captured)
    for _ in range(REPEATS):
        began, used = time.perf_counter(), time.process_time()
        answer = client.get(address)
        took.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - used) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return {
        "fastest": round(min(took), 1),
        "middle": round(statistics.median(took), 1),
        "processor": round(min(processor), 1),
        "statements": statements,
    }


def _signed_in(role: Role, workspace: Workspace) -> Client:
    """Somebody of the role: the reporting authority with the most engineers, else the first."""
    person = User.objects.active().holding(role).annotate(led=Count("engineers")).order_by("-led", "pk")[0]
    client = Client()
    client.force_login(person)
    session = client.session
    sessions.begin(session)
    session["workspace"] = workspace.value
    session.save()
    return client


if __name__ == "__main__":
    raise SystemExit(main())
