"""What the role that web and workers sign in with may do in the database: rows yes, tables no, and history only grows (W10).

The tables belong to another role, which `manage.py upgrade` signs in with. Granting is repeated after every migration, so
that a new table is neither forgotten nor more open than the others.
"""

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

APPEND_ONLY = ("helpdesk_ticketevent", "helpdesk_auditevent", "helpdesk_extensionvote")
"""History that triggers guard as well: added to, never changed or deleted."""
READ_ONLY = ("django_migrations",)
"""Written by the owner alone: the schema says by it which code it fits."""


class NoSuchRole(Exception):  # noqa: N818 - named after what happened
    """The database knows no role of this name; the message is a sentence."""


@transaction.atomic
def grant(role: str) -> None:
    """Give the role all it needs in the present schema and take whatever is more, both at once; call it as the tables' owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            raise NoSuchRole(f"The database has no role {role}: make it first (deploy/postgres/roles.sql).")
        for statement in _statements(role):
            cursor.execute(statement)


def append_only() -> list[str]:
    """The tables to which the role may only add: the history of tickets and people, and field histories."""
    histories = [
        model._meta.db_table
        for model in apps.get_models()
        if model.__name__.startswith("Historical") and model._meta.managed
    ]
    return sorted({*APPEND_ONLY, *histories})


def _statements(role: str) -> list[sql.Composed]:
    name = sql.Identifier(role)
    everywhere = (
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    )
    grown = sql.SQL(", ").join(sql.Identifier(table) for table in append_only())
    read = sql.SQL(", ").join(sql.Identifier(table) for table in READ_ONLY)
    return [
        *(sql.SQL(statement).format(role=name) for statement in everywhere),
        sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(grown, name),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(read, name),
    ]
