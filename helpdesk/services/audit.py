"""The audit trail: every security-sensitive act that is not a ticket's is written down here (P4)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from helpdesk import clock, trace
from helpdesk.models import AuditEvent, User
from workflow.errors import AssignerForged, LevelNotHeld, WorkflowError
from workflow.texts import clean_line, clean_text

ACTS: dict[str, str] = {
    "role_given": "Role given",
    "role_withdrawn": "Role withdrawn",
    "role_left_to_entra": "Role left to Entra ID",
    "role_claimed": "Role claimed by Entra ID",
    "role_no_longer_claimed": "Role no longer claimed by Entra ID",
    "claims_overage": "Groups not listed by Entra ID",
    "person_added": "Person added",
    "person_changed": "Person renamed",
    "person_deactivated": "Person deactivated",
    "person_activated": "Person activated",
    "sessions_ended": "Sessions ended",
    "reporting_authority_set": "Reporting authority set",
    "mapping_added": "Role mapping added",
    "mapping_changed": "Role mapping changed",
    "mapping_deleted": "Role mapping deleted",
    "people_imported": "People imported",
    "people_exported": "People exported",
    "application_saved": "Application saved",
    "settings_saved": "Settings saved",
    "file_download": "File fetched",
    "report_exported": "Report exported",
    "report_fetched": "Report fetched",
    "report_cancelled": "Report cancelled",
    "file_infected": "File kept back by the virus scanner",
    "calendar_added": "Working hours added",
    "calendar_changed": "Working hours changed",
    "calendar_removed": "Working hours removed",
    "desk_calendar_set": "Working hours of the desk set",
    "engineer_calendar_set": "Working hours of a person set",
    "forged_identity": "Forged identity refused",
    "signed_in": "Signed in",
    "signed_out": "Signed out",
    "sign_in_failed": "Sign-in failed",
    "sign_in_refused": "Sign-in refused",
    "token_refused": "Tokens refused",
    "session_expired": "Session ended at its limit",
    "alert_sent_again": "Mail to the admins tried again",
    "mail_sent_again": "Mail tried again",
    "job_run_again": "Background work run again",
    "break_glass_used": "Break-glass sign-in",
    "break_glass_refused": "Break-glass sign-in refused",
    "break_glass_set_up": "Break-glass account set up",
}
"""Every act that is ever written, with its name as an admin reads it."""

FORGED = (AssignerForged, LevelNotHeld)
"""Refusals that tell of somebody claiming to be what they are not (A4); they are kept although the act is undone."""


def note(
    *,
    act: str,
    actor: User | None,
    now: datetime,
    subject: User | None = None,
    subject_label: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Write one row in the transaction of the act; it stands or falls with it. No actor means the system.

    The label names the subject in words, the person's name where none is given. An act that is not in `ACTS` is a mistake
    of ours and raises `KeyError`.
    """
    event = row(
        act=act,
        actor=actor,
        now=now,
        subject=subject,
        subject_label=subject_label,
        before=before,
        after=after,
        reason=reason,
    )
    event.save(force_insert=True)
    return event


def row(
    *,
    act: str,
    actor: User | None,
    now: datetime,
    subject: User | None = None,
    subject_label: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """The same, not written yet: for acts on thousands of people, which write all their rows at once."""
    ACTS[act]
    return AuditEvent(
        act=act,
        actor=actor,
        subject=subject,
        subject_label=clean_line(subject_label or (subject.name if subject else ""))[:200],
        before=before or {},
        after=after or {},
        reason=clean_text(reason),
        request_id=trace.request_id.get()[:64],
        timestamp=now,
    )


def note_refusal(*, error: WorkflowError, actor: User | None) -> AuditEvent | None:
    """Keep a refusal that matters to security, after its act was rolled back; any other refusal is nobody's business.

    Faces call it where they answer a `WorkflowError`, outside the act's transaction. Told what was claimed, never the
    rest of the request.
    """
    if not isinstance(error, FORGED):
        return None
    with transaction.atomic():
        return note(
            act="forged_identity",
            actor=actor,
            now=clock.now(),
            subject=actor,
            after={"code": error.code, **error.data},
            reason=error.sentence,
        )
