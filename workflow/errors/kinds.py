"""The five kinds of refusal, which tell the faces how to answer; they know no HTTP."""
# ruff: noqa: N818 - the classes are named after what happened, and read as such where they are raised

from __future__ import annotations

from typing import Any, ClassVar


class WorkflowError(Exception):
    """A rule refused an act."""

    code: ClassVar[str] = "refused"

    def __init__(self, sentence: str, **data: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.data: dict[str, Any] = data


class NotAllowed(WorkflowError):
    """The person may not do this (403)."""

    code = "not_allowed"


class Conflict(WorkflowError):
    """The desk is not in the state the act needs (409)."""

    code = "conflict"


class RuleBroken(WorkflowError):
    """What was given breaks a rule (422)."""

    code = "rule_broken"


class Missing(WorkflowError):
    """There is no such thing, or the caller may not know of it (404)."""

    code = "missing"


class Unavailable(WorkflowError):
    """Something the desk leans on does not answer; trying again later helps (503)."""

    code = "unavailable"
