"""The conversation on a ticket (T6, P9)."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api import answers, examples
from helpdesk.api.paging import PageQuery, paged, pages_of
from helpdesk.api.permissions import ANYBODY_WITH_A_ROLE
from helpdesk.api.refusals import refuses
from helpdesk.api.shapes import Body, Flag, Text
from helpdesk.api.ticket_shapes import CommentSerializer
from helpdesk.api.views.base import DeskView
from helpdesk.selectors import access, tickets
from helpdesk.selectors.keyset import Order
from helpdesk.services.comments import add_comment
from workflow.texts import COMMENT_MAX

AS_IT_WAS_SAID = Order(fields=("created_at", "pk"))


class CommentBody(Body):
    """Something to say."""

    body = Text(help_text=f"At most {COMMENT_MAX:,} characters.")
    internal = Flag(required=False, default=False, help_text="For the staff only.")


class CommentsView(DeskView):
    """What is said on a ticket."""

    roles = ANYBODY_WITH_A_ROLE
    queries = {"GET": PageQuery}

    @extend_schema(
        operation_id="ticket_comments",
        summary="Read the conversation on a ticket",
        description="The oldest first; without internal comments for somebody who only reported the ticket.",
        parameters=[PageQuery],
        responses=pages_of("CommentPage", CommentSerializer),
        examples=[
            OpenApiExample(
                "A page", {"next": None, "previous": None, "results": [examples.COMMENT]}, response_only=True
            )
        ],
    )
    @refuses("ticket_missing", "invalid")
    def get(self, request: Request, ticket: str) -> Response:
        rows = tickets.conversation(request.user, access.ticket_for(request.user, ticket))
        told = paged(
            request, self.query, rows, AS_IT_WAS_SAID, told=lambda shown: [answers.comment(one) for one in shown]
        )
        return Response(told)

    @extend_schema(
        operation_id="ticket_comment",
        summary="Say something on a ticket",
        request=CommentBody,
        responses={201: CommentSerializer},
        examples=[
            OpenApiExample("A comment", {"body": "It happens on Fridays only."}, request_only=True),
            OpenApiExample("What was said", examples.COMMENT, response_only=True, status_codes=["201"]),
        ],
    )
    @refuses("ticket_missing", "read_only", "internal_not_allowed", "field_invalid")
    def post(self, request: Request, ticket: str) -> Response:
        given = CommentBody.read(request)
        said = add_comment(actor=request.user, ticket_id=access.number_for(request.user, ticket), **given)
        return Response(answers.comment(said), status=status.HTTP_201_CREATED)
