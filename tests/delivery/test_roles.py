"""The desk runs as a role that owns nothing: it works a ticket through, and history and tables are out of its reach (W10)."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from helpdesk import database_role, schedules
from helpdesk.models import TicketEvent
from helpdesk.services.tickets import resolve_ticket
from helpdesk.tasks import tick
from tests.factories import in_progress

ROLE = "lineup_app_of_the_tests"

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_app() -> Iterator[None]:
    """This connection as the role that web and clusters sign in with; gone with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
        database_role.grant(ROLE)
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.usefixtures("as_app")
def test_a_ticket_goes_through_with_its_events_mails_and_sweeps():
    ticket = in_progress()

    resolve_ticket(actor=ticket.assignment.engineer, ticket_id=ticket.pk, note="Fixed and shown to work.")
    tick()
    schedules.sync()

    assert TicketEvent.objects.filter(ticket=ticket).count() >= 4


@pytest.mark.usefixtures("as_app")
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM helpdesk_ticketevent",
        "UPDATE helpdesk_ticketevent SET id = id",
        "TRUNCATE helpdesk_ticketevent CASCADE",
        "DELETE FROM helpdesk_auditevent",
        "UPDATE helpdesk_extensionvote SET id = id",
        "DELETE FROM helpdesk_historicalticket",
        "UPDATE helpdesk_historicaluser SET name = ''",
        "DROP TABLE helpdesk_ticket",
        "ALTER TABLE helpdesk_ticketevent DISABLE TRIGGER event_append_only",
        "ALTER TABLE helpdesk_ticket ADD COLUMN more int",
        "CREATE INDEX more ON helpdesk_ticket (id)",
        "DROP FUNCTION helpdesk_refuse_change() CASCADE",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('helpdesk', '9999', now())",
        "SET session_replication_role = replica",
    ],
)
def test_out_of_reach(statement):
    with pytest.raises(ProgrammingError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert isinstance(refused.value.__cause__, InsufficientPrivilege)


def test_every_table_is_either_written_or_only_grown():
    """A new table with history has to be named, or it would be granted like any other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'helpdesk_refuse_change'::regproc"
        )
        guarded = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE '%\\_historical%' AND relkind = 'r'")
        histories = {row[0] for row in cursor.fetchall()}

    assert guarded == set(database_role.APPEND_ONLY)
    assert guarded | histories == set(database_role.append_only())


def test_granting_again_takes_what_is_more():
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
        cursor.execute(f"GRANT TRUNCATE, DELETE ON helpdesk_ticketevent TO {ROLE}")

        database_role.grant(ROLE)

        cursor.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = %s AND table_name = %s",
            [ROLE, "helpdesk_ticketevent"],
        )
        assert {row[0] for row in cursor.fetchall()} == {"SELECT", "INSERT"}


def test_a_role_that_is_not_there_is_named():
    with pytest.raises(database_role.NoSuchRole, match="nobody_here"):
        database_role.grant("nobody_here")


def test_a_name_is_never_taken_for_sql():
    name = 'x"; DROP TABLE helpdesk_ticket; --'
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))

        database_role.grant(name)

        cursor.execute("SELECT to_regclass('helpdesk_ticket') IS NOT NULL")
        assert cursor.fetchone() == (True,)
