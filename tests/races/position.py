"""The position a race starts from: set up once, and put back after every round, so that each round is the same race anew.

Rounds then cost what the race costs, however much its set-up needs, and no round runs on the leavings of those before.
"""

from collections.abc import Iterator
from contextlib import closing

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper

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
        for number in rounds(proof):
            yield number
            if is_true_desk:
                cursor.execute("SELECT * FROM pg_temp.broken()")
                assert [sentence for (sentence,) in cursor.fetchall()] == [], f"after round {number}"
            cursor.execute("SELECT pg_temp.put_back()")
            held.set(moment)


def _keep(cursor: CursorWrapper) -> None:
    """Copy every table aside, and teach the connection both acts: the plans of a function are made once."""
    cursor.execute("SET session_replication_role = replica")
    acts = []
    for table, columns in _tables().items():
        cursor.execute(f"CREATE TEMP TABLE start_{table} AS SELECT {columns} FROM {table}")  # noqa: S608 - our own names
        acts.append(f"DELETE FROM {table}; INSERT INTO {table} ({columns}) SELECT {columns} FROM start_{table};")  # noqa: S608
    cursor.execute(_function("put_back", "void", " ".join(acts)))
    cursor.execute(_function("broken", "SETOF text", f"RETURN QUERY {as_one_query()};"))


def _function(name: str, answers: str, does: str) -> str:
    return f"CREATE FUNCTION pg_temp.{name}() RETURNS {answers} LANGUAGE plpgsql AS $does$ BEGIN {does} END $does$"


def _tables() -> dict[str, str]:
    """Each table that a race may write to, with the columns that can be written."""
    return {
        model._meta.db_table: ", ".join(
            f'"{field.column}"' for field in model._meta.local_concrete_fields if not field.generated
        )
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_ALONE
    }
