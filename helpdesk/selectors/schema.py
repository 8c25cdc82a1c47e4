"""Does the database fit this code: by the migrations it has and those the code has."""

import logging
from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

logger = logging.getLogger(__name__)

OLDER = "The database is older than this code and lacks {lacks} of its migrations. Run: manage.py upgrade"
NEWER = (
    "The database is newer than this code by {ahead} migrations. That is well while a new version is rolled out, and after one "
    "was taken back; otherwise start the newer code."
)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How many migrations of the code the database lacks, and how many it has that the code does not know."""

    lacks: int
    ahead: int

    @property
    def sentence(self) -> str:
        """What an operator does about it; empty when code and database fit."""
        if self.lacks:
            return OLDER.format(lacks=self.lacks)
        return NEWER.format(ahead=self.ahead) if self.ahead else ""


def fit() -> Fit:
    """In one statement or two; raises DatabaseError when the database does not answer."""
    known, applied = _known(), set(MigrationRecorder(connection).applied_migrations())
    ours = {app for app, _ in known}
    return Fit(lacks=len(known - applied), ahead=len({one for one in applied - known if one[0] in ours}))


def tell() -> str:
    """Say in the log what does not fit, as a process does that begins its work; the sentence."""
    said = fit().sentence
    if said:
        logger.error("%s", said)
    return said


@cache
def _known() -> frozenset[tuple[str, str]]:
    """The migrations that lie beside the code, read once in a process."""
    return frozenset(MigrationLoader(None).disk_migrations)
