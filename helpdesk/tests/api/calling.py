"""Calls of the API in tests: one browser a person, bodies as JSON."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from helpdesk.models import User
from tests.entering import enter

PROBLEM = {"type", "title", "status", "detail", "code"}


class Caller:
    """Somebody who calls the API with the session of their browser."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client(raise_request_exception=True)
        enter(self.client, user)

    def get(self, address: str, **query: Any) -> HttpResponse:
        return self.client.get(f"/api/{address}", query or None)

    def post(self, address: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.client.post(
            f"/api/{address}", {} if body is None else body, content_type="application/json", headers=headers
        )

    def put(self, address: str, body: Any, **headers: str) -> HttpResponse:
        return self.client.put(f"/api/{address}", body, content_type="application/json", headers=headers)


def refusal(answer: HttpResponse) -> tuple[int, str]:
    """Status and code of a refusal, which has the one shape of all of them."""
    told = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert set(told) - {"errors", "data"} == PROBLEM
    assert told["type"] == f"urn:lineup:problem:{told['code']}"
    assert told["status"] == answer.status_code
    return answer.status_code, told["code"]
