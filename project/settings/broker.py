"""Through what tasks reach the worker clusters: the desk's own database, or Redis or SQS by LINEUP_BROKER (docs/deployment.md)."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from project.settings import environment

IN_THE_DATABASE = "postgres"
MOST_SECONDS_SQS_WAITS = 20


def chosen() -> dict[str, Any]:
    """What django-q2 is told of its broker; refused by name when it is neither of the three."""
    address = environment.text("LINEUP_BROKER", IN_THE_DATABASE)
    if address == IN_THE_DATABASE:
        return {"orm": "default"}
    if address.startswith(("redis://", "rediss://")) and urlsplit(address).hostname:
        return {
            "broker_class": "project.brokers.RedisAfterCommit",
            "redis": address,
        }
    found = re.fullmatch(r"sqs:([a-z]{2}(?:-[a-z]+)+-\d)", address)
    if found:
        return {
            "broker_class": "project.brokers.SqsAfterCommit",
            "sqs": {"aws_region": found[1], "receive_message_wait_time_seconds": MOST_SECONDS_SQS_WAITS},
        }
    raise ImproperlyConfigured(
        "LINEUP_BROKER is postgres, the address of a Redis (redis://host:6379/0, rediss:// with TLS), or sqs:REGION."
    )
