"""What calls about tickets answer, field by field; `helpdesk.api.answers` fills them."""

from rest_framework import serializers

from helpdesk.api.shapes import Moment, PersonSerializer
from workflow.states import Act, ExtensionStatus, Level, Priority, Status

LEVELS = [(level.label, level.label) for level in Level]
FOR_STAFF = "For the staff; null for somebody who only reported the ticket."


class ApplicationSerializer(serializers.Serializer):
    """An in-house application."""

    code = serializers.CharField()
    name = serializers.CharField()


class AssignmentSerializer(serializers.Serializer):
    """Who works on it, and until when."""

    engineer = PersonSerializer()
    level = serializers.ChoiceField(
        choices=LEVELS, allow_null=True, help_text=f"Under which it was assigned. {FOR_STAFF}"
    )
    assigned_by = PersonSerializer(allow_null=True, help_text=FOR_STAFF)
    assigned_at = Moment()
    starts_at = Moment(allow_null=True, help_text=f"The planned start. {FOR_STAFF}")
    due_at = Moment(
        allow_null=True,
        help_text="Promised once `committed`, expected until then. Null for a mere reporter when it says nothing any more.",
    )
    committed = serializers.BooleanField(
        help_text="Whether the engineer has given a resolution time, which is a promise."
    )
    resolution_minutes = serializers.IntegerField(allow_null=True, help_text=f"The promised working time. {FOR_STAFF}")
    extra_minutes = serializers.IntegerField(help_text="Working time added by an approved extension.")


class OutlookSerializer(AssignmentSerializer):
    """The same with the forecast: where the queue really will be if work goes on from now."""

    forecast_at = Moment(
        allow_null=True,
        help_text="When it will be done as things stand; null where nothing is to be done, for a mere reporter unless later than due.",
    )
    at_risk = serializers.BooleanField(help_text="Whether it will miss its promise as things stand.")
    behind = serializers.CharField(allow_null=True, help_text=f"The case right ahead of it in line. {FOR_STAFF}")


class TicketRowSerializer(serializers.Serializer):
    """A ticket as it stands in lists, and as every change of it answers."""

    id = serializers.IntegerField()
    case_id = serializers.CharField()
    title = serializers.CharField()
    priority = serializers.ChoiceField(choices=Priority.choices())
    status = serializers.ChoiceField(choices=Status.choices())
    withdrawn = serializers.BooleanField(help_text="Taken back before anybody had it; its status is `resolved`.")
    application = ApplicationSerializer()
    reporter = PersonSerializer()
    reported_date = serializers.DateField(help_text="In the time zone of the organisation.")
    created_at = Moment()
    updated_at = Moment()
    resolved_at = Moment(allow_null=True)
    assignment = AssignmentSerializer(allow_null=True, help_text="Null while nobody has it.")


class CommittedSerializer(TicketRowSerializer):
    """A ticket that has its promise now."""

    due_at = Moment(help_text="What was promised.")


class SLASerializer(serializers.Serializer):
    """How the promise was kept."""

    original_due_at = Moment(allow_null=True, help_text=f"As promised first; it never changes. {FOR_STAFF}")
    extended_due_at = Moment(allow_null=True, help_text=f"Once an extension is approved. {FOR_STAFF}")
    breached = serializers.BooleanField(help_text="Whether a promise on this ticket was ever broken.")


class DecisionSerializer(serializers.Serializer):
    """What one level said to a request for more time; final."""

    level = serializers.ChoiceField(choices=LEVELS)
    approved = serializers.BooleanField()
    by = PersonSerializer()
    comment = serializers.CharField()
    at = Moment()


class ExtensionSerializer(serializers.Serializer):
    """The one request for more time of a ticket's life; a mere reporter sees it once it is approved, without the words."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=ExtensionStatus.choices())
    extra_minutes = serializers.IntegerField()
    comment = serializers.CharField(allow_null=True, help_text=FOR_STAFF)
    requested_by = PersonSerializer(allow_null=True, help_text=FOR_STAFF)
    requested_at = Moment(allow_null=True, help_text=FOR_STAFF)
    decisions = DecisionSerializer(many=True)


class AttachmentSerializer(serializers.Serializer):
    """A file of a ticket."""

    id = serializers.IntegerField()
    filename = serializers.CharField()
    size = serializers.IntegerField()
    content_type = serializers.CharField()
    state = serializers.ChoiceField(choices=("pending", "confirmed", "waiting_for_scan", "infected"))
    internal = serializers.BooleanField()
    uploaded_by = PersonSerializer()
    uploaded_at = Moment()


class WithdrawalSerializer(serializers.Serializer):
    """Why it was taken back."""

    reason = serializers.CharField()
    repeats = serializers.CharField(allow_null=True, help_text="The case it repeats, where the caller may know of it.")


class ActionSerializer(serializers.Serializer):
    """Whether the caller may do this now."""

    name = serializers.ChoiceField(choices=Act.choices())
    allowed = serializers.BooleanField()
    reason = serializers.CharField(help_text="Why not, in words; empty where it is allowed.")


class TicketSerializer(TicketRowSerializer):
    """A ticket with all that the caller may know of it, and what they may do with it now."""

    description = serializers.CharField()
    resolution_note = serializers.CharField(allow_null=True, help_text="How it was resolved; null until then.")
    withdrawal = WithdrawalSerializer(allow_null=True, help_text="Null unless it was withdrawn.")
    assignment = OutlookSerializer(allow_null=True, help_text="Null while nobody has it.")
    sla = SLASerializer(allow_null=True, help_text="Null while nobody has it.")
    extension = ExtensionSerializer(allow_null=True)
    attachments = AttachmentSerializer(many=True)
    actions = ActionSerializer(many=True)


class CommentSerializer(serializers.Serializer):
    """Something that was said on a ticket."""

    id = serializers.IntegerField()
    author = PersonSerializer()
    body = serializers.CharField()
    internal = serializers.BooleanField(help_text="For the staff only.")
    created_at = Moment()


class EventSerializer(serializers.Serializer):
    """One change of a ticket."""

    id = serializers.IntegerField()
    action = serializers.CharField(help_text="Stable, for programs.")
    label = serializers.CharField(help_text="For people.")  # type: ignore[assignment]
    actor = PersonSerializer(allow_null=True, help_text="Null where the desk itself acted.")
    at = Moment()
    data = serializers.DictField(  # type: ignore[assignment]
        help_text="What changed, from what to what."
    )
