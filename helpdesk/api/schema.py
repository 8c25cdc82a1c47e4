"""What the generated OpenAPI document says beyond the serializers: how to sign in, and the one shape of every refusal."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from helpdesk.api.errors import CONTENT_TYPE, TITLES
from helpdesk.api.refusals import listed_refusals, refusals_of
from helpdesk.api.repeats import PATTERN

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Why a call was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people."},
        "code": {"type": "string", "description": "Stable, for programs."},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "data": {"type": "object", "additionalProperties": True},
    },
}
NO_NUL = r"^[^\u0000]*$"
RETRY_AFTER = {"description": "Seconds to wait before the next try.", "schema": {"type": "integer"}}
WAITING = frozenset({429, 503})
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": PATTERN},
    OpenApiParameter.HEADER,
    description=(
        "A key of your own, new for each thing you want done, for example a UUID. The same request again with it within a "
        "day does nothing and gets the same answer; another request with it is refused. A refusal is not kept."
    ),
)


class EntraBearerScheme(OpenApiAuthenticationExtension):
    """`Authorization: Bearer` with an access token of the tenant."""

    target_class = "helpdesk.sso.bearer.EntraBearerAuthentication"
    name = "entra"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of Entra ID, issued for this API on behalf of a person.",
        }


class ClosedBody(OpenApiSerializerExtension):
    """A body has the fields it names and no others, and no text of it holds NUL; the document says so."""

    target_class = "helpdesk.api.shapes.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        mapped: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        fields = {name: _without_nul(field) for name, field in mapped.get("properties", {}).items()}
        return mapped | {"additionalProperties": False} | ({"properties": fields} if fields else {})


def _without_nul(field: dict[str, Any]) -> dict[str, Any]:
    """A field that takes any text, or a list of texts, takes none with NUL; the parser refuses it wherever it stands."""
    if field.get("type") == "array":
        return field | {"items": _without_nul(field["items"])}
    is_text = field.get("type") == "string" and field.keys().isdisjoint({"enum", "format", "pattern"})
    return field | {"pattern": NO_NUL} if is_text else field


class DeskSchema(AutoSchema):
    """An operation with what all of them have in common: the headers they take and every way they may be refused."""

    def get_override_parameters(self) -> list[Any]:
        """The headers of this operation: a version where it takes one, a key where it may be repeated."""
        if_match = refusals_of(self._handler()).if_match
        parameters = [_if_match(required=if_match == "required")] if if_match else []
        return parameters + ([IDEMPOTENCY_KEY] if self._is_repeatable() else [])

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation with its refusals by status, each with the codes it may carry."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        listed = listed_refusals(self.method, self._handler())
        refused = {str(status): _problem(status, codes) for status, codes in listed.items()}
        operation["responses"] = refused | operation["responses"]
        return operation

    def _handler(self) -> Any:
        return getattr(self.view, self.method.lower(), None)

    def _is_repeatable(self) -> bool:
        return self.method == "POST" and hasattr(self.view, "repeats")


def _if_match(*, required: bool) -> OpenApiParameter:
    return OpenApiParameter(
        "If-Match",
        str,
        OpenApiParameter.HEADER,
        required=required,
        description="The `ETag` of what was read. If it changed since, the call answers 412 and changes nothing.",
    )


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    """The answer of one status, with the codes it may carry."""
    answer: dict[str, Any] = {
        "description": f"{TITLES[status]}: {', '.join(f'`{code}`' for code in codes)}.",
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "x-codes": codes,
    }
    return answer | ({"headers": {"Retry-After": RETRY_AFTER}} if status in WAITING else {})


def add_problem(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The one shape of every refusal, which all operations refer to."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    return result
