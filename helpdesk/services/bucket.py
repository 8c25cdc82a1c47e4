"""The desk's bucket, made from the settings; asked outside transactions only."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.conf import settings

from storage.errors import StorageDown, StorageRefusal
from storage.s3 import Bucket, Upload
from storage.s3_config import S3Config
from workflow.errors import (
    FileContentWrong,
    FileRefused,
    FileTooLarge,
    FileTypeNotAllowed,
    StorageUnavailable,
    TooManyFiles,
)

__all__ = ["Bucket", "Upload", "in_desk_words", "of_desk"]

_REFUSALS = {kind.code: kind for kind in (FileTypeNotAllowed, FileTooLarge, TooManyFiles, FileContentWrong)}


def of_desk() -> Bucket:
    """The bucket of this desk; making it asks nobody."""
    return _bucket(settings.S3)


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
