"""Tickets: raise one, list those the caller sees."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk import clock
from helpdesk.api import answers, examples
from helpdesk.api.paging import PageQuery, paged, pages_of
from helpdesk.api.permissions import ANYBODY_WITH_A_ROLE
from helpdesk.api.refusals import refuses
from helpdesk.api.shapes import Body, Number, QueryDay, QueryFlag, QueryMoment, QueryNumber, Text
from helpdesk.api.ticket_shapes import TicketRowSerializer
from helpdesk.api.versions import etag_of
from helpdesk.api.views.base import DeskView
from helpdesk.models import Ticket, User
from helpdesk.selectors import access, tickets
from helpdesk.selectors.ticket_filters import BUCKETS, SHORTEST_SEARCH, Ordering, Wanted, found
from helpdesk.services.tickets import raise_ticket
from workflow.states import Bucket, Priority, Status
from workflow.texts import DESCRIPTION_MAX, TITLE_MAX


class RaiseBody(Body):
    """An issue of an application."""

    application = Text(max_length=20, help_text="Its code, as `EXP`.")
    title = Text(help_text=f"One line of at most {TITLE_MAX} characters.")
    description = Text(help_text=f"What happens, in at most {DESCRIPTION_MAX:,} characters.")
    priority = serializers.ChoiceField(choices=Priority.choices())
    files_announced = Number(
        required=False,
        default=0,
        help_text="How many files will follow: the first mails wait for them, two minutes at most.",
    )


class TicketsQuery(PageQuery):
    """Which tickets of those the caller sees, and in which order."""

    bucket = serializers.ChoiceField(choices=[(one.value, one.label) for one in BUCKETS], required=False)
    application = serializers.CharField(required=False, max_length=20, help_text="Its code.")
    priority = serializers.ChoiceField(choices=Priority.choices(), required=False)
    status = serializers.ChoiceField(choices=Status.choices(), required=False)
    assignee = QueryNumber(required=False, help_text="The number of the engineer who has it, or who resolved it.")
    reported_from = QueryDay(required=False, help_text="Reported on this day or later.")
    reported_to = QueryDay(required=False, help_text="Reported on this day or earlier.")
    due_before = QueryMoment(required=False, help_text="Due, as promised or expected, before this moment.")
    at_risk = QueryFlag(required=False, help_text="Whether it will miss its promise as things stand.")
    q = serializers.CharField(
        required=False, min_length=SHORTEST_SEARCH, max_length=100, help_text="Stands in the case id or the title."
    )
    ordering = serializers.ChoiceField(
        choices=Ordering.choices(), required=False, help_text="By default as the bucket is read, else the newest first."
    )


class TicketsView(DeskView):
    """Tickets of the desk."""

    roles = ANYBODY_WITH_A_ROLE
    queries = {"GET": TicketsQuery}

    @extend_schema(
        operation_id="ticket_create",
        summary="Raise a ticket",
        request=RaiseBody,
        responses={201: TicketRowSerializer},
        examples=[
            OpenApiExample("An issue", examples.RAISE, request_only=True),
            OpenApiExample("The ticket", examples.FRESH_ROW, response_only=True, status_codes=["201"]),
        ],
    )
    @refuses("application_missing", "application_retired", "field_invalid")
    def post(self, request: Request) -> Response:
        given = RaiseBody.read(request)
        ticket = raise_ticket(actor=request.user, application_code=given.pop("application"), **given)
        address = request.build_absolute_uri(reverse("api:ticket", args=(ticket.case_id,)))
        return answer_of(ticket, status=status.HTTP_201_CREATED, headers={"Location": address})

    @extend_schema(
        operation_id="ticket_list",
        summary="List tickets",
        description=(
            "Whatever the filters say, these are tickets the caller sees: all of them for scrum masters and admins, their own "
            "for others. A list never says how long it is."
        ),
        parameters=[TicketsQuery],
        responses=pages_of("TicketPage", TicketRowSerializer),
        examples=[
            OpenApiExample("A page", {"next": None, "previous": None, "results": [examples.ROW]}, response_only=True)
        ],
    )
    @refuses("invalid")
    def get(self, request: Request) -> Response:
        now, query = clock.now(), dict(self.query)
        page = {name: query.pop(name) for name in ("cursor", "page_size") if name in query}
        wanted = _wanted(query)
        rows = found(request.user, wanted, now)
        told = paged(
            request,
            page,
            rows,
            wanted.order,
            read=tickets.as_rows(access.visible_to(request.user)),
            told=lambda shown: rows_for(request.user, shown, now),
        )
        return Response(told)


def _wanted(query: dict[str, Any]) -> Wanted:
    """The filters as the selectors name them."""
    words = {"bucket": Bucket, "priority": Priority, "status": Status, "ordering": Ordering}
    return Wanted(**{name: words[name](value) if name in words else value for name, value in query.items()})


def rows_for(user: User, shown: list[Ticket], now: datetime) -> list[answers.Answer]:
    """A page of tickets; each as its mere reporter knows it where the caller is nothing else to it (P9)."""
    as_staff = access.seen_as_staff(user, shown)
    return [answers.row(ticket, publicly=ticket.pk not in as_staff, now=now) for ticket in shown]


def answer_of(ticket: Ticket, told: answers.Answer | None = None, **options: Any) -> Response:
    """A ticket that was changed just now, with its version."""
    headers = {"ETag": etag_of(tickets.version_of(ticket)), **options.pop("headers", {})}
    return Response(told or answers.row(ticket), headers=headers, **options)
