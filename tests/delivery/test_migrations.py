"""Every migration can be carried out while the old code serves: linted, and each exception with its reason (O2)."""

import pytest
from django.db import connection
from django.db.migrations import Migration
from django_migration_linter.migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements

from tests.house.source import ROOT

APPS = ("helpdesk", "reports")
MAKE_THE_TABLES = {"helpdesk.0001_tables", "reports.0001_report_runs"}
"""With nothing in the database there is no old code to live with."""
BEFORE_THE_FIRST_RELEASE = "no desk in use ever had the schema before it: 0.1.0 is the first release"
WAIVED: dict[str, str] = {
    "helpdesk.0009_access_speed": BEFORE_THE_FIRST_RELEASE,
    "helpdesk.0011_files": BEFORE_THE_FIRST_RELEASE,
    "helpdesk.0014_closed_counts": BEFORE_THE_FIRST_RELEASE,
    "helpdesk.0015_logs": BEFORE_THE_FIRST_RELEASE,
    "helpdesk.0017_breached_tickets": BEFORE_THE_FIRST_RELEASE,
}
"""Migrations that old code could not live with, or that lock a table for long, each with the reason why it may be so."""

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    found = [f"{app}.{path.stem}" for app in APPS for path in sorted((ROOT / app / "migrations").glob("[0-9]*.py"))]
    return [name for name in found if name not in MAKE_THE_TABLES]


@pytest.fixture(scope="module")
def linter(django_db_setup, django_db_blocker) -> MigrationLinter:
    with django_db_blocker.unblock():
        return MigrationLinter(no_cache=True, no_output=True)


@pytest.fixture(scope="module")
def statements(linter, django_db_blocker) -> dict[str, list[str]]:
    """What each migration does; asked for outside of a transaction, as an index made beside the work must be."""
    with django_db_blocker.unblock():
        return {name: linter.get_sql(*name.split(".")) for name in names()}


def findings(linter: MigrationLinter, migration: Migration, statements: list[str]) -> list[str]:
    """Codes of what is wrong with the statements and with the functions of a migration."""
    errors, _, warnings = analyse_sql_statements(linter.sql_analyser_class, statements)
    of_data = linter.analyse_data_migration(migration)
    return sorted({issue.code for issue in [*errors, *warnings, *of_data[0], *of_data[2]]})


@pytest.mark.parametrize("name", names())
def test_old_code_lives_with_it_or_the_reason_is_given(linter, statements, name):
    found = findings(linter, linter.migration_loader.disk_migrations[tuple(name.split("."))], statements[name])

    assert bool(found) == (name in WAIVED), f"{name}: {found}"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ('ALTER TABLE "helpdesk_ticket" DROP COLUMN "title";', "DROP_COLUMN"),
        ('ALTER TABLE "helpdesk_ticket" RENAME COLUMN "title" TO "name";', "RENAME_COLUMN"),
        ('ALTER TABLE "helpdesk_ticket" ADD COLUMN "more" integer NOT NULL;', "NOT_NULL"),
        ('DROP TABLE "helpdesk_ticket";', "DROP_TABLE"),
        ('CREATE INDEX "x" ON "helpdesk_ticket" ("title");', "CREATE_INDEX"),
        ('ALTER TABLE "helpdesk_ticket" ALTER COLUMN "title" TYPE integer;', "ALTER_COLUMN"),
    ],
    ids=["drop column", "rename", "not null", "drop table", "index that locks", "other type"],
)
def test_linter_sees_what_old_code_cannot_live_with(linter, statement, code):
    errors, _, warnings = analyse_sql_statements(linter.sql_analyser_class, [statement])

    assert code in {issue.code for issue in [*errors, *warnings]}


def test_an_index_made_beside_the_work_is_welcome(linter):
    errors, _, warnings = analyse_sql_statements(
        linter.sql_analyser_class, ['CREATE INDEX CONCURRENTLY "x" ON "helpdesk_ticket" ("title");']
    )

    assert [*errors, *warnings] == []


def test_migrations_are_of_postgres():
    assert connection.vendor == "postgresql"
