"""What calls about engineers answer: whom a ticket can be given to, and what somebody's line looks like."""

from typing import Any

from rest_framework import serializers

from helpdesk.api.answers import Answer, person
from helpdesk.api.shapes import Moment, PersonSerializer
from helpdesk.api.ticket_shapes import LEVELS
from helpdesk.models import Assignment
from helpdesk.selectors.board import Line
from helpdesk.selectors.candidates import Candidate
from workflow.states import Level, Priority, Status

CANDIDATE: Answer = {
    "engineer": {"id": 12, "name": "Asha Nair"},
    "present": False,
    "open": 2,
    "in_progress": ["N-EXP-1001"],
    "free_at": "2025-11-11T14:00:00Z",
    "starts_at": "2025-11-11T14:00:00Z",
    "due_at": "2025-11-11T18:00:00Z",
    "forecast_at": "2025-11-11T18:00:00Z",
    "busy": True,
    "would_be_late": ["N-EXP-1002"],
}
QUEUE: Answer = {
    "engineer": {"id": 12, "name": "Asha Nair"},
    "escalated": [],
    "in_progress": [
        {
            "case_id": "N-EXP-1001",
            "title": "The export stops at page 3",
            "status": "in_progress",
            "priority": "high",
            "level": "SM1",
            "starts_at": "2025-11-11T09:00:00Z",
            "due_at": "2025-11-11T11:00:00Z",
            "committed": True,
            "forecast_at": "2025-11-11T11:00:00Z",
            "at_risk": False,
        }
    ],
    "waiting": [
        {
            "case_id": "N-EXP-1002",
            "title": "The report is empty",
            "status": "assigned",
            "priority": "medium",
            "level": "SM2",
            "starts_at": "2025-11-11T11:00:00Z",
            "due_at": "2025-11-11T14:00:00Z",
            "committed": True,
            "forecast_at": "2025-11-11T14:00:00Z",
            "at_risk": False,
        }
    ],
}


class CandidateSerializer(serializers.Serializer):
    """What giving the ticket to this engineer now would mean; times as they would be stored."""

    engineer = PersonSerializer()
    present = serializers.BooleanField(help_text="Has the ticket now.")
    open = serializers.IntegerField(help_text="How many unresolved tickets they hold.")
    in_progress = serializers.ListField(child=serializers.CharField(), help_text="The cases they work on.")
    free_at = Moment(help_text="When they will be done with all they hold, as things stand.")
    starts_at = Moment(allow_null=True, help_text="Null for an escalated ticket, which takes no place in line.")
    due_at = Moment(help_text="With the application's time for the priority; an escalated ticket keeps its due time.")
    forecast_at = Moment(help_text="When it would really be done.")
    busy = serializers.BooleanField(help_text="Assigning needs `assign_override`.")
    would_be_late = serializers.ListField(
        child=serializers.CharField(), help_text="Promises that would move later, were it put ahead of all who wait."
    )


class CandidatesSerializer(serializers.Serializer):
    """The whole pool, the earliest finish first."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True, help_text="Always null: the pool comes whole.")
    previous = serializers.URLField(allow_null=True, help_text="Always null.")
    results = CandidateSerializer(many=True)


class SlotSerializer(serializers.Serializer):
    """A ticket in somebody's line."""

    case_id = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices())
    priority = serializers.ChoiceField(choices=Priority.choices())
    level = serializers.ChoiceField(choices=LEVELS, help_text="Under which it was assigned.")
    starts_at = Moment(allow_null=True)
    due_at = Moment(help_text="Promised once `committed`, expected until then.")
    committed = serializers.BooleanField()
    forecast_at = Moment(help_text="When it will be done if work goes on from now.")
    at_risk = serializers.BooleanField()


class QueueSerializer(serializers.Serializer):
    """An engineer's unresolved work, in the order it is done."""

    engineer = PersonSerializer()
    escalated = SlotSerializer(many=True, help_text="Their promise is broken; they take no place.")
    in_progress = SlotSerializer(many=True)
    waiting = SlotSerializer(many=True)


def candidate(one: Candidate, *, present: int | None) -> Answer:
    return {
        "engineer": person(one.engineer),
        "present": one.engineer.pk == present,
        "open": one.open,
        "in_progress": list(one.in_progress),
        "free_at": one.free_at,
        "starts_at": one.starts_at,
        "due_at": one.due_at,
        "forecast_at": one.finish_at,
        "busy": one.is_busy,
        "would_be_late": list(one.would_be_late),
    }


def queue(line: Line) -> Answer:
    """The line by status, each in its order."""

    def of(status: Status) -> list[dict[str, Any]]:
        return [_slot(one, line) for one in line.work if one.ticket.status == status]

    return {
        "engineer": person(line.engineer),
        "escalated": of(Status.ESCALATED),
        "in_progress": of(Status.IN_PROGRESS),
        "waiting": of(Status.ASSIGNED),
    }


def _slot(one: Assignment, line: Line) -> Answer:
    expected = line.forecast[one.pk]
    return {
        "case_id": one.ticket.case_id,
        "title": one.ticket.title,
        "status": one.ticket.status,
        "priority": one.ticket.priority,
        "level": Level(one.level).label,
        "starts_at": one.starts_at,
        "due_at": one.due_at,
        "committed": one.is_committed,
        "forecast_at": expected.finish_at,
        "at_risk": expected.at_risk_minutes is not None,
    }
