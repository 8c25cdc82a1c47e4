"""One ticket: all of it, and its history."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk import clock
from helpdesk.api import answers, examples
from helpdesk.api.paging import PageQuery, paged, pages_of
from helpdesk.api.permissions import ANYBODY_WITH_A_ROLE
from helpdesk.api.refusals import refuses
from helpdesk.api.ticket_shapes import EventSerializer, TicketSerializer
from helpdesk.api.versions import etag_of
from helpdesk.api.views.base import DeskView
from helpdesk.selectors import access, tickets
from helpdesk.selectors.keyset import Order
from helpdesk.selectors.ticket_detail import detail_of

AS_IT_HAPPENED = Order(fields=("timestamp", "pk"))


class TicketView(DeskView):
    """A ticket by its number or case id."""

    roles = ANYBODY_WITH_A_ROLE

    @extend_schema(
        operation_id="ticket_read",
        summary="Read a ticket",
        description=(
            "With its promise, its forecast, its files, and what the caller may do with it now. Somebody who only reported the "
            "ticket sees what the portal shows them."
        ),
        responses=TicketSerializer,
        examples=[OpenApiExample("A ticket", examples.TICKET, response_only=True)],
    )
    @refuses("ticket_missing")
    def get(self, request: Request, ticket: str) -> Response:
        found = detail_of(request.user, ticket, clock.now())
        return Response(answers.detail(found), headers={"ETag": etag_of(tickets.version_of(found.ticket))})


class EventsView(DeskView):
    """What happened to a ticket."""

    roles = ANYBODY_WITH_A_ROLE
    queries = {"GET": PageQuery}

    @extend_schema(
        operation_id="ticket_events",
        summary="Read the history of a ticket",
        description="The oldest first. The history is for the staff: it is empty for somebody who only reported the ticket.",
        parameters=[PageQuery],
        responses=pages_of("EventPage", EventSerializer),
        examples=[
            OpenApiExample("A page", {"next": None, "previous": None, "results": [examples.EVENT]}, response_only=True)
        ],
    )
    @refuses("ticket_missing", "invalid")
    def get(self, request: Request, ticket: str) -> Response:
        rows = tickets.history(request.user, access.ticket_for(request.user, ticket))
        told = paged(
            request, self.query, rows, AS_IT_HAPPENED, told=lambda shown: [answers.event(one) for one in shown]
        )
        return Response(told)
