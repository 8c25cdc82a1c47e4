"""The dialogs of more time: the engineer asks for it once, one scrum master of each level decides (X1-X3, B05)."""

from typing import Any

from django import forms
from django.utils.functional import cached_property

from helpdesk.admin.act_forms import QUICK_PICKS, Prose
from helpdesk.admin.dialogs import ActForm
from helpdesk.admin.extension_words import Asked, asked
from helpdesk.admin.navigation import level_of
from helpdesk.selectors import extensions
from helpdesk.selectors.impact import Impact, impact_of
from workflow.lineup import LONGEST_MINUTES
from workflow.states import Act
from workflow.texts import whole_number

APPROVE, REJECT = "approve", "reject"


class RequestExtensionForm(ActForm):
    """Hours and minutes of more time, and what for; what it would come to is shown while typing."""

    act = Act.REQUEST_EXTENSION
    title = "Ask for an extension"
    submit_text = "Ask for it"
    body_template = "helpdesk/admin/extension/ask.html"
    quick_picks = QUICK_PICKS

    hours = forms.IntegerField(required=False, min_value=0, label="Hours", widget=forms.NumberInput)
    minutes = forms.IntegerField(required=False, min_value=0, label="Minutes", widget=forms.NumberInput)
    comment = forms.CharField(
        label="What it is for",
        error_messages={"required": "Please say what the time is for."},
        widget=Prose("What takes longer than promised"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("hours", "minutes"):
            self.fields[name].widget.attrs.update(
                {"class": "desk-field act-number", "inputmode": "numeric", "autocomplete": "off"}
            )

    @property
    def sentence(self) -> str:
        return (
            "It is the only extension in this ticket's life, also if it is rejected. "
            "One SM1 and one SM2 decide; the clock goes on until both have."
        )

    @property
    def address(self) -> str:
        """Without what was typed so far: the preview asks for it anew each time."""
        return self.request.path

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        hours, minutes = given.get("hours"), given.get("minutes")
        if hours is None and minutes is None and not self.errors.keys() & {"hours", "minutes"}:
            self.add_error("hours", "Please give hours, minutes or both.")
        given["extra_minutes"] = (hours or 0) * 60 + (minutes or 0)
        return given

    @property
    def time_errors(self) -> list[str]:
        """What is wrong with either number, said once below both."""
        return [*self["hours"].errors, *self["minutes"].errors]

    @cached_property
    def typed_minutes(self) -> int:
        """What has been typed so far, 0 where it is no length of time that can be asked for."""
        typed = self.data if self.is_bound else self.request.GET
        hours, minutes = (whole_number(str(typed.get(name, "")).strip() or "0") for name in ("hours", "minutes"))
        if hours is None or minutes is None or hours * 60 + minutes > LONGEST_MINUTES:
            return 0
        return hours * 60 + minutes

    @cached_property
    def impact(self) -> Impact | None:
        """What the time typed so far would come to, if it were approved now."""
        if not self.typed_minutes or self.is_closed or self.ticket.assignment is None:
            return None
        return impact_of(self.ticket.assignment, self.typed_minutes, self.now)


class DecideExtensionForm(ActForm):
    """Approve or reject under the level of the open tab, with an optional comment; which of the two is the button pressed."""

    act = Act.DECIDE_EXTENSION
    title = "Decide on the extension"
    body_template = "helpdesk/admin/extension/decide.html"
    footer_template = "helpdesk/admin/extension/decide_footer.html"

    decision = forms.ChoiceField(
        choices=[(APPROVE, "Approve"), (REJECT, "Reject")],
        error_messages={
            "required": "Please press Approve or Reject.",
            "invalid_choice": "Please press Approve or Reject.",
        },
    )
    comment = forms.CharField(
        label="Comment", required=False, widget=Prose("Read by the engineer and the other scrum masters")
    )

    @cached_property
    def asked(self) -> Asked | None:
        """The request with the answers so far and what approving it would move; none where nobody asked."""
        request = extensions.extension_of(self.ticket)
        if request is None:
            return None
        impact = impact_of(request.assignment, request.extra_minutes, self.now) if not self.blocked else None
        return asked(request, extensions.votes_of(request), impact)

    @property
    def level_in_words(self) -> str:
        """The level this decision would be given for."""
        level = level_of(self.request)
        return level.label if level else ""

    @property
    def sentence(self) -> str:
        under = f" as {self.level_in_words}" if self.level_in_words else ""
        return f"You decide{under}, finally. The due time moves once SM1 and SM2, two different people, have both approved."
