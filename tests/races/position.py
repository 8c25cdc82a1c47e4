"""The position a race starts from: set up once, and put back after every round, so that each round is the same race anew.

Rounds then cost what the race costs, however much its set-up needs, and no round runs on the leavings of those before.
"""

from collections.abc import Iterator
from contextlib import closing

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from tests.clock import held
from tests.races.harness import PROOF, rounds
from tests.races.invariants import as_one_query

LEFT_ALONE = frozenset({"django_content_type", "auth_permission", "django_session"})


def rounds_from_here(proof: int = PROOF, *, is_true_desk: bool = True) -> Iterator[int]:
    """The rounds of a race, each from what the database and the clock hold now; `proof` is its full figure.

    After every round of a true desk, one whose rows the services made, every invariant must hold. What stood here is put back on a connection that foreign keys and the guards
    against changed events do not bind; the runners and the test itself keep theirs, with both.
    """
    moment = held.moment
    with closing(connection.copy()) as keeper, keeper.cursor() as cursor:
        _keep(cursor)
        written = _answer(cursor, "SELECT pg_current_xact_id()::xid::text")
        for number in rounds(proof):
            yield number
            if is_true_desk:
                cursor.execute("SELECT * FROM pg_temp.broken()")
                assert [sentence for (sentence,) in cursor.fetchall()] == [], f"after round {number}"
            written = _answer(cursor, f"SELECT pg_temp.put_back('{written}')")
            held.set(moment)


def _keep(cursor: CursorWrapper) -> None:
    """Copy every row aside, and teach the connection both acts: the plans of a function are made once."""
    cursor.execute("SET session_replication_role = replica")
    models = {model._meta.db_table: model for model in _models()}
    cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in models))  # noqa: S608 - our own names
    filled = {table for (table,) in cursor.fetchall()}
    acts = [_put_back(cursor, models[table]) if table in filled else f"DELETE FROM {table};" for table in models]  # noqa: S608
    cursor.execute(_function("put_back(written xid)", "text", f"{' '.join(acts)} RETURN pg_current_xact_id()::xid;"))
    cursor.execute(_function("broken()", "SETOF text", f"RETURN QUERY {as_one_query()};"))


def _put_back(cursor: CursorWrapper, model: type[Model]) -> str:
    """Keep a table's rows; the statements that give it back what has changed since the transaction `written`.

    What nobody has touched stays as it is: most rows of most tables, after most rounds.
    """
    table, key = model._meta.db_table, model._meta.pk.column
    columns = ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields if not field.generated)
    is_gone = f'NOT EXISTS (SELECT FROM {table} now WHERE now."{key}" = kept."{key}")'
    cursor.execute(f"CREATE TEMP TABLE start_{table} AS SELECT {columns} FROM {table}")  # noqa: S608
    return (
        f"DELETE FROM {table} WHERE age(xmin) < age(written); "  # noqa: S608
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM start_{table} kept WHERE {is_gone};"
    )


def _answer(cursor: CursorWrapper, statement: str) -> str:
    cursor.execute(statement)
    return str(cursor.fetchone()[0])


def _function(heading: str, answers: str, does: str) -> str:
    return f"CREATE FUNCTION pg_temp.{heading} RETURNS {answers} LANGUAGE plpgsql AS $does$ BEGIN {does} END $does$"


def _models() -> list[type[Model]]:
    """Those whose tables a race may write to."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_ALONE
    ]
