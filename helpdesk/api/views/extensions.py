"""More time for a ticket: asked for once, decided by one SM1 and one SM2 (X1-X4)."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk import clock
from helpdesk.api import answers, examples
from helpdesk.api.paging import PageQuery, paged, pages_of
from helpdesk.api.refusals import refuses
from helpdesk.api.shapes import Body, Flag, Moment, Number, PersonSerializer, Text
from helpdesk.api.ticket_shapes import LEVELS, ApplicationSerializer, ExtensionSerializer
from helpdesk.api.versions import etag_of
from helpdesk.api.views.acts import STALE, ActView
from helpdesk.api.views.base import DeskView
from helpdesk.models import ExtensionRequest, User
from helpdesk.selectors import extension_lists, tickets
from helpdesk.selectors.impact import Impact, impacts_of
from helpdesk.selectors.keyset import Order
from helpdesk.services.extensions import decide_extension, request_extension
from workflow.roles import SCRUM_MASTERS, Role
from workflow.states import Level, Priority
from workflow.texts import whole_number

BY_DUE_TIME = Order(fields=("assignment__due_at", "pk"))
NONE_OF_THEM = 0
"""What an address names that names no request; every real number is larger."""


class AskBody(Body):
    """How much more, and what for."""

    extra_minutes = Number(help_text="Working time in minutes: 1 minute to 30 days.")
    comment = Text()


class DecideBody(Body):
    """One level's decision; final."""

    approve = Flag(required=False, default=True)
    level = serializers.ChoiceField(
        choices=LEVELS,
        required=False,
        allow_null=True,
        default=None,
        help_text="Where the caller holds both; without it the highest that has still to decide.",
    )
    comment = Text(required=False, default="")


class ToDecideQuery(PageQuery):
    """Which page, and under which level."""

    level = serializers.ChoiceField(choices=LEVELS, required=False, help_text="One the caller holds; by default any.")


class AskedTicketSerializer(serializers.Serializer):
    """The ticket the time is for."""

    id = serializers.IntegerField()
    case_id = serializers.CharField()
    title = serializers.CharField()
    priority = serializers.ChoiceField(choices=Priority.choices())
    application = ApplicationSerializer()


class ToDecideSerializer(ExtensionSerializer):
    """A request that waits for the caller, with what approving it would do."""

    ticket = AskedTicketSerializer()
    engineer = PersonSerializer()
    due_at = Moment()
    due_if_approved = Moment(allow_null=True, help_text="Null once the promise has passed.")
    moves = serializers.IntegerField(help_text="How many other due times an approval now would move.")
    levels = serializers.ListField(
        child=serializers.ChoiceField(choices=LEVELS), help_text="The levels the caller may decide under now."
    )


TO_DECIDE = examples.EXTENSION | {
    "ticket": {name: examples.ROW[name] for name in ("id", "case_id", "title", "priority", "application")},
    "engineer": examples.ASHA,
    "due_at": "2025-11-11T11:00:00Z",
    "due_if_approved": "2025-11-11T11:30:00Z",
    "moves": 2,
    "levels": ["SM2"],
}


class AskView(ActView):
    """Ask for more time."""

    roles = frozenset({Role.ENGINEER})

    @extend_schema(
        operation_id="extension_create",
        summary="Ask for more time",
        description="By the engineer who has the ticket, once in its life, before its due time. The clock goes on meanwhile.",
        request=AskBody,
        responses={201: ExtensionSerializer},
        examples=[
            OpenApiExample(
                "Half an hour", {"extra_minutes": 30, "comment": "The fix needs a release."}, request_only=True
            ),
            OpenApiExample("The request", examples.EXTENSION, response_only=True, status_codes=["201"]),
        ],
    )
    @refuses(
        *STALE, "not_the_assignee", "extension_used", "not_committed", "extra_time_invalid", "comment_required",
        "field_invalid", "no_working_time", if_match="optional",
    )  # fmt: skip
    def post(self, request: Request, ticket: str) -> Response:
        given = AskBody.read(request)
        asked = request_extension(**self.on(request, ticket), **given)
        return _answer(asked, status.HTTP_201_CREATED)


class DecideView(ActView):
    """Decide on more time."""

    roles = SCRUM_MASTERS

    @extend_schema(
        operation_id="extension_decide",
        summary="Approve or reject more time",
        description=(
            "The decision of one level, which is final; the other level needs another person. Once both approve, the due time "
            "moves, and those lined up behind move with it."
        ),
        request=DecideBody,
        responses=ExtensionSerializer,
        examples=[
            OpenApiExample("Yes", {"approve": True}, request_only=True),
            OpenApiExample("No, as SM2", {"approve": False, "level": "SM2", "comment": "Today."}, request_only=True),
            OpenApiExample("The request", examples.EXTENSION, response_only=True),
        ],
    )
    @refuses(
        "ticket_missing", "changed_since_loaded", "extension_missing", "extension_closed", "level_decided", "level_not_held", "own_request",
        "second_person_needed", "queue_changed", "field_invalid", "no_working_time", if_match="optional",
    )  # fmt: skip
    def post(self, request: Request, ticket: str, extension: str) -> Response:
        given = DecideBody.read(request)
        level = given.pop("level")
        asked = decide_extension(
            **self.on(request, ticket),
            **given,
            level=Level(level.lower()) if level else None,
            extension_id=whole_number(extension) or NONE_OF_THEM,
        )
        return _answer(asked, status.HTTP_200_OK)


class ToDecideView(DeskView):
    """Requests that wait for the caller."""

    roles = SCRUM_MASTERS
    queries = {"GET": ToDecideQuery}

    @extend_schema(
        operation_id="extension_list",
        summary="List the requests for more time that wait for the caller",
        description="Those the caller may decide on, the next due first, each with what an approval now would come to.",
        parameters=[ToDecideQuery],
        responses=pages_of("ToDecidePage", ToDecideSerializer),
        examples=[
            OpenApiExample("A page", {"next": None, "previous": None, "results": [TO_DECIDE]}, response_only=True)
        ],
    )
    @refuses("invalid", "level_not_held")
    def get(self, request: Request) -> Response:
        now, query = clock.now(), dict(self.query)
        named = query.pop("level", None)
        level = Level(named.lower()) if named else None
        rows = extension_lists.to_decide(request.user, level)
        told = paged(
            request,
            query,
            rows,
            BY_DUE_TIME,
            read=extension_lists.with_all(rows),
            told=lambda shown: _rows(request.user, shown, now, level),
        )
        return Response(told)


def _answer(asked: ExtensionRequest, code: int) -> Response:
    """The request as it stands now, with the version of its ticket."""
    headers = {"ETag": etag_of(tickets.version_of(asked.ticket))}
    return Response(answers.extension(asked), status=code, headers=headers)


def _rows(user: User, shown: list[ExtensionRequest], now: datetime, level: Level | None) -> list[answers.Answer]:
    impacts = impacts_of(shown, now)
    return [_row(user, one, impacts[one.pk], now, level) for one in shown]


def _row(
    user: User, one: ExtensionRequest, impact: Impact | None, now: datetime, level: Level | None
) -> dict[str, Any]:
    return answers.extension(one) | {
        "ticket": {
            "id": one.ticket.pk,
            "case_id": one.ticket.case_id,
            "title": one.ticket.title,
            "priority": one.ticket.priority,
            "application": answers.application(one.ticket.application),
        },
        "engineer": answers.person(one.assignment.engineer),
        "due_at": one.assignment.due_at,
        "due_if_approved": impact.due_to if impact else None,
        "moves": impact.moved if impact else 0,
        "levels": [held.label for held in extension_lists.open_levels(user, one, now, level)],
    }
