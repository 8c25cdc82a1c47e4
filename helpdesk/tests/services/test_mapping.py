"""The role mapping: an admin edits it, each change is recorded, and what could never stand in a token is refused (P3)."""

from typing import Any

import pytest

from helpdesk.models import AuditEvent, RoleMapping
from helpdesk.selectors.mapping import role_mappings
from helpdesk.services.mapping import delete_mapping, save_mapping
from tests.clock import NOON
from tests.factories import AdminFactory, SM2Factory
from workflow.errors import FieldInvalid, MappingMissing, ReasonRequired, RoleNeeded
from workflow.roles import Role

pytestmark = pytest.mark.django_db

GROUP = "7c5f3c7e-92b1-4b7e-8e7c-0f4b6a7f1a10"


def save(**given: Any) -> RoleMapping:
    told = {"claim": "groups", "value": GROUP, "role": Role.ENGINEER, "reason": "x", "now": NOON, **given}
    return save_mapping(**{**told, "actor": told.get("actor") or AdminFactory()})


def test_a_row_is_added_changed_and_deleted_with_a_record_of_each():
    admin = AdminFactory()

    row = save(actor=admin, value=GROUP.upper())
    assert role_mappings()["groups"][GROUP] == {Role.ENGINEER}
    save(actor=admin, mapping_id=row.pk, role=Role.SM1)
    save(actor=admin, mapping_id=row.pk, role=Role.SM1)
    delete_mapping(actor=admin, mapping_id=row.pk, reason="Over", now=NOON)

    assert GROUP not in role_mappings()["groups"]
    events = AuditEvent.objects.filter(actor=admin).order_by("pk")
    assert [event.act for event in events] == ["mapping_added", "mapping_changed", "mapping_deleted"]
    assert [event.before.get("role") for event in events] == [None, "engineer", "sm1"]


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("groups", "Engineers"),
        ("groups", ""),
        ("roles", "two words"),
        ("roles", ""),
        ("roles", "x" * 121),
        ("roles", "\x00"),
    ],
)
def test_what_could_never_stand_in_a_token_is_refused_at_its_field(claim, value):
    with pytest.raises(FieldInvalid) as refused:
        save(claim=claim, value=value)

    assert list(refused.value.errors) == ["value"]


def test_the_same_row_twice_is_refused_and_the_same_value_for_another_role_is_not():
    save()

    with pytest.raises(FieldInvalid, match="gives the role already"):
        save()
    save(role=Role.RA)

    assert role_mappings()["groups"][GROUP] == {Role.ENGINEER, Role.RA}


def test_an_unknown_claim_is_refused():
    with pytest.raises(FieldInvalid):
        save(claim="scp", value="Lineup.SM1")


def test_only_an_admin_with_a_reason_edits_it():
    row = save()

    with pytest.raises(RoleNeeded):
        save(actor=SM2Factory(), role=Role.SM1)
    with pytest.raises(RoleNeeded):
        delete_mapping(actor=SM2Factory(), mapping_id=row.pk, reason="x", now=NOON)
    with pytest.raises(ReasonRequired):
        save(role=Role.SM1, reason=" ")
    with pytest.raises(MappingMissing):
        delete_mapping(actor=AdminFactory(), mapping_id=0, reason="x", now=NOON)
