"""What the tests of the Administration share: the dialogs' addresses, sheets as people send them."""

import json
from typing import Any
from uuid import uuid4

import tablib
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.admin import sheets
from helpdesk.models import User

SHEET = "admin:helpdesk_user_sheet"
CONFIRM = "admin:helpdesk_user_sheet_confirm"
EXPORT = "admin:helpdesk_user_sheet_export"
COLUMNS = ("Entra object id", "Name", "E-mail", "Roles given", "Roles withdrawn", "Reporting authority id")
CHOICES = ("reporter", "sm1", "sm2", "engineer", "ra", "admin")
NOTHING_DECIDED = json.dumps(dict.fromkeys(CHOICES))


def dialog(name: str, person: User) -> str:
    """The address of a dialog about somebody."""
    return reverse(f"admin:helpdesk_user_{name}", args=(person.pk,))


def page_of(person: User) -> str:
    return reverse("admin:helpdesk_user_change", args=(person.pk,))


def choices(seen: str = NOTHING_DECIDED, reason: str = "Asked for", **chosen: str) -> dict[str, str]:
    """What the dialog of roles sends: everything left to Entra ID but what is chosen."""
    return {"_form_submitted": "on", "seen": seen, "reason": reason, **dict.fromkeys(CHOICES, "entra"), **chosen}


def person_row(person: User | None = None, **cells: str) -> dict[str, str]:
    """A row of a sheet; columns that are not named are empty."""
    known = {
        "Entra object id": person.azure_ad_id if person else str(uuid4()),
        "Name": person.name if person else "New",
    }
    return {**dict.fromkeys(COLUMNS, ""), **known, **{_column(name): cell for name, cell in cells.items()}}


def _column(name: str) -> str:
    short = {"given": "Roles given", "withdrawn": "Roles withdrawn", "authority": "Reporting authority id"}
    return short.get(name, name)


def sheet_of(rows: list[dict[str, Any]], kind: str = "xlsx", columns: tuple[str, ...] = COLUMNS) -> bytes:
    dataset = tablib.Dataset(headers=columns)
    for row in rows:
        dataset.append([row[column] for column in columns])
    return sheets.write(dataset, kind)


def send(client: Client, content: bytes, name: str = "people.xlsx", reason: str = "March") -> HttpResponse:
    """Send a sheet to be looked through."""
    return client.post(reverse(SHEET), {"file": SimpleUploadedFile(name, content), "reason": reason})


def confirm(client: Client, preview: HttpResponse) -> HttpResponse:
    """Press Import below a preview."""
    return client.post(reverse(CONFIRM), {"draft": str(preview.context_data["draft"].pk)})
