"""Who the caller is."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api import examples
from helpdesk.api.permissions import ANYBODY_WITH_A_ROLE
from helpdesk.api.views.base import DeskView
from helpdesk.selectors import people
from workflow.roles import Role, Workspace, workspaces_of


class MeSerializer(serializers.Serializer):
    """The caller; the e-mail is shown because it is their own."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices()))
    workspaces = serializers.ListField(child=serializers.ChoiceField(choices=Workspace.choices()))


class MeView(DeskView):
    """The caller, their roles and the workspaces these open (P7)."""

    roles = ANYBODY_WITH_A_ROLE

    @extend_schema(
        operation_id="me",
        summary="Read who the caller is",
        responses=MeSerializer,
        examples=[OpenApiExample("The caller", examples.ME, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        held = people.roles_of(request.user)
        return Response(
            {
                "id": request.user.pk,
                "name": request.user.name,
                "email": request.user.email,
                "roles": [role.value for role in Role if role in held],
                "workspaces": [workspace.value for workspace in workspaces_of(held)],
            }
        )
