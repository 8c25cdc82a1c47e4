"""The desk's bucket, made from the settings; asked outside transactions only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

from django.conf import settings

from storage.errors import StorageDown, StorageRefusal
from storage.s3 import LONGEST_LINK, Bucket, Upload
from storage.s3_config import S3Config
from workflow.errors import (
    FileContentWrong,
    FileRefused,
    FileTooLarge,
    FileTypeNotAllowed,
    StorageUnavailable,
    TooManyFiles,
)

__all__ = ["LONGEST_LINK", "Bucket", "Upload", "for_reports", "in_a_hurry", "in_desk_words", "of_desk"]

SOON = 1.0
"""Seconds to reach S3, and as many for its answer, while a person waits."""

REPORT_SECONDS = 60.0
"""For S3's answer to a long file, which nobody waits for."""

_REFUSALS = {kind.code: kind for kind in (FileTypeNotAllowed, FileTooLarge, TooManyFiles, FileContentWrong)}


def of_desk() -> Bucket:
    """The bucket of this desk; making it asks nobody."""
    return _bucket(settings.S3)


def in_a_hurry() -> Bucket:
    """The same bucket, given up within two seconds: for what somebody waits for before a page comes."""
    told: S3Config = settings.S3
    return _bucket(
        replace(
            told,
            connect_timeout=min(told.connect_timeout, SOON),
            read_timeout=min(told.read_timeout, SOON),
            attempts=1,
        )
    )


def for_reports() -> Bucket:
    """The same for a worker that sends a whole report: S3 may take its time over the last byte."""
    return _bucket(replace(settings.S3, read_timeout=REPORT_SECONDS))


@lru_cache(maxsize=4)
def _bucket(config: S3Config) -> Bucket:
    return Bucket(config)


@contextmanager
def in_desk_words() -> Iterator[None]:
    """What the storage says of a file or of itself, as the desk says it."""
    try:
        yield
    except StorageRefusal as refusal:
        kind = _REFUSALS.get(refusal.code, FileRefused)
        raise kind(refusal.sentence, **{"why": refusal.code, **refusal.data}) from refusal
    except StorageDown as trouble:
        raise StorageUnavailable from trouble
