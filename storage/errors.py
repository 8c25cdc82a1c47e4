"""What can go wrong with a file: refusals of the file itself, and trouble with S3. No HTTP, no web framework."""
# ruff: noqa: N818 - the classes are named after what happened, and read as such where they are raised

from typing import ClassVar


class StorageError(Exception):
    """Whatever this floor raises on purpose."""


class StorageRefusal(StorageError):
    """A file that is not taken: a stable `code` for programs, a `sentence` for people, `data` a program can act on."""

    code: ClassVar[str]

    def __init__(self, sentence: str, **data: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.data = data


class NameInvalid(StorageRefusal):
    """Nothing is left of the file's name once paths and invisible characters are gone."""

    code = "file_name_invalid"


class TypeNotAllowed(StorageRefusal):
    """The extension is not on the list, or what the browser calls the file contradicts it."""

    code = "file_type_not_allowed"


class FileEmpty(StorageRefusal):
    """Zero bytes, or fewer."""

    code = "file_empty"


class FileTooLarge(StorageRefusal):
    """More bytes than one file may have."""

    code = "file_too_large"


class DigestInvalid(StorageRefusal):
    """The announced SHA-256 is no SHA-256 in base64."""

    code = "file_digest_invalid"


class TooManyFiles(StorageRefusal):
    """The ticket, or the person's day, holds as much as it may."""

    code = "too_many_files"


class ContentMismatch(StorageRefusal):
    """The bytes that arrived are not what the file's name says."""

    code = "file_content_mismatch"


class StorageDown(StorageError):
    """S3 refused the connection, kept silent, or answered with an error of its own; worth trying again later."""


class ObjectMissing(StorageError):
    """There is no object under this key, or S3 will not say so to somebody who may not list the bucket."""
