"""The numbers of the dashboard for programs."""

import re
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.refusals import refuses
from helpdesk.api.shapes import Query, QueryDay
from helpdesk.api.views.base import DeskView
from helpdesk.selectors import numbers
from helpdesk.selectors.numbers import Chosen
from reports.metrics import summary
from workflow.states import Number, Priority

MOST_NAMED = 50
"""So many applications can be chosen at once; all of them are chosen by naming none."""
CODE = "[A-Za-z0-9]{2,10}"

EXAMPLE: dict[str, Any] = {
    "open": 12,
    "breached": 3,
    "resolved_on_time": 21,
    "escalated": 1,
    "resolved_after_escalation": 2,
    "sla_compliance": 87.5,
    "filters": {"application": ["EXP"], "priority": [], "from": "2025-11-01", "to": "2025-11-30"},
}


def _separated(one: str, most: int) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{one}(,{one}){{0,{most - 1}}}$"}


class Separated(serializers.CharField):
    """Several words in an address, separated by commas."""

    def __init__(self, *, word: str, most: int, **options: Any) -> None:
        super().__init__(required=False, max_length=most * 12, **options)
        self.allowed = re.compile(_separated(word, most)["pattern"].removesuffix("$"), re.ASCII)

    def to_internal_value(self, data: Any) -> list[str]:  # type: ignore[override]
        said = super().to_internal_value(data)
        if not self.allowed.fullmatch(said):
            raise serializers.ValidationError("Please give this as words separated by commas, without blanks.")
        return list(dict.fromkeys(said.split(",")))


@extend_schema_field(_separated(CODE, MOST_NAMED))
class Codes(Separated):
    """Codes of applications."""


@extend_schema_field(_separated(f"({'|'.join(Priority)})", len(Priority)))
class Priorities(Separated):
    """Priorities."""


class SummaryQuery(Query):
    """Which tickets are counted; what is not named does not matter."""

    application = Codes(word=CODE, most=MOST_NAMED, help_text="Codes, separated by commas; retired ones count too.")
    priority = Priorities(word=f"(?:{'|'.join(Priority)})", most=len(Priority), help_text="Separated by commas.")
    to = QueryDay(required=False, source="last", help_text="Reported on this day or earlier.")

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is no name Python could give a field."""
        since = QueryDay(required=False, source="first", help_text="Reported on this day or later.")
        return super().get_fields() | {"from": since}

    def validate_application(self, codes: list[str]) -> dict[str, int]:
        wanted = [code.upper() for code in codes]
        known = numbers.applications_of(wanted)
        missing = [code for code in wanted if code not in known]
        if missing:
            raise serializers.ValidationError(f"There is no application {', '.join(missing)}.")
        return known

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        first, last = given.get("first"), given.get("last")
        if first and last and first > last:
            raise serializers.ValidationError({"to": ["The last day is before the first; please exchange them."]})
        return given


class FiltersSerializer(serializers.Serializer):
    """What was asked for; an empty list stands for all of them."""

    application = serializers.ListField(child=serializers.CharField())
    priority = serializers.ListField(child=serializers.ChoiceField(choices=Priority.choices()))
    to = serializers.DateField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        return super().get_fields() | {"from": serializers.DateField(allow_null=True)}


class SummarySerializer(serializers.Serializer):
    """The numbers of the chosen tickets."""

    open = serializers.IntegerField(help_text="Not resolved yet, escalated ones among them.")
    breached = serializers.IntegerField(help_text="A promise on them was broken, whatever became of them since.")
    resolved_on_time = serializers.IntegerField()
    escalated = serializers.IntegerField(help_text="Escalated and not resolved yet.")
    resolved_after_escalation = serializers.IntegerField()
    sla_compliance = serializers.FloatField(
        allow_null=True,
        help_text="Resolved on time of these and the breached, in per cent with one decimal; null when nothing is decided.",
    )
    filters = FiltersSerializer()


class SummaryView(DeskView):
    """The numbers of the desk."""

    roles = numbers.COUNTED_FOR
    queries = {"GET": SummaryQuery}

    @extend_schema(
        operation_id="dashboard_summary",
        summary="Count tickets",
        description=(
            "The numbers of the dashboard, as they are at this moment: of all tickets for scrum masters and admins, of those "
            "of their engineers for a reporting authority. Dates are days of report, both included; withdrawn tickets are in no number."
        ),
        parameters=[SummaryQuery],
        responses=SummarySerializer,
        examples=[OpenApiExample("A month of one application", EXAMPLE, response_only=True)],
    )
    @refuses("invalid")
    def get(self, request: Request) -> Response:
        asked = self.query
        applications = asked.get("application", {})
        chosen = Chosen(
            applications=frozenset(applications.values()),
            priorities=frozenset(Priority(one) for one in asked.get("priority", ())),
            first=asked.get("first"),
            last=asked.get("last"),
        )
        told = summary(request.user, chosen)
        return Response(
            {
                **{number.value: told.counts[number] for number in Number},
                "sla_compliance": told.sla_compliance,
                "filters": {
                    "application": sorted(applications),
                    "priority": [one.value for one in Priority if one in chosen.priorities],
                    "from": chosen.first,
                    "to": chosen.last,
                },
            }
        )
