"""The dialogs about one person: their roles, their reporting authority, whether they may be here."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property

from helpdesk.admin.act_forms import Prose
from helpdesk.admin.catalog import SavedForm
from helpdesk.models import User, UserRole
from helpdesk.selectors import holdings
from helpdesk.selectors.holdings import Holdings
from workflow.errors import WorkflowError
from workflow.roles import Role

ENTRA = "entra"
REASON_NEEDED = "Please give a reason; it stands in the record."


class PersonForm(SavedForm):
    """A dialog about one person, with the reason every one of them needs."""

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        error_messages={"required": REASON_NEEDED},
        widget=Prose("Who asked for it and why"),
    )

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.person = person_or_404(object_id)
        self.order_fields([name for name in self.fields if name != "reason"])
        self.fields["reason"].widget.attrs["rows"] = 2
        self.dress()

    def refuse(self, error: WorkflowError) -> None:
        if error.code == "reason_required":
            self.add_error("reason", REASON_NEEDED)
        else:
            super().refuse(error)


def person_or_404(object_id: int | str | None) -> User:
    """The person of an address; a number that is none answers as a missing one."""
    try:
        return User.objects.select_related("reporting_authority", "working_calendar").get(pk=object_id or 0)
    except (User.DoesNotExist, ValueError):
        raise Http404("There is no such page.") from None


class RolesForm(PersonForm):
    """One row per role: what Entra ID claims, and who decides. `seen` says what the admin looked at."""

    body_template = "helpdesk/admin/people/roles_fields.html"
    is_wide = True
    CHOICES = ((ENTRA, "Entra ID decides"), ("given", "Given"), ("withdrawn", "Withdrawn"))

    seen = forms.JSONField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grants = holdings.grants_of(self.person)
        for role, grant in self.grants.items():
            field = forms.ChoiceField(choices=self.CHOICES, widget=forms.RadioSelect, initial=grant.decision or ENTRA)
            self.fields[role.value] = field
        self.fields["seen"].initial = {role.value: grant.decision for role, grant in self.grants.items()}

    @property
    def title(self) -> str:
        return f"Roles of {self.person.name}"

    @property
    def rows(self) -> list[tuple[Role, UserRole, forms.BoundField]]:
        """The table: role, what is known about it, the choice."""
        return [(role, grant, self[role.value]) for role, grant in self.grants.items()]

    def clean_seen(self) -> dict[Role, str | None]:
        """The decisions the dialog was opened with; anything odd counts as never looked at."""
        given = self.cleaned_data["seen"]
        if not isinstance(given, dict):
            raise forms.ValidationError("Please open this dialog again.")
        return {role: given.get(role.value) for role in Role}

    @cached_property
    def decisions(self) -> dict[Role, str | None]:
        """Only what the admin changed: the others stay whatever they are."""
        chosen = {role: self.cleaned_data[role.value] for role in Role}
        decided = {role: None if choice == ENTRA else choice for role, choice in chosen.items()}
        return {role: decision for role, decision in decided.items() if decision != self.cleaned_data["seen"][role]}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not self.decisions:
            raise forms.ValidationError("Nothing is changed yet: choose who decides about at least one role.")
        return given


class AuthorityForm(PersonForm):
    """Who hears of this engineer's broken promises (P5); the service judges the choice."""

    authority = forms.IntegerField(label="Reporting authority", required=False)

    field_order = ("authority", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.pk, one.name) for one in holdings.authorities() if one.pk != self.person.pk]
        field = self.fields["authority"]
        field.widget = forms.Select({"class": "desk-field"}, choices=[("", "Nobody in particular"), *known])
        field.initial = self.person.reporting_authority_id
        field.help_text = "Active people who hold the role Reporting authority."

    @property
    def title(self) -> str:
        return f"Reporting authority of {self.person.name}"

    @property
    def sentence(self) -> str:
        return (
            "They are told when a promise of this engineer is broken. Without one, every reporting authority and the "
            "admins are told."
        )

    def clean_authority(self) -> User | None:
        chosen = self.cleaned_data["authority"]
        if chosen is None:
            return None
        found = User.objects.filter(pk=chosen).first()
        if found is None:
            raise forms.ValidationError("There is no such person.")
        return found


class ActivityForm(PersonForm):
    """Shut somebody out or let them in again; shows what they hold."""

    @cached_property
    def held(self) -> Holdings:
        """What is theirs now."""
        return holdings.holdings_of(self.person)


class DeactivateForm(ActivityForm):
    form_before_template = "helpdesk/admin/people/held.html"
    submit_text = "Deactivate"

    @property
    def title(self) -> str:
        return f"Deactivate {self.person.name}"

    @property
    def sentence(self) -> str:
        return (
            "Their next click is refused, programs with their token too, and no ticket can be given to them. "
            "Nothing of theirs is deleted."
        )

    def get_before_template_context(self, request: Any, object_id: Any = None) -> dict[str, Any]:
        return {"held": self.held, "person": self.person}


class ActivateForm(ActivityForm):
    submit_text = "Activate"

    @property
    def title(self) -> str:
        return f"Activate {self.person.name}"

    @property
    def sentence(self) -> str:
        return "They may sign in again, with the roles shown on their page."


class SessionsForm(PersonForm):
    submit_text = "End sessions"

    @property
    def title(self) -> str:
        return f"End the sessions of {self.person.name}"

    @property
    def sentence(self) -> str:
        return (
            "They are signed out in every browser and may sign in again at once. To keep somebody out, deactivate them."
        )
