"""The dialogs of the acts other than assigning: what each asks for and the sentence that says what will happen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from helpdesk.admin.dialogs import ActForm
from helpdesk.selectors import calendars, queues
from helpdesk.templatetags.desk import day_in_words
from workflow import lineup
from workflow.calendars import ROUND_THE_CLOCK, WorkingTime
from workflow.states import Act, Priority

QUICK_PICKS = (30, 60, 120, 240, 480)
"""Resolution times offered at a click, in minutes."""


def clock_in_words(moment: datetime, now: datetime) -> str:
    """A moment in the viewer's zone: "today 14:00"."""
    return f"{day_in_words(moment, now)} {timezone.localtime(moment):%H:%M}"


class Prose(UnfoldAdminTextareaWidget):
    """A text of several lines, low enough for a dialog."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(attrs={"rows": 4, "placeholder": placeholder})


@dataclass(frozen=True, kw_only=True)
class TimePlan:
    """From when a resolution time counts, and its limits in minutes (C1, C3, C5)."""

    starts_at: datetime
    extra: int
    shortest: int
    longest: int


class TimeForm(ActForm):
    """Hours and minutes of a promise; how they are judged is the service's (C1, C5)."""

    body_template = "helpdesk/admin/acts/time.html"
    quick_picks = QUICK_PICKS

    hours = forms.IntegerField(required=False, min_value=0, label="Hours", widget=forms.NumberInput)
    minutes = forms.IntegerField(required=False, min_value=0, label="Minutes", widget=forms.NumberInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("hours", "minutes"):
            self.fields[name].widget.attrs.update(
                {"class": "desk-field act-number", "inputmode": "numeric", "autocomplete": "off"}
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        hours, minutes = given.get("hours"), given.get("minutes")
        if hours is None and minutes is None and not self.errors:
            self.add_error("hours", "Please give hours, minutes or both.")
        given["resolution_minutes"] = (hours or 0) * 60 + (minutes or 0)
        return given

    @property
    def time_errors(self) -> list[str]:
        """What is wrong with either number, said once below both."""
        return [*self["hours"].errors, *self["minutes"].errors]

    @cached_property
    def time(self) -> WorkingTime:
        """The working time of the ticket's engineer (C10); a page that has read it already gives it."""
        return calendars.time_of(self.ticket.assignment.engineer_id) if self.ticket.assignment else ROUND_THE_CLOCK

    @cached_property
    def plan(self) -> TimePlan | None:
        """The planned start of this assignment and what may be promised from now; none where it has no place."""
        assignment = self.ticket.assignment
        if assignment is None or assignment.starts_at is None:
            return None
        slot, time = queues.slot_of(assignment), self.time
        return TimePlan(
            starts_at=assignment.starts_at,
            extra=assignment.extra_minutes,
            shortest=lineup.shortest_minutes(slot, self.now, time),
            longest=lineup.longest_minutes(slot, self.now, time),
        )

    @property
    def due_address(self) -> str:
        """Where to ask what a time comes to; empty around the clock, which the browser reckons itself."""
        around = self.time is ROUND_THE_CLOCK
        return "" if around else reverse("admin:helpdesk_ticket_due", args=(self.ticket.pk,))

    @property
    def start_in_words(self) -> str:
        """The planned start as people read it."""
        return clock_in_words(self.plan.starts_at, self.now) if self.plan else ""

    @property
    def passed_over(self) -> tuple[str, ...]:
        """The tickets this act would be out of turn ahead of (C6)."""
        return ()


class CommitForm(TimeForm):
    act = Act.COMMIT
    title = "Commit to a resolution time"
    submit_text = "Commit"

    @property
    def sentence(self) -> str:
        return "You promise the due time below; afterwards only an approved extension can move it."


class _StartsWork(ActForm):
    """Knows whom a start would pass over."""

    @cached_property
    def passed_over(self) -> tuple[str, ...]:
        """The tickets this start would be out of turn ahead of (C6)."""
        assignment = self.ticket.assignment
        if assignment is None or assignment.place is None:
            return ()
        return lineup.out_of_turn(queues.queue_of(assignment.engineer_id), assignment.pk)


class CommitAndStartForm(_StartsWork, TimeForm):
    act = Act.START
    title = "Commit and start"
    submit_text = "Commit and start"

    @property
    def sentence(self) -> str:
        return "You promise the due time below and the ticket is in progress from now on."


class StartForm(_StartsWork):
    act = Act.START
    title = "Start work"
    submit_text = "Start"
    form_before_template = "helpdesk/admin/acts/out_of_turn.html"

    @property
    def sentence(self) -> str:
        due_at = self.ticket.assignment.due_at if self.ticket.assignment else self.now
        return f"The ticket is in progress from now on; its promise of {clock_in_words(due_at, self.now)} stays."

    def get_before_template_context(self, request: Any, object_id: Any = None) -> dict[str, Any]:
        return {"passed_over": self.passed_over}


class ResolveForm(ActForm):
    act = Act.RESOLVE
    title = "Resolve"
    submit_text = "Resolve"

    note = forms.CharField(
        label="Resolution note",
        error_messages={"required": "Please say in a note how it was resolved."},
        widget=Prose("What was wrong and what was done"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page = reverse("admin:helpdesk_ticket_change", args=(self.ticket.pk,))
        self.fields["note"].help_text = format_html(
            'A file that belongs to it is added first, on <a class="desk-link" href="{}#files">the page of the ticket</a>.',
            page,
        )

    @property
    def sentence(self) -> str:
        return f"The ticket is resolved, and {self.ticket.reporter.name} and the scrum masters read your note."


class WithdrawForm(ActForm):
    act = Act.WITHDRAW
    title = "Withdraw"
    submit_text = "Withdraw"

    reason = forms.CharField(
        label="Reason",
        error_messages={"required": "Please give a reason."},
        widget=Prose("Why nobody needs it any more"),
    )
    repeats = forms.CharField(
        label="Case it repeats",
        required=False,
        max_length=30,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "N-EXP-1001", "autocomplete": "off"}),
    )

    @property
    def sentence(self) -> str:
        return f"The ticket is closed without being worked on, and {self.ticket.reporter.name} is told why."


class PriorityForm(ActForm):
    act = Act.CHANGE_PRIORITY
    title = "Change priority"
    submit_text = "Change priority"

    priority = forms.ChoiceField(label="New priority", widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(
        label="Reason",
        error_messages={"required": "Please give a reason."},
        widget=Prose("Why it is more or less urgent"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # All three once something was sent: the priority may have become the one asked for, which the service answers.
        self.fields["priority"].choices = [
            (priority.value, priority.label)
            for priority in Priority
            if self.is_bound or priority.value != self.ticket.priority
        ]

    @property
    def sentence(self) -> str:
        return (
            f"The ticket is {Priority(self.ticket.priority).label.lower()} now; "
            "the change and your reason stand in its history. No due time moves."
        )
