"""An engineer's line: read with its forecast, put in another order (C6, C9)."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk import clock
from helpdesk.api import queue_shapes
from helpdesk.api.faults import IfMatchRequired
from helpdesk.api.refusals import refuses
from helpdesk.api.shapes import Body, Text
from helpdesk.api.ticket_shapes import LEVELS
from helpdesk.api.versions import etag_of, if_match
from helpdesk.api.views.base import DeskView
from helpdesk.selectors import board, people
from helpdesk.services.reordering import reorder_cases
from workflow.roles import STAFF
from workflow.states import Level

LONGEST_LINE = 2000
"""Cases an order may name; no engineer has so many."""
LONGEST_CASE_ID = 40


class OrderBody(Body):
    """The waiting tickets in the order wanted."""

    order = serializers.ListField(
        child=Text(min_length=1, max_length=LONGEST_CASE_ID, allow_blank=False),
        max_length=LONGEST_LINE,
        help_text="The case ids of all that wait, first to last; those in progress stay ahead.",
    )
    comment = Text(required=False, default="", help_text="Needed where a promised due time moves later.")
    level = serializers.ChoiceField(
        choices=LEVELS,
        required=False,
        allow_null=True,
        default=None,
        help_text="Where the caller holds both; without it the highest.",
    )


class QueueView(DeskView):
    """What an engineer holds, in order."""

    roles = STAFF

    @extend_schema(
        operation_id="queue_read",
        summary="Read the line of an engineer",
        description=(
            "For scrum masters and admins, for the engineer, and for their reporting authority. The `ETag` is that of the "
            "line, to be sent with a new order."
        ),
        responses=queue_shapes.QueueSerializer,
        examples=[OpenApiExample("A line", queue_shapes.QUEUE, response_only=True)],
    )
    @refuses("person_missing")
    def get(self, request: Request, engineer: str) -> Response:
        return _answer(board.line_for(request.user, engineer, clock.now()))

    @extend_schema(
        operation_id="queue_reorder",
        summary="Put the waiting tickets of an engineer in another order",
        description=(
            "By a scrum master. Names every waiting ticket once. Every promise that moves is told to the engineer; as SM1 "
            "nothing that SM2 assigned moves, or all is refused. The order there is already changes nothing."
        ),
        request=OrderBody,
        responses=queue_shapes.QueueSerializer,
        examples=[
            OpenApiExample(
                "The second first",
                {"order": ["N-HRM-1001", "N-EXP-1002"], "comment": "Payroll closes today."},
                request_only=True,
            ),
            OpenApiExample("The line", queue_shapes.QUEUE, response_only=True),
        ],
    )
    @refuses(
        "person_missing", "queue_changed", "comment_required", "assigned_by_sm2", "level_not_held", "field_invalid",
        "no_working_time", if_match="required",
    )  # fmt: skip
    def put(self, request: Request, engineer: str) -> Response:
        given = OrderBody.read(request)
        if request.headers.get("If-Match") is None:
            raise IfMatchRequired
        level = given["level"]
        number = people.number_in(engineer)
        reorder_cases(
            actor=request.user,
            engineer_id=number,
            order=given["order"],
            level=Level(level.lower()) if level else None,
            comment=given["comment"],
            seen=if_match(request),
        )
        return _answer(board.line_for(request.user, engineer, clock.now()))


def _answer(line: board.Line) -> Response:
    return Response(queue_shapes.queue(line), headers={"ETag": etag_of(line.version)})
