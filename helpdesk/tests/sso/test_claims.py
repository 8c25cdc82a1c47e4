"""What the claims of a token say about a person and their roles (P1, P3)."""

import pytest

from helpdesk.sso.claims import PERSONAL_ACCOUNTS, ClaimsRefused, GuestRefused, claimed_roles, identity_of
from workflow.roles import ClaimedRoles, Role

TENANT = "11111111-2222-3333-4444-555555555555"
OID = "5a3d0c1e-0000-4000-8000-000000000007"
CLAIMS = {"tid": TENANT, "oid": OID, "name": "Asha Nair", "email": "asha.nair@corp.example"}
ISSUER = f"https://login.microsoftonline.com/{TENANT}/v2.0"
GROUP = "7b1e4f2a-0000-4000-8000-00000000000a"
MAPPING = {
    "roles": {"Lineup.SM1": {Role.SM1}, "Lineup.Engineer": {Role.ENGINEER}},
    "groups": {GROUP: {Role.RA, Role.ADMIN}},
}


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


ALL_OF_GROUPS = frozenset({Role.RA, Role.ADMIN})


def test_roles_are_those_the_mapping_knows():
    found = claimed_roles({"roles": ["Lineup.SM1", "Other.App", "Lineup.Engineer", 5]}, mappings=MAPPING)

    assert found == ClaimedRoles(roles=frozenset({Role.SM1, Role.ENGINEER}))


def test_both_claims_count_and_one_value_may_give_two_roles():
    found = claimed_roles({"roles": ["Lineup.SM1"], "groups": [GROUP.upper()]}, mappings=MAPPING)

    assert found == ClaimedRoles(roles=frozenset({Role.SM1, Role.RA, Role.ADMIN}))


def test_app_roles_are_names_and_taken_as_written():
    assert claimed_roles({"roles": ["lineup.sm1"]}, mappings=MAPPING) == ClaimedRoles()


@pytest.mark.parametrize(
    "claims", [{}, {"roles": []}, {"roles": None}, {"roles": {"Lineup.SM1": 1}}, {"hasgroups": False}]
)
def test_an_absent_claim_without_overage_means_none(claims):
    assert claimed_roles(claims, mappings=MAPPING) == ClaimedRoles()


@pytest.mark.parametrize(
    "claims",
    [
        {"_claim_names": {"groups": "src1"}},
        {"hasgroups": True},
        {"hasgroups": "true"},
        {"groups": [GROUP], "hasgroups": 1},
    ],
)
def test_an_overage_of_groups_says_nothing_about_the_roles_groups_could_give(claims):
    found = claimed_roles({"roles": ["Lineup.SM1"]} | claims, mappings=MAPPING)

    assert found == ClaimedRoles(roles=frozenset({Role.SM1}), unknown=ALL_OF_GROUPS)
    assert found.says(Role.ENGINEER) is False


def test_without_mapped_groups_an_overage_says_nothing_new():
    assert claimed_roles({"hasgroups": True}, mappings={"roles": MAPPING["roles"], "groups": {}}) == ClaimedRoles()


def test_a_single_role_may_come_as_text():
    assert claimed_roles({"roles": "Lineup.SM1"}, mappings=MAPPING).roles == {Role.SM1}


@pytest.mark.parametrize(
    "said",
    [
        {"acct": 1},
        {"acct": "1"},
        {"idp": "live.com"},
        {"idp": "https://sts.windows.net/99999999-8888-7777-6666-555555555555/"},
        {"idp": None},
        {"userType": "Guest"},
    ],
    ids=str,
)
def test_guests_are_refused(said):
    with pytest.raises(GuestRefused):
        identity_of(CLAIMS | said, tenant_id=TENANT)


@pytest.mark.parametrize(
    "said",
    [
        {"acct": 0},
        {"acct": "0"},
        {"idp": ISSUER},
        {"idp": f"https://sts.windows.net/{TENANT}/"},
        {"userType": "Member"},
    ],
    ids=str,
)
def test_members_are_not_taken_for_guests(said):
    assert identity_of(CLAIMS | {"iss": ISSUER} | said, tenant_id=TENANT).object_id == OID


def test_the_tenant_of_personal_accounts_is_refused_even_if_it_were_set():
    with pytest.raises(ClaimsRefused):
        identity_of(CLAIMS | {"tid": PERSONAL_ACCOUNTS}, tenant_id=PERSONAL_ACCOUNTS)
