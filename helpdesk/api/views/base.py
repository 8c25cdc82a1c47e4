"""What every call of the API has in common."""

from rest_framework.views import APIView

from workflow.roles import Role


class DeskView(APIView):
    """A call of the API; closed to everybody until it names the `roles` that may make it."""

    roles: frozenset[Role] = frozenset()
