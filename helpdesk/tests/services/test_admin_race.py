"""Two admins withdraw each other's role at the same moment: one of them stays (P3, the last admin)."""

import threading
from typing import Any

import pytest
from django.db import connection

from helpdesk.models import Role as RoleRow
from helpdesk.models import User
from helpdesk.services import people
from tests.clock import NOON
from tests.factories import AdminFactory
from workflow.errors import RoleNeeded, WorkflowError
from workflow.roles import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.mark.parametrize("how", ["withdraw", "deactivate"])
def test_two_admins_who_shut_each_other_out_leave_one(how: str) -> None:
    for one in Role:
        RoleRow.objects.get_or_create(id=one.value, defaults={"name": one.label})
    pair = (AdminFactory(), AdminFactory())
    start, answers = threading.Barrier(2), {}

    def shut_out(actor: User, other: User) -> None:
        start.wait(timeout=20)
        try:
            answers[actor.pk] = _act(how, actor, other)
        except WorkflowError as refused:
            answers[actor.pk] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=shut_out, args=couple) for couple in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sum(isinstance(answer, RoleNeeded) for answer in answers.values()) == 1
    assert User.objects.active().holding(Role.ADMIN).count() == 1


def _act(how: str, actor: User, other: User) -> Any:
    if how == "deactivate":
        return people.set_active(actor=actor, user=other, is_active=False, reason="x", now=NOON)
    return people.decide_roles(actor=actor, user=other, decisions={Role.ADMIN: "withdrawn"}, reason="x", now=NOON)
