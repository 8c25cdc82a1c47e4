"""A small desk with a ticket in every state, and reports of it read again as a spreadsheet would read them."""

import csv
import io
import tempfile
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from openpyxl.utils.escape import unescape

from helpdesk.models import User
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.tickets import resolve_ticket, withdraw_ticket
from reports.exports import making
from reports.exports.catalog import REPORTS, Asked
from reports.exports.filters import Filters
from tests.clock import held
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    SM1Factory,
    SM2Factory,
    a_ticket,
    an_assignment,
    in_progress,
)

BERLIN = ZoneInfo("Europe/Berlin")


def a_desk() -> dict[str, Any]:
    """Two applications, two engineers, seven tickets: each state, one withdrawn, one escalated and passed on; it ends five hours after noon."""
    expenses, people = ApplicationFactory(code="EXP", name="Expenses"), ApplicationFactory(code="HRM", name="People")
    asha = EngineerFactory(name="Asha Rao", reporting_authority=RAFactory(name="Rosa Vidal"))
    ben = EngineerFactory(name="Ben Okafor")
    sm1, sm2 = SM1Factory(name="Sam One"), SM2Factory(name="Sia Two")
    made = {
        "unassigned": a_ticket(application=expenses, priority="high"),
        "withdrawn": a_ticket(application=people, priority="low"),
    }
    withdraw_ticket(actor=sm1, ticket_id=made["withdrawn"].pk, reason="Raised twice.")
    for name, owner, application in (
        ("on_time", asha, expenses),
        ("late", asha, expenses),
        ("passed_on", asha, people),
        ("working", ben, people),
    ):
        made[name] = in_progress(engineer=owner, by=sm1, ticket=a_ticket(application=application), minutes=60)
    made["assigned"] = an_assignment(engineer=ben, by=sm1, ticket=a_ticket(application=people)).ticket
    request_extension(actor=asha, ticket_id=made["on_time"].pk, extra_minutes=30, comment="One more file.")
    decide_extension(actor=sm1, ticket_id=made["on_time"].pk, approve=True)
    decide_extension(actor=sm2, ticket_id=made["on_time"].pk, approve=True)
    held.forward(minutes=45)
    resolve_ticket(actor=asha, ticket_id=made["on_time"].pk, note="Restarted.")
    sweep_escalations(held.forward(hours=4))
    assign_ticket(actor=sm2, ticket_id=made["passed_on"].pk, engineer_id=ben.pk, comment="Ben knows it.")
    held.forward(minutes=15)
    resolve_ticket(actor=asha, ticket_id=made["late"].pk, note="Late, but done.")
    return {**made, "asha": asha, "ben": ben, "sm1": sm1, "sm2": sm2}


def asked(user: User, now: datetime | None = None, **filters: Any) -> Asked:
    return Asked(user=user, filters=Filters(**filters), now=now or held.moment, zone=BERLIN)


def written(what: Asked, name: str, file_type: str = "xlsx") -> bytes:
    """The report as a file."""
    with tempfile.TemporaryFile() as target:
        making.make(REPORTS[name], what, file_type, target, lambda _done: None)
        target.seek(0)
        return target.read()


def rows_of(content: bytes) -> list[dict[str, Any]]:
    """The second sheet of a workbook, by its headings; no cell may be of any type but text, number and date."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
    heading, *rows = sheet.iter_rows()
    names = [cell.value for cell in heading]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "d", "inlineStr"}
    return [{name: _read(cell.value) for name, cell in zip(names, row, strict=True)} for row in rows]


def by_case(content: bytes) -> dict[str, dict[str, Any]]:
    """The rows of a report with one row a ticket."""
    return {row["Case"]: row for row in rows_of(content)}


def about(content: bytes) -> dict[str, Any]:
    """The first sheet: what it says, by its labels."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return {row[0]: row[1] for row in sheet.iter_rows(min_row=3, values_only=True)}


def csv_rows(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file, by its headings."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _read(value: Any) -> Any:
    return unescape(value) if isinstance(value, str) else value


def local(moment: datetime) -> datetime:
    """A moment as a sheet shows it in Berlin."""
    return moment.astimezone(BERLIN).replace(tzinfo=None, microsecond=0)


def on_sheet(*parts: int) -> datetime:
    """A moment as openpyxl reads it: a sheet knows no zones."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def as_plain(title: str, cell: Any) -> str:
    """A cell of a workbook as it stands in CSV."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if title == "Reported on" else cell.isoformat(" ")
    return "" if cell is None else str(cell)


HOUR = timedelta(hours=1)
