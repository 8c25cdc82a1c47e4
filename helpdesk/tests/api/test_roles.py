"""`GET/PUT /api/users/{id}/roles/`: an admin reads and decides who may do what (P2-P4)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import AuditEvent, User, UserRole
from helpdesk.services.people import claim_roles, decide_role
from helpdesk.tests.api.calling import Caller, refusal
from tests.clock import held
from tests.factories import AdminFactory, EngineerFactory, SM1Factory, UserFactory
from workflow.roles import ClaimedRoles, Role

pytestmark = pytest.mark.django_db

READS, WRITES = 12, 25


@pytest.fixture
def asha() -> User:
    """Claimed as an engineer and a reporter."""
    return UserFactory(name="Asha Nair", email="asha@corp.example", roles=["engineer", "reporter"])


@pytest.fixture
def admin() -> Caller:
    return Caller(AdminFactory())


def address(person: User | str) -> str:
    return f"users/{person.pk if isinstance(person, User) else person}/roles/"


def a_change(**decisions: str | None) -> dict:
    roles = [{"role": role, "decision": decision} for role, decision in decisions.items()]
    return {"roles": roles, "reason": "Asked for by Maya."}


def held_by(answer) -> list[str]:
    return [one["role"] for one in answer.json()["roles"] if one["held"]]


def test_every_role_with_its_source(admin, asha):
    decide_role(actor=None, user=asha, role=Role.SM1, decision="given", reason="", now=held.moment)
    decide_role(actor=None, user=asha, role=Role.ENGINEER, decision="withdrawn", reason="", now=held.moment)

    answer = admin.get(address(asha))

    def row(role: str, is_held: bool, source: str, claimed: bool, decision: str | None) -> dict:
        return {"role": role, "held": is_held, "source": source, "claimed": claimed, "decision": decision}

    assert answer.status_code == 200
    assert answer["ETag"]
    assert answer.json() == {
        "user": {"id": asha.pk, "name": "Asha Nair", "email": "asha@corp.example", "active": True},
        "roles": [
            row("reporter", True, "azure", True, None),
            row("sm1", True, "admin", False, "given"),
            row("sm2", False, "azure", False, None),
            row("engineer", False, "admin", True, "withdrawn"),
            row("ra", False, "azure", False, None),
            row("admin", False, "azure", False, None),
        ],
    }


def test_decisions_win_are_recorded_and_leave_the_others_alone(admin, asha):
    before = admin.get(address(asha))

    answer = admin.put(address(asha), a_change(sm1="given", engineer="withdrawn"), **{"If-Match": before["ETag"]})

    assert answer.status_code == 200
    assert held_by(answer) == ["reporter", "sm1"]
    assert answer["ETag"] == admin.get(address(asha))["ETag"] != before["ETag"]
    kept = AuditEvent.objects.filter(subject=asha, actor=admin.user).order_by("pk")
    assert [(one.act, one.reason) for one in kept] == [
        ("role_given", "Asked for by Maya."),
        ("role_withdrawn", "Asked for by Maya."),
    ]
    assert held_by(admin.put(address(asha), a_change(engineer=None))) == ["reporter", "sm1", "engineer"]


def test_the_same_decision_again_changes_nothing(admin, asha):
    first = admin.put(address(asha), a_change(sm1="given"))
    records = AuditEvent.objects.count()

    assert admin.put(address(asha), a_change(sm1="given", ra=None))["ETag"] == first["ETag"]
    assert AuditEvent.objects.count() == records


@pytest.mark.parametrize("who", ["admin", "entra"])
def test_roles_that_changed_since_they_were_read_are_left_as_they_are(admin, asha, who):
    read = admin.get(address(asha))["ETag"]
    if who == "admin":
        decide_role(actor=None, user=asha, role=Role.RA, decision="given", reason="", now=held.moment)
    else:
        claim_roles(user=asha, claimed=ClaimedRoles(roles=frozenset({Role.SM2})), now=held.moment)

    answer = admin.put(address(asha), a_change(sm1="given"), **{"If-Match": read})

    assert refusal(answer) == (412, "person_changed")
    assert not UserRole.objects.filter(user=asha, role_id="sm1", is_granted=True).exists()


def test_the_last_admin_stays_and_all_of_it_is_undone(admin):
    answer = admin.put(address(admin.user), a_change(sm1="given", admin="withdrawn"))

    assert refusal(answer) == (409, "last_admin")
    assert held_by(admin.get(address(admin.user))) == ["admin"]


def test_a_reason_is_needed(admin, asha):
    assert refusal(admin.put(address(asha), a_change(sm1="given") | {"reason": " "})) == (422, "reason_required")


@pytest.mark.parametrize("factory", [EngineerFactory, SM1Factory], ids=["engineer", "sm1"])
def test_nobody_but_an_admin_reads_or_decides(factory, asha):
    caller = Caller(factory())
    assert refusal(caller.get(address(asha))) == (403, "role_needed")
    assert refusal(caller.put(address(caller.user), a_change(admin="given"))) == (403, "role_needed")
    assert not UserRole.objects.filter(role_id="admin").exists()


@pytest.mark.parametrize("reference", ["0", "987654321", "9" * 30, "x", "-1", "%D9%A1"])
def test_nobody_of_that_number_is_missing(admin, reference):
    assert refusal(admin.get(address(reference))) == (404, "person_missing")
    assert refusal(admin.put(address(reference), a_change(sm1="given"))) == (404, "person_missing")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"roles": [], "reason": "x"}, "roles"),
        ({"roles": {"sm1": "given"}, "reason": "x"}, "roles"),
        ({"roles": [{"role": "sm1"}], "reason": "x"}, "roles.0.decision"),
        ({"roles": [{"role": "king", "decision": "given"}], "reason": "x"}, "roles.0.role"),
        ({"roles": [{"role": "sm1", "decision": True}], "reason": "x"}, "roles.0.decision"),
        ({"roles": [{"role": "sm1", "decision": "given", "is_claimed": True}], "reason": "x"}, "roles.0.is_claimed"),
        ({"roles": [{"role": "sm1", "decision": "given"}] * 2, "reason": "x"}, "roles"),
        ({"roles": [{"role": "sm1", "decision": "given"}] * 7, "reason": "x"}, "roles"),
        ({"roles": [5], "reason": "x"}, "roles.0"),
        (a_change(sm1="given") | {"is_superuser": True}, "is_superuser"),
        (a_change(sm1="given") | {"actor": 1}, "actor"),
        ({"roles": [{"role": "sm1", "decision": "given"}]}, "reason"),
    ],
)
def test_a_body_that_is_none_is_refused_by_field(admin, asha, body, field):
    answer = admin.put(address(asha), body)

    assert refusal(answer) == (400, "invalid")
    assert [name.removesuffix(".non_field_errors") for name in answer.json()["errors"]] == [field]
    assert held_by(admin.get(address(asha))) == ["reporter", "engineer"]


def test_roles_take_few_statements(admin, asha):
    admin.get(address(asha))
    with CaptureQueriesContext(connection) as reading:
        admin.get(address(asha))
    everything = {role.value: "given" for role in Role}
    with CaptureQueriesContext(connection) as writing:
        answer = admin.put(address(asha), a_change(**everything))

    assert len(held_by(answer)) == len(Role)
    assert len(reading) <= READS
    assert len([one for one in writing if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= WRITES
