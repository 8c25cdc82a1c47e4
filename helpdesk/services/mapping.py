"""Which value of which claim of Entra ID gives which role: the table an admin edits (P3)."""

import re
import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from helpdesk.models import RoleMapping, User
from helpdesk.services import administering, audit
from workflow.errors import FieldInvalid, MappingMissing
from workflow.roles import Role
from workflow.texts import clean_line

_APP_ROLE = re.compile(r"^[^\s]{1,120}$")


@transaction.atomic
def save_mapping(
    *, actor: User, mapping_id: int | None = None, claim: str, value: str, role: Role, reason: str, now: datetime
) -> RoleMapping:
    """Add a row of the mapping, or change one; it counts from everybody's next sign-in.

    A group is named by its object id. The same value may give several roles, each once.
    """
    reason = administering.begin(actor=actor, reason=reason)
    mapping = _held(mapping_id)
    before = _state(mapping) if mapping.pk else {}
    mapping.claim, mapping.value, mapping.role_id = claim, _value(claim, value), role.value
    if before == _state(mapping):
        return mapping
    _save(mapping, actor, now)
    _note("mapping_changed" if before else "mapping_added", actor, mapping, before, _state(mapping), reason, now)
    return mapping


@transaction.atomic
def delete_mapping(*, actor: User, mapping_id: int, reason: str, now: datetime) -> None:
    """Take a row out of the mapping: its value gives nothing from everybody's next sign-in."""
    reason = administering.begin(actor=actor, reason=reason)
    mapping = _held(mapping_id)
    _note("mapping_deleted", actor, mapping, _state(mapping), {}, reason, now)
    dated: Any = mapping
    dated._history_date, dated._history_user = now, actor
    mapping.delete()


def _held(mapping_id: int | None) -> RoleMapping:
    """The row under its lock; a new one has none."""
    if mapping_id is None:
        return RoleMapping()
    try:
        return RoleMapping.objects.select_for_update().get(pk=mapping_id)
    except RoleMapping.DoesNotExist:
        raise MappingMissing from None


def _value(claim: str, value: str) -> str:
    """The value in its one spelling; what could never stand in a token is refused."""
    text = clean_line(value)
    if claim == RoleMapping.Claim.GROUPS:
        try:
            return str(uuid.UUID(text))
        except ValueError:
            raise FieldInvalid({"value": ["A group is named by its object id, as Entra ID shows it."]}) from None
    if not _APP_ROLE.match(text):
        raise FieldInvalid({"value": ["The value of an app role has no blanks and at most 120 characters."]})
    return text


def _save(mapping: RoleMapping, actor: User, now: datetime) -> None:
    try:
        mapping.full_clean()
    except ValidationError as error:
        raise FieldInvalid({_field(name): list(said) for name, said in error.message_dict.items()}) from error
    dated: Any = mapping
    dated._history_date, dated._history_user = now, actor
    mapping.save()


def _field(name: str) -> str:
    """What is wrong with the row as a whole stands at its value."""
    return "value" if name == "__all__" else name


def _state(mapping: RoleMapping) -> dict[str, Any]:
    return {"claim": mapping.claim, "value": mapping.value, "role": mapping.role_id}


def _note(
    act: str,
    actor: User,
    mapping: RoleMapping,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str,
    now: datetime,
) -> None:
    label = f"{RoleMapping.Claim(mapping.claim).label} {mapping.value}"
    audit.note(act=act, actor=actor, subject_label=label, before=before, after=after, reason=reason, now=now)
