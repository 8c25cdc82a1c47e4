"""What every call of the API has in common."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.views import APIView

from helpdesk.api.shapes import Query
from workflow.roles import Role


class DeskView(APIView):
    """A call of the API; closed to everybody until it names the `roles` that may make it.

    `queries` names by method what may stand behind the `?` of the address, nothing where it says nothing; what stood there
    is in `query`.
    """

    roles: frozenset[Role] = frozenset()
    queries: ClassVar[Mapping[str, type[Query]]] = {}
    query: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method != "OPTIONS" and hasattr(self, method.lower()):
            self.query = self.queries.get(method, Query).read(request)
