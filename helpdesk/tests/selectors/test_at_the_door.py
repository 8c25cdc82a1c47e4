"""Whoever calls comes with the roles they hold at this moment, in one statement (P8, B02)."""

import pytest

from helpdesk.models import UserRole
from helpdesk.selectors import people
from tests.factories import SM1Factory
from workflow.roles import Role

pytestmark = pytest.mark.django_db


def test_they_come_with_their_roles_in_one_statement(django_assert_num_queries):
    someone = SM1Factory()

    with django_assert_num_queries(1):
        comer = people.at_the_door(pk=someone.pk)
        assert comer is not None
        assert people.roles_of(comer) == {Role.SM1}


def test_a_role_that_was_withdrawn_does_not_come():
    someone = SM1Factory()
    UserRole.objects.filter(user=someone).update(is_claimed=False)

    comer = people.at_the_door(pk=someone.pk)

    assert comer is not None
    assert people.roles_of(comer) == frozenset()


def test_somebody_inactive_comes_without_any_whoever_may_let_them_in():
    someone = SM1Factory(is_active=False)

    comer = people.at_the_door(pk=someone.pk)

    assert comer is not None
    assert people.roles_of(comer) == frozenset()


def test_nobody_comes_where_nobody_is():
    assert people.at_the_door(pk=0) is None
