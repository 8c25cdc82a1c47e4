"""Hostile text everywhere a person can leave some: six reports, two kinds of file, no cell that is calculated (W3)."""

import io
from collections.abc import Iterator

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from pytest_django.plugin import DjangoDbBlocker

from helpdesk.admin.resources import plain_text
from helpdesk.models import Escalation, Ticket, User
from helpdesk.services import audit
from helpdesk.services.comments import add_comment
from helpdesk.services.escalations import sweep_escalations
from reports.exports.catalog import Name
from reports.tests.desk import asked, csv_rows, written
from reports.tests.hostile import HOSTILE, is_live, meant
from tests.clock import held
from tests.factories import AdminFactory, EngineerFactory, RAFactory, ReporterFactory, SM1Factory, a_ticket, in_progress
from tests.kept import kept

pytestmark = pytest.mark.django_db

TITLE_MAX = Ticket._meta.get_field("title").max_length
STORED = [text[:TITLE_MAX] for text in HOSTILE.values() if "\x00" not in text and "\ud800" not in text]
"""Those Postgres takes, as long as a title may be."""


@pytest.fixture(scope="module")
def admin(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[User]:
    """An admin with a name of the kind, who took a report out before: its file is named on the first sheet."""
    with kept(django_db_blocker, hostile_desk) as admin:
        yield admin


def hostile_desk() -> User:
    """A ticket for each text: in its title, its people's names, what was said of it, why it escalated, and in the audit trail."""
    master = SM1Factory(name="=1+2")
    for text in STORED:
        lead = RAFactory(name=text)
        engineer = EngineerFactory(name=text, reporting_authority=lead)
        ticket = in_progress(ticket=a_ticket(reporter=ReporterFactory(name=text)), engineer=engineer, by=master)
        Ticket.objects.filter(pk=ticket.pk).update(title=text)
        add_comment(actor=ticket.reporter, ticket_id=ticket.pk, body=text)
        audit.note(
            act="role_given",
            actor=lead,
            subject=engineer,
            subject_label=text,
            reason=text,
            after={text: text},
            now=held.moment,
        )
    sweep_escalations(held.forward(hours=5))
    for escalation, text in zip(Escalation.objects.order_by("pk"), STORED, strict=True):
        Escalation.objects.filter(pk=escalation.pk).update(reason=text)
    return AdminFactory(name='=HYPERLINK("http://evil.example","Ada")')


def cells_of(content: bytes) -> list[openpyxl.cell.Cell]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row]


def test_no_cell_of_any_report_is_calculated(admin):
    assert len(STORED) >= 40
    for name in Name:
        cells = cells_of(written(asked(admin), name.value))
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        texts = [cell.value for cell in cells if cell.data_type == "s"]
        assert len(texts) > len(STORED)
        assert [text for text in texts if is_live(unescape(text))] == []
        plain = [cell for row in csv_rows(written(asked(admin), name.value, "csv")) for cell in row.values()]
        assert [text for text in plain if is_live(text)] == []


def test_every_title_is_found_again_in_both(admin):
    wanted = sorted(meant(text).strip() for text in STORED)

    book = [row["Title"] for row in rows(admin)]
    plain = [row["Title"] for row in csv_rows(written(asked(admin), "tickets", "csv"))]

    assert sorted(plain_text(text or "").strip() for text in book) == wanted
    assert sorted(plain_text(text).strip() for text in plain) == wanted


def rows(admin) -> list[dict]:
    sheet = openpyxl.load_workbook(io.BytesIO(written(asked(admin), "tickets"))).worksheets[1]
    heading, *found = sheet.iter_rows(values_only=True)
    return [
        {name: unescape(value) if isinstance(value, str) else value for name, value in zip(heading, row, strict=True)}
        for row in found
    ]
