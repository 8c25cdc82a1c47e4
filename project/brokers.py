"""Redis and SQS as the way of tasks, for several hosts: nothing is sent inside a transaction, and no act fails with the broker.

The desk's own database takes a task along with the rows it is about, and forgets both together. These two cannot, so a task
leaves when its transaction has been committed, never for one that was rolled back; and if the broker is away it is not sent
at all, which the log says and the next minute's tick makes good: it looks for what is due in the database.
"""

from typing import Any

import redis
from botocore.config import Config
from django.db import transaction
from django_q.brokers.aws_sqs import Sqs
from django_q.brokers.redis_broker import Redis
from django_q.conf import Conf

CONNECT_SECONDS = 2
REDIS_SECONDS = 5
"""Longer than the second for which a cluster waits for a task."""
SQS_SECONDS = 25
"""Longer than the 20 seconds for which a cluster waits for a task."""


class RedisAfterCommit(Redis):
    """A list in Redis. A task that a worker took and died with is lost to it: the tick finds what was left undone."""

    def enqueue(self, task: str) -> None:
        send = super().enqueue
        # A lambda has the name that Django logs a failure by; a partial has none.
        transaction.on_commit(lambda: send(task), robust=True)

    @staticmethod
    def get_connection(list_key: str | None = None) -> Any:
        return redis.from_url(Conf.REDIS, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=REDIS_SECONDS)


class SqsAfterCommit(Sqs):
    """A queue of SQS, found or made when it is first needed: to be called upon costs no request."""

    def __init__(self, list_key: str | None = None) -> None:
        self._queue: Any = None
        super().__init__(list_key)

    @property
    def queue(self) -> Any:
        if self._queue is None:
            self._queue = super().get_queue()
        return self._queue

    @queue.setter
    def queue(self, found: Any) -> None:
        self._queue = found

    def get_queue(self) -> None:
        """What django-q2 asks while a broker is made; `queue` asks in earnest."""

    def enqueue(self, task: str) -> None:
        send = super().enqueue
        transaction.on_commit(lambda: send(task), robust=True)

    def delete(self, task_id: str) -> None:
        """The base reaches past `queue`, so it has to be there first."""
        assert self.queue is not None  # noqa: S101 - found or made by this look
        super().delete(task_id)

    @staticmethod
    def get_connection(list_key: str | None = None) -> Any:
        return _PatientSession(Sqs.get_connection(list_key))


class _PatientSession:
    """The session of boto3 whose SQS gives up in time."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def resource(self, name: str) -> Any:
        return self._session.resource(
            name,
            config=Config(connect_timeout=CONNECT_SECONDS, read_timeout=SQS_SECONDS, retries={"total_max_attempts": 2}),
        )

    def get_available_resources(self) -> list[str]:
        found: list[str] = self._session.get_available_resources()
        return found
