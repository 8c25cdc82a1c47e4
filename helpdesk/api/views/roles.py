"""Which roles somebody holds and where they come from; an admin's decision wins over Entra ID (P2-P4)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk import clock
from helpdesk.api.answers import Answer, person
from helpdesk.api.refusals import refuses
from helpdesk.api.shapes import Body, Text
from helpdesk.api.versions import etag_of, if_match
from helpdesk.api.views.base import DeskView
from helpdesk.models import User, UserRole
from helpdesk.selectors import holdings, people
from helpdesk.services.people import decide_roles
from workflow.roles import Role

EXAMPLE: Answer = {
    "user": {"id": 12, "name": "Asha Nair", "email": "asha.nair@corp.example", "active": True},
    "roles": [
        {"role": "reporter", "held": True, "source": "azure", "claimed": True, "decision": None},
        {"role": "sm1", "held": True, "source": "admin", "claimed": False, "decision": "given"},
        {"role": "sm2", "held": False, "source": "azure", "claimed": False, "decision": None},
        {"role": "engineer", "held": False, "source": "admin", "claimed": True, "decision": "withdrawn"},
        {"role": "ra", "held": False, "source": "azure", "claimed": False, "decision": None},
        {"role": "admin", "held": False, "source": "azure", "claimed": False, "decision": None},
    ],
}
DECISION: dict[str, Any] = {
    "choices": UserRole.Decision.choices,
    "allow_null": True,
    "help_text": "What an admin decided; null leaves it to Entra ID.",
}


class DecisionBody(Body):
    """What is decided about one role."""

    role = serializers.ChoiceField(choices=Role.choices())
    decision = serializers.ChoiceField(**DECISION)


class RolesBody(Body):
    """What is decided, and why."""

    roles = serializers.ListField(child=DecisionBody(), min_length=1, max_length=len(Role))
    reason = Text(help_text="Stands in the record.")

    def validate_roles(self, decisions: list[dict[str, Any]]) -> dict[Role, str | None]:
        chosen = {Role(one["role"]): one["decision"] for one in decisions}
        if len(chosen) < len(decisions):
            raise serializers.ValidationError("Please name each role once.")
        return chosen


class HolderSerializer(serializers.Serializer):
    """Somebody, for admins."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    active = serializers.BooleanField()


class GrantSerializer(serializers.Serializer):
    """One role."""

    role = serializers.ChoiceField(choices=Role.choices())
    held = serializers.BooleanField()
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=("azure", "admin"), help_text="Who says so."
    )
    claimed = serializers.BooleanField(help_text="Whether Entra ID claimed it at their last sign-in.")
    decision = serializers.ChoiceField(**DECISION)


class RolesSerializer(serializers.Serializer):
    """Every role of a person, also those they do not hold."""

    user = HolderSerializer()
    roles = GrantSerializer(many=True)


class RolesView(DeskView):
    """The roles of one person."""

    roles = frozenset({Role.ADMIN})

    @extend_schema(
        operation_id="roles_read",
        summary="Read the roles of a person",
        responses=RolesSerializer,
        examples=[OpenApiExample("Roles", EXAMPLE, response_only=True)],
    )
    @refuses("person_missing")
    def get(self, request: Request, user: str) -> Response:
        return _answer(people.person_for(user))

    @extend_schema(
        operation_id="roles_decide",
        summary="Give, withdraw or leave roles to Entra ID",
        description=(
            "All of it or nothing. Roles that are not named stay as they are. A decision wins over what Entra ID claims, and "
            "survives the next sign-in; each is kept in the audit trail with the reason."
        ),
        request=RolesBody,
        responses=RolesSerializer,
        examples=[
            OpenApiExample(
                "One more scrum master",
                {"roles": [{"role": "sm1", "decision": "given"}], "reason": "Asked for by Maya."},
                request_only=True,
            ),
            OpenApiExample("Roles", EXAMPLE, response_only=True),
        ],
    )
    @refuses("person_missing", "reason_required", "last_admin", "person_changed", if_match="optional")
    def put(self, request: Request, user: str) -> Response:
        given = RolesBody.read(request)
        person = people.person_for(user)
        decide_roles(
            actor=request.user,
            user=person,
            decisions=given["roles"],
            reason=given["reason"],
            now=clock.now(),
            version=if_match(request),
        )
        return _answer(person)


def _answer(holder: User) -> Response:
    grants = holdings.grants_of(holder)
    told = {
        "user": person(holder) | {"email": holder.email, "active": holder.is_active},
        "roles": [
            {
                "role": role.value,
                "held": grant.is_granted,
                "source": grant.source,
                "claimed": grant.is_claimed,
                "decision": grant.decision,
            }
            for role, grant in grants.items()
        ],
    }
    return Response(told, headers={"ETag": etag_of(holdings.version_of(grants))})
