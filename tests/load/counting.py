"""How many statements a request needs, told in its answer to whoever asks for it."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

ASKED = "X-Count-Statements"
TOLD = "X-Statements"
UNCOUNTED = ("SAVEPOINT", "RELEASE")


class CountingMiddleware:
    """Counts only when asked, so that measured requests pay nothing for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if ASKED not in request.headers:
            return self.get_response(request)
        counted: list[str] = []

        def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
            if not sql.startswith(UNCOUNTED):
                counted.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response[TOLD] = str(len(counted))
        return response
