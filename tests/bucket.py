"""The desk's bucket on an S3 that checks every signature."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from project.demo.s3 import S3Server
from storage.s3_config import S3Config


@pytest.fixture
def s3(tmp_path: Path, settings) -> Iterator[S3Server]:
    """The embedded S3 as the desk's bucket; its faults are switched with `s3.faults`, and a silent one is soon given up."""
    with S3Server(tmp_path, access_key="key", secret_key="secret", bucket="lineup") as running:
        settings.S3 = config_of(running)
        yield running


def config_of(running: S3Server) -> S3Config:
    """How the desk reaches its bucket there."""
    return S3Config(
        bucket="lineup",
        region="eu-central-1",
        endpoint_url=running.url,
        addressing_style="path",
        access_key_id="key",
        secret_access_key="secret",
        connect_timeout=0.5,
        read_timeout=0.5,
        attempts=1,
    )
