"""The desk on which the doors are tried: one person of every kind, and one ticket for every relation to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from helpdesk.models import (
    AdminAlert,
    ApplicationCatalog,
    Attachment,
    Notification,
    RoleMapping,
    Ticket,
    User,
    WorkingCalendar,
)
from helpdesk.services.comments import add_comment
from helpdesk.services.escalations import sweep_escalations
from helpdesk.sso import sessions
from reports.models import ReportRun
from tests.clock import NOON, held
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    UserFactory,
    a_calendar,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

ROLES = {
    "nobody": [],
    "inactive": ["reporter", "sm1", "sm2", "engineer", "ra", "admin"],
    "reporter": ["reporter"],
    "other_reporter": ["reporter"],
    "sm1": ["sm1"],
    "sm2": ["sm2"],
    "engineer": ["engineer"],
    "ra": ["ra"],
    "admin": ["admin"],
    "multi": ["reporter", "engineer", "ra"],
}
"""Everybody who signs in, with their roles; `anonymous` is nobody of them."""

PEOPLE = ("anonymous", *ROLES)

HANDLES = "handles"
"""Sees the ticket on a ground of the staff: by role, as its engineer now or before, or as a reporting authority (P9)."""
REPORTS = "reports"
"""Sees it only because they reported it."""
UNSEEN = "unseen"

TICKETS = {
    "own": "reported by `reporter`, unassigned",
    "assigned": "promised by `engineer`, whom `ra` leads",
    "past": "taken from `engineer` and given to somebody else",
    "unrelated": "worked on by somebody whom nobody here leads",
    "escalated": "the same, and its promise is broken",
    "self": "reported by `engineer`, unassigned",
}

_ALL = dict.fromkeys(TICKETS, HANDLES)
GROUNDS: dict[str, dict[str, str]] = {
    "reporter": {"own": REPORTS},
    "engineer": {"assigned": HANDLES, "past": HANDLES, "self": REPORTS},
    "ra": {"assigned": HANDLES, "escalated": HANDLES},
    "multi": {"escalated": HANDLES},
    "sm1": _ALL,
    "sm2": _ALL,
    "admin": _ALL,
}
"""Why each person sees each ticket; what is not named they do not see (P9)."""


def ground_of(person: str, ticket: str) -> str:
    """Why this person sees this ticket, or that they do not."""
    return GROUNDS.get(person, {}).get(ticket, UNSEEN)


def mark_of(ticket: str) -> str:
    """The word that stands in everything public about a ticket and nowhere else."""
    return f"Zq{ticket}Public"


def secret_of(ticket: str) -> str:
    """The word of its internal comment."""
    return f"Zq{ticket}Secret"


@dataclass
class World:
    """Who and what there is, the browsers they are signed in with, and the moment it stands at."""

    users: dict[str, User]
    tickets: dict[str, Ticket]
    clients: dict[str, Client]
    application: ApplicationCatalog
    mapping: RoleMapping
    calendar: WorkingCalendar
    alert: AdminAlert
    mail: Notification
    report: ReportRun
    files: dict[str, Attachment]
    now: datetime
    known: dict[str, Any] = field(default_factory=dict)
    """What a test found out about this world and another may use."""


def build() -> World:
    """The world, made through the services; only its people and the application come from factories."""
    held.set(NOON)
    users = {name: UserFactory(name=f"The {name}", roles=roles) for name, roles in ROLES.items()}
    _set(users["engineer"], reporting_authority=users["ra"])
    application = ApplicationFactory(name="Expenses", code="QZX")
    tickets = _tickets(users, application)
    clients = {name: _signed_in(users.get(name)) for name in PEOPLE}
    _set(users["inactive"], is_active=False)
    mapping, files = RoleMapping.objects.order_by("pk")[0], {name: _a_file(one) for name, one in tickets.items()}
    mails = {"alert": _given_up_mail(), "mail": _dead_mail(tickets["own"]), "report": _a_report(users["admin"])}
    return World(users, tickets, clients, application, mapping, a_calendar(), **mails, files=files, now=held.moment)


def _a_file(ticket: Ticket) -> Attachment:
    """A picture that stands on the ticket."""
    return Attachment.objects.create(
        ticket=ticket,
        filename="page.png",
        s3_key=f"2026/03/04/{ticket.case_id}/page.png",
        size=3,
        sha256="x" * 44,
        content_type="image/png",
        state=Attachment.State.CONFIRMED,
        uploaded_by=ticket.reporter,
        uploaded_at=held.moment,
        confirmed_at=held.moment,
    )


def _a_report(owner: User) -> ReportRun:
    """A prepared report that lies in the bucket."""
    told = {
        "report": "tickets",
        "file_type": "xlsx",
        "time_zone": "UTC",
        "rows_expected": 6,
        "rows_done": 6,
        "size": 9000,
    }
    file = {"file_name": "lineup-tickets.xlsx", "s3_key": "reports/2026/03/04/x-lineup-tickets.xlsx"}
    kept_until = held.moment + timedelta(days=1)
    return ReportRun.objects.create(
        owner=owner,
        state="ready",
        created_at=held.moment,
        finished_at=held.moment,
        expires_at=kept_until,
        **told,
        **file,
    )


def _given_up_mail() -> AdminAlert:
    """A mail to an admin that nobody tries any more."""
    words = {"subject": "Lineup: look", "text": "Look.", "last_error": "550 no such mailbox"}
    return AdminAlert.objects.create(key="k", address="gone@corp.example", attempts=30, created_at=held.moment, **words)


def _dead_mail(ticket: Ticket) -> Notification:
    """A mail about a ticket that nobody tries any more."""
    row = ticket.notifications.order_by("pk")[0]
    row.state, row.attempts, row.last_error = Notification.State.DEAD, 30, "550 no such mailbox"
    row.save(update_fields=("state", "attempts", "last_error"))
    return row


def _set(user: User, **fields: object) -> None:
    for name, value in fields.items():
        setattr(user, name, value)
    user.save(update_fields=[*fields])


def _tickets(users: dict[str, User], application: ApplicationCatalog) -> dict[str, Ticket]:
    master, somebody, third = SM1Factory(name="Master"), ReporterFactory(name="Somebody"), EngineerFactory(name="Third")

    def raised(name: str, reporter: User) -> Ticket:
        words = {"title": f"Printer {mark_of(name)}", "description": f"It says {mark_of(name)}."}
        return a_ticket(reporter=reporter, application=application, **words)

    made = {
        name: raised(name, {"own": users["reporter"], "self": users["engineer"]}.get(name, somebody))
        for name in TICKETS
    }
    given = {"by": master}
    in_progress(ticket=made["escalated"], engineer=third, minutes=30, **given)
    held.forward(hours=1)
    sweep_escalations(held.moment)
    a_promise(ticket=made["assigned"], engineer=users["engineer"], minutes=600, **given)
    an_assignment(ticket=made["past"], engineer=users["engineer"], **given)
    an_assignment(ticket=made["past"], engineer=third, comment="Third knows it.", **given)
    an_assignment(ticket=made["unrelated"], engineer=third, **given)
    for name, ticket in made.items():
        add_comment(actor=master, ticket_id=ticket.pk, body=f"Public: {mark_of(name)}")
        add_comment(actor=master, ticket_id=ticket.pk, body=f"Internal: {secret_of(name)}", internal=True)
    return {name: Ticket.objects.get(pk=ticket.pk) for name, ticket in made.items()}


def _signed_in(user: User | None) -> Client:
    """A browser, signed in unless it is a stranger's; a fault of ours shows as 500 and not as an error of the test.

    Its middleware is made here, of the settings as they are now: made at its first call, it would keep those of whichever test
    comes first.
    """
    client = Client(raise_request_exception=False)
    client.handler.load_middleware()
    if user is not None:
        client.force_login(user)
        session = client.session
        sessions.begin(session)
        session.save()
    return client


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


UNWATCHED = frozenset({"django_session", "django_content_type", "auth_permission", "helpdesk_callcount"})


def fingerprint() -> str:
    """Everything the database holds but sessions and counts of calls, in one short word; one statement."""
    tables = sorted({model._meta.db_table for model in apps.get_models()} - UNWATCHED)
    rows = "SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM \"{}\" t"
    whole = ", ".join(f"({rows.format(table)})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(concat({whole}))")
        return str(cursor.fetchone()[0])
