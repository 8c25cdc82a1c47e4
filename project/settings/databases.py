"""The desk's database, and the replica that reports are read from where there is one."""

from typing import Any

import dj_database_url

from project.settings import environment

LIMITS: dict[str, Any] = {
    # In seconds and milliseconds: to connect, for a host that is gone, for a network that swallows what is sent.
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10000,
    "options": "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000",
}
READ_ONLY = "-c default_transaction_read_only=on"
REPLICA = "reports"


def all_of_them() -> dict[str, Any]:
    """As Django wants them; of the replica nobody can write."""
    desk = dj_database_url.config(default="postgresql:///lineup", conn_max_age=60, conn_health_checks=True)
    found: dict[str, Any] = {"default": _limited(dict(desk))}
    replica = environment.text("LINEUP_REPORTS_DATABASE_URL", "")
    if replica:
        told = dict(dj_database_url.parse(replica, conn_max_age=60, conn_health_checks=True))
        found[REPLICA] = _limited(told, READ_ONLY) | {"TEST": {"MIRROR": "default"}}
    return found


def of_reports(known: dict[str, Any]) -> str:
    """Which of them the rows of reports are read from."""
    return REPLICA if REPLICA in known else "default"


def _limited(told: dict[str, Any], *more: str) -> dict[str, Any]:
    return told | {"OPTIONS": {**told.get("OPTIONS", {}), **LIMITS, "options": " ".join((LIMITS["options"], *more))}}
