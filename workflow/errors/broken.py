"""What was given breaks a rule."""

from __future__ import annotations

from typing import Any

from workflow.errors.kinds import RuleBroken
from workflow.errors.words import in_words


class CommentRequired(RuleBroken):
    """The act needs a comment (A3, C6, X1)."""

    code = "comment_required"

    def __init__(self, *, why: str, **data: Any) -> None:
        super().__init__(f"Please give a comment: {why}.", **data)


class ReasonRequired(RuleBroken):
    """Withdrawing and changing a priority need a reason."""

    code = "reason_required"

    def __init__(self) -> None:
        super().__init__("Please give a reason.")


class NoteRequired(RuleBroken):
    """Resolving needs a resolution note."""

    code = "note_required"

    def __init__(self) -> None:
        super().__init__("Please say in a note how it was resolved.")


class ResolutionTimeInvalid(RuleBroken):
    """A resolution time outside its limits (C1)."""

    code = "resolution_time_invalid"

    def __init__(self, *, longest: int) -> None:
        super().__init__(
            f"A resolution time is between 1 min and {in_words(longest)}.", shortest_minutes=1, longest_minutes=longest
        )


class ResolutionTimeTooShort(RuleBroken):
    """The due time would already have passed (C5)."""

    code = "resolution_time_too_short"

    def __init__(self, *, shortest: int) -> None:
        super().__init__(
            f"That time would have passed already; the shortest possible now is {in_words(shortest)}.",
            shortest_minutes=shortest,
        )


class ExtraTimeInvalid(RuleBroken):
    """The extra time asked for is outside its limits (X1)."""

    code = "extra_time_invalid"

    def __init__(self, *, longest: int) -> None:
        super().__init__(f"Extra time is between 1 min and {in_words(longest)}.", longest_minutes=longest)


class NoWorkingTime(RuleBroken):
    """A calendar in which the time asked for never comes (C10)."""

    code = "no_working_time"

    def __init__(self) -> None:
        super().__init__("This calendar has too little working time: no due time would ever come.")


class NotCommitted(RuleBroken):
    """A ticket without a promise cannot be started or extended."""

    code = "not_committed"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"{case_id} has no resolution time yet; please give one first.", case_id=case_id)


class NotInPool(RuleBroken):
    """Only active engineers get tickets (A7)."""

    code = "not_in_pool"

    def __init__(self, *, engineer: str) -> None:
        super().__init__(f"{engineer} is not an active assignee.", engineer=engineer)


class SameEngineer(RuleBroken):
    """A reassignment needs a different engineer."""

    code = "same_engineer"

    def __init__(self, *, case_id: str, engineer: str) -> None:
        super().__init__(f"{case_id} is with {engineer} already.", case_id=case_id, engineer=engineer)


class RepeatsItself(RuleBroken):
    """A withdrawn ticket cannot repeat itself."""

    code = "repeats_itself"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"{case_id} cannot repeat itself; please name the other case.", case_id=case_id)


class ApplicationRetired(RuleBroken):
    """A retired application takes no new tickets (T1)."""

    code = "application_retired"

    def __init__(self, *, application: str) -> None:
        super().__init__(f"{application} is retired and takes no new tickets.", application=application)


class OwnAuthority(RuleBroken):
    """Nobody is their own reporting authority (P5)."""

    code = "own_authority"

    def __init__(self, *, engineer: str) -> None:
        super().__init__(
            f"{engineer} cannot be their own reporting authority: somebody else has to hear of a broken promise.",
            engineer=engineer,
        )


class AuthorityWithoutRole(RuleBroken):
    """A reporting authority is an active person who holds that role (P5)."""

    code = "authority_without_role"

    def __init__(self, *, authority: str) -> None:
        super().__init__(
            f"{authority} does not hold the role Reporting authority, or is not active. Give the role first.",
            authority=authority,
        )


class FieldInvalid(RuleBroken):
    """Fields of a form do not keep their limits; every one is named with its sentences."""

    code = "field_invalid"

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(" ".join(said for sentences in errors.values() for said in sentences), errors=errors)
        self.errors = errors
