"""Forms of the portal: the shape of what is sent. Rules and limits are the services'; here they only become field errors."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from helpdesk.models import ApplicationCatalog
from workflow.errors import ApplicationMissing, ApplicationRetired, FieldInvalid, ReasonRequired, WorkflowError
from workflow.states import Priority
from workflow.texts import COMMENT_MAX, DESCRIPTION_MAX, TITLE_MAX, clean_line, clean_text

NOT_OFFERED = "This application takes no tickets here. Please choose one of the list."

NO_NUMBER = "The number of files is not one. Please choose them again."


class LineField(forms.CharField):
    """One line of text, cleaned as it will be stored, so that lengths count what is kept."""

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "")


class ProseField(forms.CharField):
    """Text of several lines, cleaned as it will be stored."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class KeyField(forms.UUIDField):
    """The key of one filled-in form, by which sending it twice does it once; a damaged key is replaced by a new one."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> uuid.UUID:  # type: ignore[override]
        try:
            return super().to_python(value) or uuid.uuid4()
        except ValidationError:
            return uuid.uuid4()


class FilesField(forms.IntegerField):
    """How many files follow the ticket; whoever sends none says nothing."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        errors = {"min_value": NO_NUMBER, "invalid": NO_NUMBER}
        super().__init__(required=False, min_value=0, initial=0, error_messages=errors)

    def to_python(self, value: Any) -> int:
        return super().to_python(value) or 0


class PortalForm(forms.Form):
    """A form whose fields look and speak as on the rest of the desk."""

    places: dict[type[WorkflowError], str] = {}
    """Which field a refusal belongs to, where it belongs to one."""

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        for field in self.fields.values():
            if not isinstance(field.widget, forms.RadioSelect | forms.HiddenInput):
                field.widget.attrs["class"] = "desk-field"

    def refuse(self, error: WorkflowError) -> None:
        """Say a rule's refusal where it belongs; what was typed stays."""
        if isinstance(error, FieldInvalid):
            for name, sentences in error.errors.items():
                self.add_error(name if name in self.fields else None, sentences)
        else:
            self.add_error(self.places.get(type(error)), error.sentence)


class RaiseForm(PortalForm):
    """A new ticket."""

    places = {ApplicationMissing: "application", ApplicationRetired: "application"}

    application = forms.ModelChoiceField(
        queryset=ApplicationCatalog.objects.open_for_tickets(),
        to_field_name="code",
        label="Application",
        empty_label="Choose the application",
        error_messages={"required": "Please choose the application.", "invalid_choice": NOT_OFFERED},
    )
    title = LineField(
        label="What is wrong, in one line",
        max_length=TITLE_MAX,
        error_messages={
            "required": "Please say in one line what is wrong.",
            "max_length": "The title has %(show_value)s characters; at most %(limit_value)s are possible.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = ProseField(
        label="What happens",
        max_length=DESCRIPTION_MAX,
        help_text="What you did, what you expected and what you saw instead. Line breaks are kept.",
        error_messages={
            "required": "Please describe what happens.",
            "max_length": "The description has %(show_value)s characters; at most %(limit_value)s are possible.",
        },
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    priority = forms.ChoiceField(
        label="Priority",
        choices=Priority.choices(),
        initial=Priority.MEDIUM.value,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Please choose a priority.",
            "invalid_choice": "Please choose high, medium or low.",
        },
    )
    files_announced = FilesField()
    request_key = KeyField()


class CommentForm(PortalForm):
    """Something to say on an own ticket; public, as everything said here."""

    comment = ProseField(
        label="Add a comment",
        max_length=COMMENT_MAX,
        error_messages={
            "required": "Please write something first.",
            "max_length": "The comment has %(show_value)s characters; at most %(limit_value)s are possible.",
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    request_key = KeyField()


class WithdrawForm(PortalForm):
    """Taking back a ticket nobody has yet."""

    places = {ReasonRequired: "reason"}

    reason = ProseField(
        label="Why it is not needed any more",
        max_length=COMMENT_MAX,
        error_messages={"required": "Please give a reason."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    repeats = LineField(
        label="Case it repeats",
        required=False,
        max_length=24,
        help_text="If you reported the same thing before, its case id, as N-EXP-1001.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
