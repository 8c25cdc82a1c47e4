"""When the targets of an application pass: triage of what waits, acceptance of what was given (E4)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    QuerySet,
    Value,
    When,
)  # fmt: skip

from helpdesk.models import Ticket
from workflow.states import Priority


def passes(since: str, kind: str) -> "ExpressionWrapper[Any]":
    """The moment at which the application's target of this kind for the ticket's priority has passed."""
    minutes = Case(
        *(When(priority=priority.value, then=F(f"application__{kind}_{priority.value}")) for priority in Priority),
        output_field=IntegerField(),
    )
    span = ExpressionWrapper(Value(timedelta(minutes=1), DurationField()) * minutes, output_field=DurationField())
    return ExpressionWrapper(F(since) + span, output_field=DateTimeField())


def past_triage(rows: QuerySet[Ticket], now: datetime) -> QuerySet[Ticket]:
    """Those of these tickets whose triage target has passed; of assigned ones it says nothing."""
    return rows.alias(to_be_triaged_by=passes("created_at", "triage")).filter(to_be_triaged_by__lte=now)
