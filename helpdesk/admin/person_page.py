"""What stands on the page of one person: roles and where they come from, what they hold, what was done about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from helpdesk.admin.audit_words import act_of, change_of
from helpdesk.models import AuditEvent, User, UserRole
from helpdesk.selectors import desk, holdings
from workflow.roles import Role

RECENT = 30
"""How much of the record stands on the page; the audit trail has all of it."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry of the record in words."""

    label: str
    said: str
    event: AuditEvent


@dataclass(frozen=True, kw_only=True)
class RoleLine:
    """One role in the table: claimed, decided, and what comes of both."""

    role: Role
    grant: UserRole

    @property
    def decided(self) -> str:
        """The admin's decision in words; empty when Entra ID decides."""
        return UserRole.Decision(self.grant.decision).label if self.grant.decision else ""


def role_chips(grants: Iterable[UserRole]) -> SafeString:
    """The roles held, each with its source, and those an admin withdrew, in the order of the roles."""
    order = list(Role)
    known = sorted(grants, key=lambda grant: order.index(Role(grant.role_id)))
    shown = [
        {"label": Role(one.role_id).label, "grant": one, "source": "admin" if one.decision else "Azure"}
        for one in known
        if one.is_granted or (one.decision and one.is_claimed)
    ]
    holds = any(one.is_granted for one in known)
    return render_to_string("helpdesk/admin/people/chips.html", {"shown": shown, "holds": holds})


def page_of(person: User, buttons: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """The whole page; the same few statements for everybody."""
    grants = holdings.grants_of(person)
    record = AuditEvent.objects.filter(subject=person).select_related("actor")[:RECENT]
    held = holdings.holdings_of(person)
    for assignment in held.tickets:
        assignment.ticket.shown_at = now  # type: ignore[attr-defined]
    return {
        "person": person,
        "now": now,
        "buttons": buttons,
        "roles": [RoleLine(role=role, grant=grant) for role, grant in grants.items()],
        "chips": role_chips([grant for grant in grants.values() if grant.pk]),
        "held": held,
        "desk_hours": desk.settings().working_calendar,
        "is_engineer": grants[Role.ENGINEER].is_granted,
        "record": [Line(label=act_of(one), said=change_of(one), event=one) for one in record],
        "whole_record": f"{reverse('admin:history')}?{urlencode({'person': person.username})}",
        "back": {"title": "People", "address": reverse("admin:helpdesk_user_changelist")},
    }
