"""The way of tasks by setting: the database unless another is named, and no broker can break an act or run ahead of its commit."""

import importlib
from typing import Any

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.tasks import async_task
from moto import mock_aws

from project import brokers
from project.settings import broker


class Rows:
    """Stands in for Redis: a list, or an outage."""

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.is_away = False

    def rpush(self, _key: str, task: Any) -> int:
        if self.is_away:
            raise ConnectionError("away")
        self.kept.append(task)
        return len(self.kept)


@pytest.fixture
def redis(monkeypatch) -> Rows:
    rows = Rows()
    monkeypatch.setattr(Conf, "BROKER_CLASS", "project.brokers.RedisAfterCommit")
    monkeypatch.setattr(Conf, "REDIS", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(brokers.redis, "from_url", lambda *_, **__: rows)
    return rows


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("", {"orm": "default"}),
        ("postgres", {"orm": "default"}),
        (
            "rediss://:pw@cache.corp.example:6380/1",
            {"broker_class": "project.brokers.RedisAfterCommit", "redis": "rediss://:pw@cache.corp.example:6380/1"},
        ),
        (
            "sqs:eu-central-1",
            {
                "broker_class": "project.brokers.SqsAfterCommit",
                "sqs": {"aws_region": "eu-central-1", "receive_message_wait_time_seconds": 20},
            },
        ),
    ],
    ids=["none", "postgres", "redis", "sqs"],
)
def test_setting_chooses(monkeypatch, said, chosen):
    monkeypatch.setenv("LINEUP_BROKER", said)

    assert broker.chosen() == chosen
    if "broker_class" in chosen:
        module, _, name = str(chosen["broker_class"]).rpartition(".")
        assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize("said", ["redis", "redis://", "sqs", "sqs:", "sqs:Frankfurt", "amqp://x", "orm"])
def test_anything_else_is_refused_by_name(monkeypatch, said):
    monkeypatch.setenv("LINEUP_BROKER", said)

    with pytest.raises(ImproperlyConfigured, match="LINEUP_BROKER"):
        broker.chosen()


@pytest.mark.django_db(transaction=True)
def test_redis_gets_a_task_after_the_commit_and_none_that_was_rolled_back(redis):
    with transaction.atomic():
        async_task("helpdesk.tasks.tick")
        assert redis.kept == []
    assert len(redis.kept) == 1

    with transaction.atomic():
        async_task("helpdesk.tasks.tick")
        transaction.set_rollback(True)
    assert len(redis.kept) == 1


@pytest.mark.django_db(transaction=True)
def test_an_act_succeeds_while_redis_is_away(redis, caplog):
    redis.is_away = True

    with transaction.atomic():
        async_task("helpdesk.tasks.tick")

    assert redis.kept == []
    assert "away" in caplog.text


@pytest.mark.django_db(transaction=True)
@mock_aws
def test_sqs_gets_a_task_after_the_commit_and_gives_it_out_until_it_is_done(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr(Conf, "BROKER_CLASS", "project.brokers.SqsAfterCommit")
    monkeypatch.setattr(Conf, "SQS", {"aws_region": "eu-central-1", "receive_message_wait_time_seconds": 0})

    with transaction.atomic():
        async_task("helpdesk.tasks.tick")
        assert boto3.client("sqs", region_name="eu-central-1").list_queues().get("QueueUrls") is None

    worker = get_broker()
    ((receipt, body),) = worker.dequeue()
    assert body
    get_broker().acknowledge(receipt)
    assert worker.queue_size() == 0


def test_a_cluster_waits_no_longer_for_redis_than_said(monkeypatch):
    asked: dict[str, Any] = {}
    monkeypatch.setattr(Conf, "REDIS", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(brokers.redis, "from_url", lambda address, **options: asked.update(options, address=address))

    brokers.RedisAfterCommit()

    assert asked == {"address": "redis://127.0.0.1:9/0", "socket_connect_timeout": 2, "socket_timeout": 5}
