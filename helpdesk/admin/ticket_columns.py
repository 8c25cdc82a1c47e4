"""The columns of the ticket lists: one shared look, nothing that costs a statement per row."""

from django.contrib import admin
from django.db.models import Case, IntegerField, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from helpdesk.models import Ticket
from helpdesk.templatetags.desk import (
    exact,
    mark,
    minutes_short,
    person,
    priority_mark,
    risk,
    short_span,
    status_chip,
    time_chip_at,
)
from workflow.states import Priority, Status

URGENCY = Case(
    *(When(priority=priority.value, then=Value(rank)) for rank, priority in enumerate(Priority)),
    output_field=IntegerField(),
)
"""Priorities in the order of their urgency, for sorting."""


def due_chip(ticket: Ticket, *, says_due: bool = True) -> SafeString:
    """The time that counts for a ticket now: promised, expected, or broken.

    `says_due` is false beside a label "Due"; that a time is only expected is said even there.
    """
    if ticket.assignment is None or ticket.resolved_at is not None:
        return time_chip_at(None, "at", now=ticket.shown_at)
    is_late = ticket.status == Status.ESCALATED or (
        ticket.assignment.is_committed and ticket.assignment.due_at <= ticket.shown_at
    )
    kind = "late" if is_late else "due" if ticket.assignment.is_committed else "expected"
    says_word = says_due or kind == "expected"
    late = getattr(ticket, "late_minutes", None)
    return time_chip_at(ticket.assignment.due_at, kind, now=ticket.shown_at, says_word=says_word, late_minutes=late)


def marks_of(ticket: Ticket) -> list[SafeString]:
    """What needs an eye on this ticket: E4's two flags, at risk (C9), out of turn (C6), an engineer who left (P8)."""
    found = []
    assignment = ticket.assignment
    if ticket.status == Status.UNASSIGNED and ticket.triage_due_at <= ticket.shown_at:
        found.append(mark("not triaged in time", "clock", "amber", "Unassigned for longer than the triage target"))
    if assignment is None:
        return found
    waits = ticket.status == Status.ASSIGNED and not assignment.is_committed
    if waits and ticket.acceptance_due_at <= ticket.shown_at:
        found.append(mark("no resolution time yet", "clock", "amber", "Not committed within the acceptance target"))
    if ticket.outlook is not None and ticket.outlook.is_at_risk:
        found.append(risk(ticket.outlook))
    if assignment.out_of_turn and ticket.status == Status.IN_PROGRESS:
        found.append(mark("out of turn", "warning", "neutral", "Started ahead of tickets that stood before it"))
    if ticket.resolved_at is None and not (assignment.engineer.is_active and ticket.engineer_holds_role):
        found.append(mark("engineer inactive", "person", "red", "Cannot work on it any more; please reassign"))
    return found


class TicketColumns:
    """The columns of the lists by their names in `ticket_lists.COLUMNS`."""

    @admin.display(description="")
    def pick(self, ticket: Ticket) -> SafeString:
        """One of several to be given to one engineer; the box belongs to the bar above the list."""
        return format_html(
            '<label class="pick"><input type="checkbox" name="tickets" value="{}" form="picks" autocomplete="off" '
            'data-pick-box aria-label="Choose {}"></label>',
            ticket.pk,
            ticket.case_id,
        )

    @admin.display(description="Case", ordering="case_id")
    def case(self, ticket: Ticket) -> SafeString:
        return format_html('<span class="desk-case">{}</span>', ticket.case_id)

    @admin.display(description="Title", ordering="title")
    def subject(self, ticket: Ticket) -> SafeString:
        title = format_html('<span class="desk-isolate desk-subject" title="{0}">{0}</span>', ticket.title)
        marks = marks_of(ticket)
        if not marks:
            return title
        return format_html(
            '{}<span class="desk-marks">{}</span>', title, format_html_join("", "{}", ((one,) for one in marks))
        )

    @admin.display(description="Status", ordering="status")
    def status_now(self, ticket: Ticket) -> SafeString:
        return status_chip(ticket)

    @admin.display(description="Priority", ordering=URGENCY)
    def priority_now(self, ticket: Ticket) -> SafeString:
        return priority_mark(ticket)

    @admin.display(description="Application", ordering="application__name")
    def application_name(self, ticket: Ticket) -> str:
        return ticket.application.name

    @admin.display(description="Reporter", ordering="reporter__name")
    def reported_by(self, ticket: Ticket) -> SafeString:
        return person(ticket.reporter)

    @admin.display(description="Engineer", ordering="assignment__engineer__name")
    def engineer(self, ticket: Ticket) -> SafeString:
        return person(ticket.assignment.engineer if ticket.assignment else None)

    @admin.display(description="Reporting authority", ordering="assignment__engineer__reporting_authority__name")
    def manager(self, ticket: Ticket) -> SafeString:
        return person(ticket.assignment.engineer.reporting_authority if ticket.assignment else None)

    @admin.display(description="Files")
    def files(self, ticket: Ticket) -> SafeString:
        return format_html('<span class="desk-number">{}</span>', ticket.files_count or "-")

    @admin.display(description="Waiting", ordering="triage_due_at")
    def waiting(self, ticket: Ticket) -> SafeString:
        """Age against the triage target: "2 h 10 of 30 min"."""
        waited, target = ticket.shown_at - ticket.created_at, ticket.triage_due_at - ticket.created_at
        used = min(100, round(100 * waited / target))
        return format_html(
            '<span class="desk-waiting{}" title="Raised {}"><progress max="100" value="{}" aria-hidden="true"></progress>'
            '<span class="desk-waiting-words"><b>{}</b> of {}</span></span>',
            " desk-waiting-over" if used >= 100 else "",
            exact(ticket.created_at),
            used,
            short_span(waited),
            short_span(target),
        )

    @admin.display(description="Due", ordering="assignment__due_at")
    def due(self, ticket: Ticket) -> SafeString:
        """The due time and, where it will be missed, when the ticket is likely done (C9)."""
        if ticket.outlook is None or not ticket.outlook.is_at_risk:
            return due_chip(ticket)
        likely = time_chip_at(ticket.outlook.finish_at, "at", now=ticket.shown_at)
        return format_html('{}<span class="desk-likely">likely {}</span>', due_chip(ticket), likely)

    @admin.display(description="Due time", ordering="assignment__due_at")
    def broken_due(self, ticket: Ticket) -> SafeString:
        return due_chip(ticket)

    @admin.display(description="Escalated", ordering="escalated_at")
    def since(self, ticket: Ticket) -> SafeString:
        return time_chip_at(ticket.escalated_at, "at", now=ticket.shown_at)

    @admin.display(description="Promised for", ordering="assignment__due_at")
    def promised(self, ticket: Ticket) -> SafeString:
        return time_chip_at(ticket.assignment.due_at if ticket.assignment else None, "at", now=ticket.shown_at)

    @admin.display(description="Closed", ordering="resolved_at")
    def resolved(self, ticket: Ticket) -> SafeString:
        return time_chip_at(ticket.resolved_at, "at", now=ticket.shown_at)

    @admin.display(description="How late")
    def lateness(self, ticket: Ticket) -> SafeString:
        if ticket.late_minutes is None or ticket.resolved_at is None:
            return person(None)
        return format_html('<span class="desk-number">{}</span>', minutes_short(ticket.late_minutes))

    @admin.display(description="Raised", ordering="created_at")
    def raised(self, ticket: Ticket) -> SafeString:
        return time_chip_at(ticket.created_at, "at", now=ticket.shown_at)

    @admin.display(description="Reason")
    def withdrawn_for(self, ticket: Ticket) -> SafeString:
        reason = Truncator(ticket.withdrawal_reason).chars(80)
        return format_html('<span class="desk-isolate" title="{}">{}</span>', ticket.withdrawal_reason, reason)

    @admin.display(description="")
    def next_act(self, ticket: Ticket) -> SafeString:
        """The next act of a scrum master, one click away."""
        address = reverse("admin:helpdesk_ticket_assign", args=(ticket.pk,))
        context = {"address": address, "label": "Assign", "style": "desk-button-small"}
        return render_to_string("helpdesk/admin/acts/open.html", context)
