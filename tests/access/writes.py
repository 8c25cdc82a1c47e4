"""One true act for every form of the site: who does it, on what, and what they fill in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.models import Ticket
from helpdesk.selectors.queues import queue_of, queue_version
from helpdesk.selectors.tickets import version_of
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.extensions import request_extension
from helpdesk.services.import_drafts import keep_draft
from helpdesk.services.tickets import start_ticket
from reports.models import ReportRun
from tests.access.world import World

KEY = "6f1c2d2e-8f5b-4c59-9f4e-0c4f6f1f2a3b"

Filled = Callable[[World], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Write:
    """An act that succeeds. `before` makes the world ready for it; fields not named are sent as the dialog shows them."""

    who: str
    ticket: str = ""
    fill: Filled = field(default=lambda world: {})
    before: Callable[[World], None] = field(default=lambda world: None)
    is_dialog: bool = True
    is_call: bool = False
    """A call of the API: its body is JSON and refuses every field it does not name."""
    optional: tuple[str, ...] = ()
    """Fields a call takes besides those filled in."""


def _own_given_to_engineer(world: World) -> None:
    assign_ticket(
        actor=world.users["sm1"],
        ticket_id=world.tickets["own"].pk,
        engineer_id=world.users["engineer"].pk,
        assign_anyway=True,
    )


def _assigned_started(world: World) -> None:
    start_ticket(actor=world.users["engineer"], ticket_id=world.tickets["assigned"].pk)


def _assigned_extended(world: World) -> None:
    request_extension(
        actor=world.users["engineer"],
        ticket_id=world.tickets["assigned"].pk,
        extra_minutes=30,
        comment="It takes longer.",
    )


def _line(world: World) -> str:
    """The token of the engineer's line."""
    return queue_version(world.users["engineer"].pk)


def _order(world: World) -> str:
    """What waits for the engineer, the last one first."""
    waiting = queue_of(world.users["engineer"].pk).waiting
    return ",".join(str(slot.ref) for slot in reversed(waiting))


def _report_waiting(world: World) -> None:
    """The report as it was before a worker took it."""
    ReportRun.objects.filter(pk=world.report.pk).update(state="waiting", next_try_at=world.now)


def _sheet(world: World) -> bytes:
    """A sheet that gives one person a role."""
    person = world.users["reporter"]
    return f"Entra object id,Roles given,Roles withdrawn\n{person.azure_ad_id},sm1,\n".encode()


def _draft(world: World) -> Mapping[str, Any]:
    kept = keep_draft(
        actor=world.users["admin"], file_name="p.csv", content=_sheet(world), reason="Asked.", now=world.now
    )
    return {"draft": str(kept.pk)}


def _engineer(world: World) -> Mapping[str, Any]:
    return {"engineer_id": world.users["engineer"].pk, "assign_anyway": "on", "comment": "Knows it."}


def _both_unassigned(world: World) -> Mapping[str, Any]:
    """The tickets nobody has yet, all to one engineer, as the list sends them."""
    fresh = Ticket.objects.filter(status="unassigned").order_by("pk")
    return {
        "engineer_id": world.users["engineer"].pk,
        "assign_anyway": "on",
        "confirm_own_ticket": "on",
        "tickets": [ticket.pk for ticket in fresh],
        "seen": [f"{ticket.pk}:{version_of(ticket)}" for ticket in fresh],
    }


REASON: Filled = lambda world: {"reason": "Because."}  # noqa: E731 - one word for a table
TIME: Filled = lambda world: {"hours": "20", "minutes": "30"}  # noqa: E731 - the same
ADMIN = {"who": "admin", "fill": REASON}

WRITES: dict[str, Write] = {
    "portal:raise": Write(
        who="reporter",
        is_dialog=False,
        fill=lambda world: {
            "application": "QZX",
            "title": "New",
            "description": "It stops.",
            "priority": "low",
            "request_key": KEY,
        },
    ),
    "portal:comment": Write(
        who="reporter", ticket="own", is_dialog=False, fill=lambda world: {"comment": "Hello", "request_key": KEY}
    ),
    "portal:withdraw": Write(who="reporter", ticket="own", is_dialog=False, fill=REASON),
    "admin:helpdesk_ticket_comment": Write(
        who="sm1", ticket="own", is_dialog=False, fill=lambda world: {"body": "Hello", "request_key": KEY}
    ),
    "admin:helpdesk_ticket_assign": Write(who="sm1", ticket="own", fill=_engineer),
    "admin:helpdesk_ticket_assign_many": Write(who="sm1", fill=_both_unassigned),
    "admin:helpdesk_ticket_reassign": Write(who="sm1", ticket="unrelated", fill=_engineer),
    "admin:helpdesk_ticket_change_priority": Write(
        who="sm2", ticket="own", fill=lambda world: {"priority": "high", "reason": "Because."}
    ),
    "admin:helpdesk_ticket_withdraw": Write(who="sm2", ticket="own", fill=REASON),
    "admin:helpdesk_ticket_commit": Write(who="engineer", ticket="own", fill=TIME, before=_own_given_to_engineer),
    "admin:helpdesk_ticket_commit_and_start": Write(
        who="engineer", ticket="own", fill=TIME, before=_own_given_to_engineer
    ),
    "admin:helpdesk_ticket_start": Write(who="engineer", ticket="assigned"),
    "admin:helpdesk_ticket_resolve": Write(
        who="engineer", ticket="assigned", fill=lambda world: {"note": "Done."}, before=_assigned_started
    ),
    "admin:helpdesk_ticket_request_extension": Write(
        who="engineer", ticket="assigned", fill=lambda world: {"hours": "1", "comment": "It takes longer."}
    ),
    "admin:helpdesk_ticket_decide_extension": Write(
        who="sm1", ticket="assigned", fill=lambda world: {"decision": "approve"}, before=_assigned_extended
    ),
    "admin:queues-reorder": Write(
        who="sm1",
        is_dialog=False,
        before=_own_given_to_engineer,
        fill=lambda world: {"order": _order(world), "comment": "Better so.", "seen": _line(world)},
    ),
    "admin:queues-move": Write(
        who="sm1",
        ticket="unrelated",
        is_dialog=False,
        fill=lambda world: {
            "engineer": world.users["engineer"].pk,
            "place": 1,
            "comment": "Knows it.",
            "seen": version_of(world.tickets["unrelated"]),
            "line_seen": _line(world),
        },
    ),
    "admin:helpdesk_applicationcatalog_add_application": Write(
        who="admin", fill=lambda world: {"name": "Travel", "code": "TRV"}
    ),
    "admin:helpdesk_applicationcatalog_edit_application": Write(who="admin", fill=lambda world: {"name": "Renamed"}),
    "admin:helpdesk_desksettings_edit_settings": Write(who="admin", fill=lambda world: {"reminder_lead_minutes": 7}),
    "admin:helpdesk_desksettings_set_hours": Write(who="admin", fill=lambda world: {"calendar": world.calendar.pk}),
    "admin:helpdesk_workingcalendar_add_calendar": Write(who="admin", fill=lambda world: {"name": "Shifts"}),
    "admin:helpdesk_workingcalendar_edit_calendar": Write(who="admin", fill=lambda world: {"name": "Renamed"}),
    "admin:helpdesk_workingcalendar_remove_calendar": Write(**ADMIN),
    "admin:helpdesk_rolemapping_add_mapping": Write(
        who="admin", fill=lambda world: {"claim": "roles", "value": "New", "role": "ra", "reason": "Because."}
    ),
    "admin:helpdesk_rolemapping_edit_mapping": Write(
        who="admin", fill=lambda world: {"value": "Other", "reason": "Because."}
    ),
    "admin:helpdesk_rolemapping_delete_mapping": Write(**ADMIN),
    "admin:helpdesk_adminalert_send_again": Write(who="admin"),
    "admin:helpdesk_notification_send_one": Write(who="admin"),
    "admin:helpdesk_notification_send_many": Write(who="admin", fill=lambda world: {"mails": [world.mail.pk]}),
    "admin:helpdesk_notification_send_all": Write(who="admin"),
    "admin:helpdesk_heartbeat_run_again": Write(who="admin"),
    "admin:helpdesk_user_edit_roles": Write(who="admin", fill=lambda world: {"sm1": "given", "reason": "Because."}),
    "admin:helpdesk_user_set_authority": Write(who="admin", fill=lambda world: {"authority": "", "reason": "Because."}),
    "admin:helpdesk_user_set_hours": Write(
        who="admin", fill=lambda world: {"calendar": world.calendar.pk, "reason": "Because."}
    ),
    "admin:helpdesk_user_end_sessions": Write(**ADMIN),
    "admin:helpdesk_user_deactivate": Write(**ADMIN),
    "admin:helpdesk_user_sheet": Write(
        who="admin",
        is_dialog=False,
        fill=lambda world: {"file": SimpleUploadedFile("p.csv", _sheet(world)), "reason": "Because."},
    ),
    "admin:helpdesk_user_sheet_confirm": Write(who="admin", is_dialog=False, fill=_draft),
    "admin:helpdesk_user_sheet_export": Write(who="admin", is_dialog=False, fill=lambda world: {"kind": "csv"}),
    "exports:export": Write(who="admin", is_dialog=False, fill=lambda world: {"report": "tickets", "kind": "csv"}),
    "exports:cancel": Write(who="admin", is_dialog=False, before=_report_waiting),
    "admin:workspace": Write(who="sm1", is_dialog=False),
    "api:tickets": Write(
        who="reporter",
        is_call=True,
        optional=("files_announced",),
        fill=lambda world: {"application": "QZX", "title": "New", "description": "It stops.", "priority": "low"},
    ),
    "api:ticket-comments": Write(
        who="reporter", ticket="own", is_call=True, optional=("internal",), fill=lambda world: {"body": "Hello"}
    ),
    "api:ticket-assign": Write(
        who="sm1",
        ticket="own",
        is_call=True,
        optional=("assigned_by_id", "assigned_level", "comment", "confirm_own_ticket"),
        fill=lambda world: {"assignee_id": world.users["engineer"].pk, "assign_override": True},
    ),
    "api:ticket-commit": Write(
        who="engineer",
        ticket="own",
        is_call=True,
        before=_own_given_to_engineer,
        fill=lambda world: {"resolution_minutes": 1230},
    ),
    "api:ticket-start": Write(who="engineer", ticket="assigned", is_call=True, optional=("resolution_minutes",)),
    "api:ticket-resolve": Write(
        who="engineer",
        ticket="assigned",
        is_call=True,
        before=_assigned_started,
        fill=lambda world: {"note": "Done."},
    ),
    "api:ticket-withdraw": Write(who="reporter", ticket="own", is_call=True, optional=("repeats",), fill=REASON),
    "api:ticket-priority": Write(
        who="sm2", ticket="own", is_call=True, fill=lambda world: {"priority": "high", "reason": "Because."}
    ),
    "api:ticket-extension": Write(
        who="engineer",
        ticket="assigned",
        is_call=True,
        fill=lambda world: {"extra_minutes": 30, "comment": "It takes longer."},
    ),
    "api:extension-approve": Write(
        who="sm1",
        ticket="assigned",
        is_call=True,
        before=_assigned_extended,
        optional=("level", "comment"),
        fill=lambda world: {"approve": True},
    ),
    "api:presign-upload": Write(
        who="reporter",
        is_call=True,
        optional=("content_type", "internal", "client_key"),
        fill=lambda world: {
            "case_id": world.tickets["own"].case_id,
            "filename": "page.png",
            "size": 4,
            "sha256": "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=",
        },
    ),
    "api:presign-download": Write(
        who="reporter", is_call=True, fill=lambda world: {"attachment_id": world.files["own"].pk}
    ),
}
"""By route. An engineer who is activated is none: the twin of deactivation, with the same form."""

WITHOUT_FORM = {
    "admin:queues-preview": "says what a move would do and changes nothing",
    "admin:queues-suggest": "suggests an order and changes nothing",
    "api:attachment-confirm": "looks at what arrived and reads nothing",
    "api:attachment-cancel": "gives up an upload and reads nothing",
    "csp-report": "counts and logs what a browser reports, and answers nothing",
    "sign-out": "ends the session and reads nothing",
    "role-not-assigned": "leads home",
    "admin:index": "leads on",
    "admin:login": "leads home",
    "admin:logout": "hands on to sign-out",
    "admin:helpdesk_user_activate": "the form of deactivation",
}
"""Routes that answer a POST and take no field, each with what it does instead; lists and bare addresses are found by name."""
