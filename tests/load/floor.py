"""The floor the API is measured beside: bare views over the same rows, one statement each after session and user."""

import json
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from helpdesk import clock
from helpdesk.models import ApplicationCatalog, Ticket
from workflow.states import OPEN, Status

COLUMNS = ("id", "case_id", "title", "priority", "status", "reported_date", "created_at", "updated_at", "resolved_at")
BESIDE = {
    "application_code": F("application__code"),
    "application_name": F("application__name"),
    "reporter_name": F("reporter__name"),
    "engineer_id": F("assignment__engineer_id"),
    "engineer_name": F("assignment__engineer__name"),
    "starts_at": F("assignment__starts_at"),
    "due_at": F("assignment__due_at"),
    "level": F("assignment__level"),
}
RESOLVED = (Status.RESOLVED, Status.RESOLVED_ESCALATED)
NUMBERS = {
    "open": Count("pk", filter=Q(status__in=OPEN)),
    "breached": Count("pk", filter=Q(escalated_at__isnull=False)),
    "escalated": Count("pk", filter=Q(status=Status.ESCALATED)),
    "resolved_after_escalation": Count("pk", filter=Q(status=Status.RESOLVED_ESCALATED)),
    "resolved": Count("pk", filter=Q(status__in=RESOLVED)),
    "resolved_on_time": Count("pk", filter=Q(status=Status.RESOLVED, escalated_at__isnull=True)),
}


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def listed(request: HttpRequest) -> HttpResponse:
    """The newest 25 open tickets."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    rows = Ticket.objects.filter(status__in=OPEN).order_by("-created_at", "-pk").values(*COLUMNS, **BESIDE)[:25]
    return JsonResponse({"results": list(rows)})


def detail(request: HttpRequest, case_id: str) -> HttpResponse:
    """One ticket with what stands in its row and those it refers to."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    return JsonResponse(Ticket.objects.values(*COLUMNS, "description", **BESIDE).get(case_id=case_id))


def create(request: HttpRequest) -> HttpResponse:
    """One row more; the application is looked up once a process, as no desk could."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    told: dict[str, Any] = json.loads(request.body)
    now = clock.now()
    row = Ticket.objects.create(
        case_id=f"F-{now:%H%M%S%f}",
        application_id=_application(told["application"]),
        reporter=request.user,
        title=told["title"],
        description=told["description"],
        priority=told["priority"],
        reported_date=now.date(),
        created_at=now,
        updated_at=now,
    )
    return JsonResponse({"id": row.pk, "case_id": row.case_id}, status=201)


_KNOWN: dict[str, int] = {}


def _application(code: str) -> int:
    if code not in _KNOWN:
        _KNOWN[code] = ApplicationCatalog.objects.get(code=code).pk
    return _KNOWN[code]


def summary(request: HttpRequest) -> HttpResponse:
    """Six counts over all tickets in one statement."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    return JsonResponse(Ticket.objects.aggregate(**NUMBERS))


urlpatterns = [
    path("healthz", healthz),
    path("list/", listed),
    path("detail/<str:case_id>/", detail),
    path("create/", create),
    path("summary/", summary),
]
