"""What people do with a ticket: each call is one act of the desk, under its lock and its rules."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api import examples
from helpdesk.api.answers import committed
from helpdesk.api.permissions import ANYBODY_WITH_A_ROLE
from helpdesk.api.refusals import refuses
from helpdesk.api.shapes import Body, Flag, Id, Number, Text
from helpdesk.api.ticket_shapes import LEVELS, CommittedSerializer, TicketRowSerializer
from helpdesk.api.versions import if_match
from helpdesk.api.views.base import DeskView
from helpdesk.api.views.tickets import answer_of
from helpdesk.selectors import access
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.tickets import change_priority, resolve_ticket, start_ticket, withdraw_ticket
from workflow.roles import SCRUM_MASTERS, Role
from workflow.states import Level, Priority

MASTERS = SCRUM_MASTERS
ENGINEERS = frozenset({Role.ENGINEER})
ANSWERED = OpenApiExample("The ticket", examples.ROW, response_only=True)
STALE = ("ticket_missing", "changed_since_loaded", "wrong_status")
"""Whatever the act: no such ticket, another version than the caller's, or a status it is not possible from."""


class AssignBody(Body):
    """To whom, and under which level."""

    assignee_id = Id(help_text="The number of the engineer.")
    assigned_by_id = Id(
        required=False, allow_null=True, default=None, help_text="The caller's own number; anybody else's is refused."
    )
    assigned_level = serializers.ChoiceField(
        choices=LEVELS,
        required=False,
        allow_null=True,
        default=None,
        help_text="One the caller holds; without it the highest of theirs.",
    )
    comment = Text(required=False, default="", help_text="Needed to reassign, and to go ahead of a promise.")
    assign_override = Flag(
        required=False,
        default=False,
        help_text="Assign although the engineer is busy: it lines up behind their tickets.",
    )
    confirm_own_ticket = Flag(
        required=False, default=False, help_text="The engineer reported the ticket and is to resolve it all the same."
    )


class ActView(DeskView):
    """A call that does something with the ticket of its address."""

    def on(self, request: Request, ticket: str) -> dict[str, Any]:
        """Who does it, on which ticket, and which version of it they had read."""
        return {
            "actor": request.user,
            "ticket_id": access.number_for(request.user, ticket),
            "seen": if_match(request),
        }


class AssignView(ActView):
    """Give a ticket to an engineer."""

    roles = MASTERS

    @extend_schema(
        operation_id="ticket_assign",
        summary="Assign a ticket, or reassign it",
        description=(
            "On a ticket that somebody has, this is a reassignment and needs a comment. To a busy engineer it is refused with "
            "their open tickets and the start and due time the ticket would get, unless `assign_override` is true."
        ),
        request=AssignBody,
        responses=TicketRowSerializer,
        examples=[OpenApiExample("To an engineer", examples.ASSIGN, request_only=True), ANSWERED],
    )
    @refuses(
        *STALE, "engineer_busy", "own_ticket", "comment_required", "same_engineer", "not_in_pool", "person_missing",
        "assigner_forged", "level_not_held", "assigned_by_sm2", "override_off", "field_invalid", if_match="optional",
    )  # fmt: skip
    def post(self, request: Request, ticket: str) -> Response:
        given = AssignBody.read(request)
        level = given["assigned_level"]
        assignment = assign_ticket(
            **self.on(request, ticket),
            engineer_id=given["assignee_id"],
            level=Level(level.lower()) if level else None,
            comment=given["comment"],
            assign_anyway=given["assign_override"],
            confirm_own_ticket=given["confirm_own_ticket"],
            assigned_by_id=given["assigned_by_id"],
        )
        return answer_of(assignment.ticket)


class CommitBody(Body):
    """A promise."""

    resolution_minutes = Number(help_text="Working time in minutes: 1 minute to 30 days.")


class CommitView(ActView):
    """Promise a resolution time."""

    roles = ENGINEERS

    @extend_schema(
        operation_id="ticket_commit",
        summary="Give a ticket its resolution time",
        description="Once for each assignment: it is a promise, which only an extension can change.",
        request=CommitBody,
        responses=CommittedSerializer,
        examples=[
            OpenApiExample("Two hours", {"resolution_minutes": 120}, request_only=True),
            OpenApiExample("The ticket", examples.COMMITTED, response_only=True),
        ],
    )
    @refuses(
        *STALE, "not_the_assignee", "already_committed", "resolution_time_invalid", "resolution_time_too_short",
        "no_working_time", if_match="optional",
    )  # fmt: skip
    def post(self, request: Request, ticket: str) -> Response:
        given = CommitBody.read(request)
        assignment = commit_ticket(**self.on(request, ticket), **given)
        return answer_of(assignment.ticket, committed(assignment))


class StartBody(Body):
    """Begin the work."""

    resolution_minutes = Number(
        required=False,
        allow_null=True,
        default=None,
        help_text="Working time in minutes, where the ticket has no resolution time yet.",
    )


class StartView(ActView):
    """Begin to work on a ticket."""

    roles = ENGINEERS

    @extend_schema(
        operation_id="ticket_start",
        summary="Start a ticket",
        request=StartBody,
        responses=TicketRowSerializer,
        examples=[OpenApiExample("With its time", {"resolution_minutes": 120}, request_only=True), ANSWERED],
    )
    @refuses(
        *STALE, "not_the_assignee", "not_committed", "already_committed", "resolution_time_invalid",
        "resolution_time_too_short", "no_working_time", if_match="optional",
    )  # fmt: skip
    def post(self, request: Request, ticket: str) -> Response:
        given = StartBody.read(request)
        return answer_of(start_ticket(**self.on(request, ticket), **given))


class ResolveBody(Body):
    """How it was resolved."""

    note = Text()


class ResolveView(ActView):
    """Say that a ticket is resolved."""

    roles = ENGINEERS

    @extend_schema(
        operation_id="ticket_resolve",
        summary="Resolve a ticket",
        description="After its due time it becomes `resolved_escalated`.",
        request=ResolveBody,
        responses=TicketRowSerializer,
        examples=[OpenApiExample("A note", {"note": "The disk was full."}, request_only=True), ANSWERED],
    )
    @refuses(*STALE, "not_the_assignee", "note_required", "field_invalid", if_match="optional")
    def post(self, request: Request, ticket: str) -> Response:
        given = ResolveBody.read(request)
        return answer_of(resolve_ticket(**self.on(request, ticket), **given))


class WithdrawBody(Body):
    """Why it is taken back."""

    reason = Text()
    repeats = Text(required=False, default="", max_length=40, help_text="The case it repeats, as N-EXP-1001.")


class WithdrawView(ActView):
    """Take back a ticket that nobody has yet."""

    roles = ANYBODY_WITH_A_ROLE

    @extend_schema(
        operation_id="ticket_withdraw",
        summary="Withdraw a ticket",
        description="By its reporter or a scrum master, as long as nobody has it.",
        request=WithdrawBody,
        responses=TicketRowSerializer,
        examples=[
            OpenApiExample(
                "It was raised before", {"reason": "Raised twice.", "repeats": "N-EXP-1001"}, request_only=True
            ),
            ANSWERED,
        ],
    )
    @refuses(*STALE, "reason_required", "repeats_itself", "field_invalid", if_match="optional")
    def post(self, request: Request, ticket: str) -> Response:
        given = WithdrawBody.read(request)
        return answer_of(withdraw_ticket(**self.on(request, ticket), **given))


class PriorityBody(Body):
    """Another priority, and why."""

    priority = serializers.ChoiceField(choices=Priority.choices())
    reason = Text()


class PriorityView(ActView):
    """Set another priority."""

    roles = MASTERS

    @extend_schema(
        operation_id="ticket_priority",
        summary="Change the priority of a ticket",
        description="Promises and expectations already made stay as they are.",
        request=PriorityBody,
        responses=TicketRowSerializer,
        examples=[
            OpenApiExample("More urgent", {"priority": "high", "reason": "The whole office waits."}, request_only=True),
            ANSWERED,
        ],
    )
    @refuses(*STALE, "reason_required", "field_invalid", if_match="optional")
    def post(self, request: Request, ticket: str) -> Response:
        given = PriorityBody.read(request)
        return answer_of(change_priority(**self.on(request, ticket), **given))
