"""The files of tickets are tested against an S3 that checks every signature."""

from tests.bucket import s3

__all__ = ["s3"]
