"""Whom a ticket can be given to, and what it would come to."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk import clock
from helpdesk.api import queue_shapes
from helpdesk.api.refusals import refuses
from helpdesk.api.views.base import DeskView
from helpdesk.selectors import access
from helpdesk.selectors.candidates import candidates_for
from workflow.roles import SCRUM_MASTERS

ONE_PAGE = {"count": 1, "next": None, "previous": None, "results": [queue_shapes.CANDIDATE]}


class CandidatesView(DeskView):
    """The pool of engineers for one ticket."""

    roles = SCRUM_MASTERS

    @extend_schema(
        operation_id="ticket_candidates",
        summary="See whom a ticket can be given to",
        description="The table of the Assign dialog: every active engineer, the earliest finish first. Changes nothing.",
        responses=queue_shapes.CandidatesSerializer,
        examples=[OpenApiExample("The pool", ONE_PAGE, response_only=True)],
    )
    @refuses("ticket_missing", "wrong_status")
    def get(self, request: Request, ticket: str) -> Response:
        asked = access.ticket_for(request.user, ticket)
        present = asked.assignment.engineer_id if asked.assignment else None
        pool = candidates_for(asked, by=request.user, now=clock.now())
        rows = [queue_shapes.candidate(one, present=present) for one in pool]
        return Response({"count": len(rows), "next": None, "previous": None, "results": rows})
