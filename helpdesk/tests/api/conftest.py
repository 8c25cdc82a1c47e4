"""The API of the tests: every answer of every call is held against what its operation says it may answer."""

from typing import Any

import pytest
from django.http import HttpResponseBase

from helpdesk.api.guard import Guarded
from helpdesk.api.refusals import listed_refusals
from tests.provider import entra, entra_server

__all__ = ["entra", "entra_server"]


@pytest.fixture(autouse=True)
def only_named_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal that the operation does not name fails the test: the OpenAPI document would not tell of it."""
    finish = Guarded.finalize_response

    def finish_and_look(view: Guarded, request: Any, response: HttpResponseBase, *args: Any, **kw: Any) -> Any:
        answer = finish(view, request, response, *args, **kw)
        method = "GET" if request.method == "HEAD" else request.method
        handler = getattr(type(view), method.lower(), None)
        if answer.status_code >= 400 and handler is not None and method in {"GET", "POST", "PUT"}:
            code = answer.data["code"]
            named = listed_refusals(method, handler)
            assert code in named.get(answer.status_code, []), (
                f"{method} {request.path}: {code} is not named by refuses()"
            )
        return answer

    monkeypatch.setattr(Guarded, "finalize_response", finish_and_look)
