"""What every call of the API has in common."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from rest_framework.request import Request

from helpdesk.api.guard import Guarded
from helpdesk.api.repeats import Repeats, key_of, once
from helpdesk.api.shapes import Query
from workflow.roles import Role


class DeskView(Guarded):
    """A call of the API; closed to everybody until it names the `roles` that may make it.

    `queries` names by method what may stand behind the `?` of the address, nothing where it says nothing; what stood there
    is in `query`. Every POST may carry an `Idempotency-Key`; `repeats` says what becomes of it.
    """

    roles: frozenset[Role] = frozenset()
    queries: ClassVar[Mapping[str, type[Query]]] = {}
    query: dict[str, Any]
    repeats = Repeats.IN_ONE

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method != "OPTIONS" and hasattr(self, method.lower()):
            self.query = self.queries.get(method, Query).read(request)
        handler = getattr(self, "post", None)
        key = key_of(request) if method == "POST" and handler else None
        if key:
            # The framework looks for the handler only now, on this one view of this one request.
            vars(self)["post"] = partial(once, self.repeats, key, handler)
