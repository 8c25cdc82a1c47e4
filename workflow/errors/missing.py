"""There is no such thing, or the caller may not know of it."""

from __future__ import annotations

from workflow.errors.kinds import Missing


class TicketMissing(Missing):
    """No such ticket for this caller."""

    code = "ticket_missing"

    def __init__(self) -> None:
        super().__init__("There is no such ticket.")


class PersonMissing(Missing):
    """No such person."""

    code = "person_missing"

    def __init__(self) -> None:
        super().__init__("There is no such person.")


class ApplicationMissing(Missing):
    """No such application."""

    code = "application_missing"

    def __init__(self) -> None:
        super().__init__("There is no such application.")


class ExtensionMissing(Missing):
    """No such request for more time."""

    code = "extension_missing"

    def __init__(self) -> None:
        super().__init__("There is no such request for more time.")


class MappingMissing(Missing):
    """There is no such row of the role mapping."""

    code = "mapping_missing"

    def __init__(self) -> None:
        super().__init__("There is no such role mapping; somebody may have deleted it.")


class JobMissing(Missing):
    """There is no scheduled work of this name."""

    code = "job_missing"

    def __init__(self) -> None:
        super().__init__("There is no such background work.")


class CalendarMissing(Missing):
    """There is no such working calendar."""

    code = "calendar_missing"

    def __init__(self) -> None:
        super().__init__("There are no such working hours; somebody may have removed them.")
