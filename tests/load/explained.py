"""How Postgres finds the first page of each bucket for each kind of person: times and plans."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet

from helpdesk.models import User
from helpdesk.selectors import buckets, tickets
from tests.load.people import of_each_kind
from workflow.states import Bucket

PAGE = 25
REPEATS = 5


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One list as one kind of person opens it; the fastest of several runs."""

    kind: str
    bucket: str
    milliseconds: float
    rows: int
    plan: str


def first_pages(wanted: str = "") -> Iterator[Explained]:
    """Every kind of person with every bucket, or those whose names contain the word; leaves the database as it was."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        for kind, person in of_each_kind().items():
            for name in Bucket:
                if wanted in f"{kind} {name.value}":
                    yield page_of(kind, name, person)
        transaction.set_rollback(True)


def page_of(kind: str, name: Bucket, person: User) -> Explained:
    """The two statements of a page: the ids in the bucket's order, then what stands in these rows."""
    rows = tickets.listed(buckets.bucket(name, person))
    ids = rows.values_list("pk", flat=True)[:PAGE]
    found = list(ids)
    finding, how = explain(ids)
    reading = explain(rows.filter(pk__in=found))[0] if found else 0.0
    return Explained(kind=kind, bucket=name.value, milliseconds=finding + reading, rows=len(found), plan=how)


def explain(rows: QuerySet) -> tuple[float, str]:
    """Planning and execution together, in milliseconds: the fastest of several runs, for others may use the machine too."""
    sql, params = rows.query.sql_with_params()
    fastest, how = math.inf, ""
    with connection.cursor() as cursor:
        for _ in range(REPEATS):
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}", params)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            took = sum(float(one) for one in re.findall(r"(?:Planning|Execution) Time: ([\d.]+) ms", plan))
            fastest, how = min((fastest, how), (took, plan))
    return fastest, how
