"""What the claims of a token say about a person and their roles (P1, P3)."""

import pytest

from helpdesk.sso.claims import ClaimsRefused, claimed_roles, identity_of
from workflow.roles import Role

TENANT = "11111111-2222-3333-4444-555555555555"
OID = "5a3d0c1e-0000-4000-8000-000000000007"
CLAIMS = {"tid": TENANT, "oid": OID, "name": "Asha Nair", "email": "asha.nair@corp.example"}
MAPPING = {"Lineup.SM1": "sm1", "Lineup.Engineer": "engineer", "7b1e4f2a": "ra"}


def test_identity_is_tenant_and_object_id_in_one_spelling():
    identity = identity_of(CLAIMS | {"oid": OID.upper(), "tid": TENANT.upper()}, tenant_id=TENANT)

    assert (identity.tenant_id, identity.object_id) == (TENANT, OID)
    assert (identity.name, identity.email) == ("Asha Nair", "asha.nair@corp.example")


@pytest.mark.parametrize(
    "claims",
    [
        CLAIMS | {"tid": "99999999-8888-7777-6666-555555555555"},
        CLAIMS | {"tid": ["11111111-2222-3333-4444-555555555555"]},
        CLAIMS | {"oid": ""},
        CLAIMS | {"oid": "not an id"},
        CLAIMS | {"oid": 7},
        CLAIMS | {"idtyp": "app"},
        {"oid": OID},
        {"tid": TENANT},
    ],
    ids=["other tenant", "tenant list", "empty oid", "no uuid", "number", "a program", "no tid", "no oid"],
)
def test_identity_refuses_what_does_not_name_a_person_of_the_tenant(claims):
    with pytest.raises(ClaimsRefused):
        identity_of(claims, tenant_id=TENANT)


def test_identity_falls_back_to_the_login_and_drops_what_is_no_address():
    identity = identity_of(
        {"tid": TENANT, "oid": OID, "preferred_username": "asha@corp.example", "email": "no address"}, tenant_id=TENANT
    )

    assert (identity.name, identity.email) == ("asha@corp.example", "asha@corp.example")


def test_identity_takes_a_hostile_name_as_one_line_of_bounded_length():
    identity = identity_of(CLAIMS | {"name": "A\r\nBcc: x\x00" + "y" * 500}, tenant_id=TENANT)

    assert "\n" not in identity.name
    assert "\x00" not in identity.name
    assert len(identity.name) == 200


def test_roles_are_those_the_mapping_knows():
    found = claimed_roles({"roles": ["Lineup.SM1", "Other.App", "Lineup.Engineer", 5]}, source="roles", mapping=MAPPING)

    assert found == {Role.SM1, Role.ENGINEER}


@pytest.mark.parametrize("claims", [{}, {"roles": []}, {"roles": None}, {"roles": {"Lineup.SM1": 1}}])
def test_an_absent_claim_without_overage_means_none(claims):
    assert claimed_roles(claims, source="roles", mapping=MAPPING) == frozenset()


@pytest.mark.parametrize("claims", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}])
def test_an_overage_is_not_knowing(claims):
    assert claimed_roles(claims, source="groups", mapping=MAPPING) is None


def test_an_overage_of_groups_says_nothing_against_the_roles_claim():
    claims = {"_claim_names": {"groups": "src1"}, "roles": ["Lineup.SM1"]}

    assert claimed_roles(claims, source="roles", mapping=MAPPING) == {Role.SM1}


def test_a_single_role_may_come_as_text():
    assert claimed_roles({"roles": "Lineup.SM1"}, source="roles", mapping=MAPPING) == {Role.SM1}
