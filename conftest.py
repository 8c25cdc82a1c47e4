"""What every test may ask for."""

import gc
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import post_migrate
from pytest_django.plugin import DjangoDbBlocker

from helpdesk.api import guard
from helpdesk.models import Role, RoleMapping
from tests import clock as test_clock
from tests import scheduling, template
from workflow.roles import Role as RoleName


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> scheduling.ByModule | None:
    return scheduling.scheduler(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    scheduling.long_ones_first(items)


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: the collector of garbage need not look through it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def clock() -> Iterator[test_clock.HeldClock]:
    """The desk's clock, at noon of a Wednesday until the test moves it."""
    test_clock.held.set(test_clock.NOON)
    yield test_clock.held
    test_clock.held.set(test_clock.NOON)


@pytest.fixture(autouse=True)
def open_doors() -> None:
    """No door of the API stands closed because of another test."""
    guard.closed.clear()


@pytest.fixture(scope="session")
def copied_database(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[bool]:
    """Whether this worker's database is a copy of a migrated one; it goes in the end, as any other."""
    is_asked = request.config.getvalue("reuse_db") or request.config.getvalue("create_db")
    database = connection.creation._get_test_db_name()
    with django_db_blocker.unblock():
        is_copied = not is_asked and template.copied(database)
    yield is_copied
    if is_copied:
        with django_db_blocker.unblock():
            connection.close()
            template.drop(database)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, copied_database: bool) -> bool:
    return django_db_keepdb or copied_database


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, django_db_keepdb: bool, copied_database: bool
) -> Iterator[None]:
    """Keep a new database for the next run, then let transactional tests empty the tables between them.

    The guards against TRUNCATE have their own tests. In the end nobody may be connected any more, so that it can be dropped.
    """
    with django_db_blocker.unblock():
        if not (django_db_keepdb or copied_database):
            template.keep(connection.creation._get_test_db_name())
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE helpdesk_ticketevent DISABLE TRIGGER event_no_truncate")
            cursor.execute("ALTER TABLE helpdesk_auditevent DISABLE TRIGGER audit_no_truncate")
    yield
    with django_db_blocker.unblock():
        template.send_away(str(connection.settings_dict["NAME"]))


def _fill_roles(**kwargs: object) -> None:
    """Roles and their mapping come with migrations; a transactional test empties the tables too, so they are put back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('helpdesk_rolemapping') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return
    Role.objects.bulk_create((Role(id=one.value, name=one.label) for one in RoleName), ignore_conflicts=True)
    shipped = import_module("helpdesk.migrations.0006_mapping_and_grants").MAPPING
    RoleMapping.objects.bulk_create(
        (RoleMapping(claim="roles", value=value, role_id=role) for value, role in shipped.items()),
        ignore_conflicts=True,
    )


post_migrate.connect(_fill_roles, dispatch_uid="roles-for-tests")
