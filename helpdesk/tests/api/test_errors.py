from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.test import Client
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from helpdesk.api.errors import problem
from helpdesk.api.permissions import ANYBODY_WITH_A_ROLE
from tests.entering import enter
from tests.factories import ReporterFactory, SM1Factory
from workflow.errors import EngineerBusy, FieldInvalid, ReasonRequired, RoleNeeded, TicketMissing
from workflow.roles import Role

DUE = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
BUSY = EngineerBusy(engineer="Asha", open_tickets=["N-EXP-1001"], starts_at=DUE, due_at=DUE)


def said(error: Exception) -> Response:
    return problem(error, {})


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RoleNeeded(needs="SM1"), 403, "role_needed"),
        (TicketMissing(), 404, "ticket_missing"),
        (BUSY, 409, "engineer_busy"),
        (ReasonRequired(), 422, "reason_required"),
        (FieldInvalid({"title": ["Title must not be empty."]}), 422, "field_invalid"),
        (Http404("secret"), 404, "not_found"),
        (PermissionDenied("secret"), 403, "permission_denied"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/x"), 415, "unsupported_media_type"),
        (exceptions.ParseError(), 400, "parse_error"),
        (exceptions.ValidationError({"a": ["No."]}), 400, "invalid"),
        (exceptions.Throttled(wait=7), 429, "throttled"),
        (RequestDataTooBig("x"), 413, "too_large"),
        (RuntimeError("the password is secret"), 500, "error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_every_refusal_has_the_one_shape(error, status, code):
    answer = said(error)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert set(answer.data) - {"errors", "data"} == {"type", "title", "status", "detail", "code"}
    assert (answer.data["status"], answer.data["code"]) == (status, code)
    assert answer.data["type"] == f"urn:lineup:problem:{code}"
    assert answer.data["detail"]
    assert "secret" not in str(answer.data)


def test_data_stands_where_a_program_can_act_on_it():
    assert said(BUSY).data["data"] == {
        "engineer": "Asha",
        "open_tickets": ["N-EXP-1001"],
        "starts_at": DUE,
        "due_at": DUE,
    }
    assert said(BUSY).data["detail"] == "Selected member is already engaged in another task"
    assert "data" not in said(ReasonRequired()).data


def test_errors_stand_by_field():
    ours = said(FieldInvalid({"title": ["Title must not be empty."]})).data
    theirs = said(exceptions.ValidationError({"title": ["Empty."], "lines": [{}, {"hours": ["Too many."]}]})).data
    general = said(exceptions.ValidationError(["Not this way."])).data

    assert ours["errors"] == {"title": ["Title must not be empty."]}
    assert "data" not in ours
    assert theirs["errors"] == {"title": ["Empty."], "lines.1.hours": ["Too many."]}
    assert general["errors"] == {"non_field_errors": ["Not this way."]}


def test_a_throttled_caller_learns_when_to_come_back():
    assert said(exceptions.Throttled(wait=7))["Retry-After"] == "7"


class Numbered(serializers.Serializer):
    number = serializers.IntegerField(min_value=1)


class OpenView(APIView):
    """A view of the tests: declared for everybody with a role."""

    roles = ANYBODY_WITH_A_ROLE

    def get(self, request):
        raise RuntimeError("the password is secret")

    def post(self, request):
        given = Numbered(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(given.data)


class UndeclaredView(APIView):
    """A view whose author forgot to say who may call it."""

    def get(self, request):
        return Response({"secret": True})


class MastersView(APIView):
    roles = frozenset({Role.SM1, Role.SM2})

    def get(self, request):
        return Response({})


def call(view, method="get", user=None, data=None):
    request = getattr(APIRequestFactory(), method)("/api/x/", data)
    if user:
        force_authenticate(request, user)
    return view.as_view()(request).render()


@pytest.mark.django_db
def test_an_undeclared_view_is_closed_to_everybody():
    everything = SM1Factory(roles=[role.value for role in Role])

    assert call(UndeclaredView, user=everything).status_code == 403
    assert call(UndeclaredView).status_code == 401


@pytest.mark.django_db
def test_a_view_is_open_to_the_declared_roles_only():
    assert call(MastersView, user=SM1Factory()).status_code == 200
    refused = call(MastersView, user=ReporterFactory())
    assert refused.status_code == 403
    assert refused.data["detail"] == "This needs SM1 or SM2."


@pytest.mark.django_db
def test_an_unforeseen_error_is_logged_and_answered_without_details(caplog):
    answer = call(OpenView, user=ReporterFactory())

    assert answer.status_code == 500
    assert b"secret" not in answer.content
    assert "the password is secret" in caplog.text


@pytest.mark.django_db
def test_a_wrong_body_is_said_by_field():
    answer = call(OpenView, "post", ReporterFactory(), {"number": "0"})

    assert answer.status_code == 400
    assert list(answer.data["errors"]) == ["number"]
    assert call(OpenView, "post", ReporterFactory(), {"number": 5}).data == {"number": 5}


@pytest.mark.django_db
def test_a_session_needs_its_csrf_token_to_change_something():
    strict = Client(enforce_csrf_checks=True)
    enter(strict, ReporterFactory())

    answer = strict.post("/api/me/", {}, content_type="application/json")

    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert "CSRF" in answer.json()["detail"]


@pytest.mark.django_db
def test_any_other_address_answers_in_the_same_shape(client):
    assert client.get("/api/nothing/here/").status_code == 401
    enter(client, ReporterFactory())

    answer = client.get("/api/nothing/here/")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_format_we_do_not_speak_is_406_in_the_same_shape(client):
    enter(client, ReporterFactory())

    answer = client.get("/api/me/", headers={"Accept": "image/png"})

    assert answer.status_code == 406
    assert answer["Content-Type"] == "application/problem+json"
