"""The person may not do this."""

from __future__ import annotations

from workflow.errors.kinds import NotAllowed
from workflow.states import Level


class RoleNotAssigned(NotAllowed):
    """The person holds no role, or is no longer active (P6, P8)."""

    code = "role_not_assigned"

    def __init__(self) -> None:
        super().__init__("You have no role on this desk yet. Please ask the admin for one.")


class RoleNeeded(NotAllowed):
    """The act belongs to other roles."""

    code = "role_needed"

    def __init__(self, *, needs: str) -> None:
        super().__init__(f"This needs {needs}.", needs=needs)


class NotTheAssignee(NotAllowed):
    """Only the engineer of the active assignment may do this."""

    code = "not_the_assignee"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"Only the assignee of {case_id} can do this.", case_id=case_id)


class AssignedBySm2(NotAllowed):
    """Nothing done as SM1 changes what SM2 assigned (A2)."""

    code = "assigned_by_sm2"

    def __init__(self, *, case_id: str, assigned_by: str = "") -> None:
        by = f"SM2 {assigned_by}" if assigned_by else "SM2"
        super().__init__(
            f"{case_id} was assigned by {by}; only SM2 can change it.", case_id=case_id, assigned_by=assigned_by
        )


class OverrideOff(NotAllowed):
    """SM2 may not reassign what SM1 assigned while the switch is off (A3)."""

    code = "override_off"

    def __init__(self, *, case_id: str, assigned_by: str = "") -> None:
        by = f"SM1 {assigned_by}" if assigned_by else "SM1"
        super().__init__(
            f"{case_id} was assigned by {by}, and overriding SM1 is switched off.",
            case_id=case_id,
            assigned_by=assigned_by,
        )


class LevelNotHeld(NotAllowed):
    """A level was named that the caller does not hold (A4)."""

    code = "level_not_held"

    def __init__(self, *, level: Level | str) -> None:
        """Also for a word that is no level at all."""
        name = level.label if isinstance(level, Level) else "that level"
        super().__init__(f"You do not hold {name}.", level=str(level)[:20])


class AssignerForged(NotAllowed):
    """A request names somebody else as the one who assigns (A4)."""

    code = "assigner_forged"

    def __init__(self) -> None:
        super().__init__("A ticket can only be assigned in your own name.")


class ReadOnly(NotAllowed):
    """The person sees the ticket but may not write on it (P9)."""

    code = "read_only"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"You can read {case_id}, but not add to it.", case_id=case_id)


class InternalNotAllowed(NotAllowed):
    """Internal comments are the staff's (P9, T6)."""

    code = "internal_not_allowed"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"Internal comments on {case_id} are for the staff who handle it.", case_id=case_id)


class OwnRequest(NotAllowed):
    """Nobody decides on their own request (X2)."""

    code = "own_request"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"The request for {case_id} is your own; somebody else decides on it.", case_id=case_id)


class SecondPersonNeeded(NotAllowed):
    """Two different people decide on an extension (X2)."""

    code = "second_person_needed"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(
            f"You have decided on the request for {case_id} already; the other level needs another person.",
            case_id=case_id,
        )
