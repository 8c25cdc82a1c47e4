"""A request for more time as its page, its dialogs and the ticket's page show it (screens: Triage 4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.models import ExtensionRequest, ExtensionVote
from helpdesk.selectors.impact import Impact
from workflow.states import ExtensionStatus, Level


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one level has decided, or that it has still to; no longer, once the request is closed."""

    level: Level
    vote: ExtensionVote | None
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request: both levels' answers, what approving it would move, and why this person may not decide, if so."""

    request: ExtensionRequest
    answers: tuple[Answer, ...]
    impact: Impact | None
    refusal: str = ""

    @property
    def is_pending(self) -> bool:
        """Whether a decision is still to come."""
        return self.request.status == ExtensionStatus.PENDING

    @property
    def is_approved(self) -> bool:
        """Whether both agreed."""
        return self.request.status == ExtensionStatus.APPROVED


def asked(
    request: ExtensionRequest, votes: Sequence[ExtensionVote], impact: Impact | None = None, refusal: str = ""
) -> Asked:
    """The request in its parts."""
    by_level = {vote.level: vote for vote in votes}
    is_open = request.status == ExtensionStatus.PENDING
    answers = tuple(Answer(level=level, vote=by_level.get(level.value), is_open=is_open) for level in Level)
    return Asked(request=request, answers=answers, impact=impact, refusal=refusal)
