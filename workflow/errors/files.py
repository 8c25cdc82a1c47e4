"""A file cannot be taken, or cannot be had (F1-F7)."""

from __future__ import annotations

from typing import Any

from workflow.errors.kinds import Conflict, Missing, RuleBroken, Unavailable


class FileRefused(RuleBroken):
    """What was announced, or what arrived, is no file the desk takes (F3, F5)."""

    code = "file_refused"


class FileTypeNotAllowed(RuleBroken):
    """The type is not on the desk's list (F3)."""

    code = "file_type_not_allowed"


class FileTooLarge(RuleBroken):
    """More bytes than one file may have (F3)."""

    code = "file_too_large"


class TooManyFiles(RuleBroken):
    """The ticket, or the person's day, holds as much as it may (F3)."""

    code = "too_many_files"


class FileContentWrong(RuleBroken):
    """What arrived is not what was announced; it is deleted (F5)."""

    code = "file_content_mismatch"


class FileMissing(Missing):
    """There is no such file, or the caller may not know of it (F6)."""

    code = "file_missing"

    def __init__(self) -> None:
        super().__init__("There is no such file.")


class FileNotUploaded(Conflict):
    """Nothing has arrived under the upload link yet (F5)."""

    code = "file_not_uploaded"

    def __init__(self, *, filename: str) -> None:
        super().__init__(f"{filename} has not arrived yet. Please send it, then confirm it again.", filename=filename)


class FileNotReady(Conflict):
    """It is still on its way or still being checked, so nobody can have it (F5)."""

    code = "file_not_ready"

    def __init__(self, *, filename: str, why: str) -> None:
        super().__init__(f"{filename} cannot be opened yet: {why}.", filename=filename)


class FileInfected(Conflict):
    """The scanner found something in it; nobody gets it (F5)."""

    code = "file_infected"

    def __init__(self, *, filename: str) -> None:
        super().__init__(f"{filename} is kept back: the virus scanner found something in it.", filename=filename)


class FileConfirmed(Conflict):
    """A file that arrived stays; only an upload on its way can be cancelled (F5)."""

    code = "file_confirmed"

    def __init__(self, *, filename: str) -> None:
        super().__init__(f"{filename} has arrived already and stays with the ticket.", filename=filename)


class StorageUnavailable(Unavailable):
    """S3 does not answer; the ticket and everything else work on (F7)."""

    code = "storage_unavailable"

    def __init__(self, **data: Any) -> None:
        super().__init__(
            "The file store does not answer just now. Nothing is lost; please try again in a moment.", **data
        )
