"""A ticket's history in sentences, made of what each event kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from helpdesk.models import TicketEvent, User
from helpdesk.templatetags.desk import day_in_words
from helpdesk.templatetags.files import size_in_words
from workflow import facts
from workflow.errors import in_words
from workflow.states import Level, Priority

Said = Callable[[dict[str, Any], datetime], str]

LATE = frozenset({facts.TicketEscalated.action, facts.TriageStale.action, facts.AcceptanceStale.action})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry: what, who, when, the facts of it in words, and what somebody wrote with it."""

    label: str
    actor: User | None
    at: datetime
    said: str
    quote: str
    is_late: bool


def lines_of(events: list[TicketEvent], now: datetime) -> list[Line]:
    """The history as people read it, newest first."""
    return [line_of(event, now) for event in reversed(events)]


def line_of(event: TicketEvent, now: datetime) -> Line:
    """One event as people read it; one that keeps less than its sentence names is said by its label alone."""
    kept = event.metadata
    return Line(
        label=facts.ACTIONS.get(event.action, event.action),
        actor=event.actor,
        at=event.timestamp,
        said=_said(event, now),
        quote="\n".join(_texts(kept)),
        is_late=event.action in LATE,
    )


def _said(event: TicketEvent, now: datetime) -> str:
    sentence = SENTENCES.get(event.action)
    try:
        return sentence(event.metadata, now) if sentence else ""
    except (KeyError, TypeError, ValueError):
        return ""


def _texts(kept: dict[str, Any]) -> list[str]:
    """What somebody wrote with the act; reasons of an escalation are the system's and stand in its sentence."""
    written = [kept.get(name) for name in ("comment", "note") if kept.get(name)]
    if "escalated_to_ids" not in kept and kept.get("reason"):
        written.append(kept["reason"])
    return [str(text) for text in (*written, *kept.get("comments", ())) if text]


def _when(moment: str | None, now: datetime) -> str:
    """A kept time as people read it: "today 14:00"."""
    if not moment:
        return "an unknown time"
    read = datetime.fromisoformat(moment)
    return f"{day_in_words(read, now)} {timezone.localtime(read):%H:%M}"


def _raised(kept: dict[str, Any], now: datetime) -> str:
    return f"Priority {Priority(kept['priority']).label.lower()}."


def _assigned(kept: dict[str, Any], now: datetime) -> str:
    level = Level(kept["level"]).label
    before = f" instead of {kept['previous_engineer_name']}" if kept.get("previous_engineer_name") else ""
    behind = f", lined up behind {kept['queued_after']}" if kept.get("queued_after") else ""
    word = "expected" if kept.get("is_expected", True) else "due"
    due = f"; {word} {_when(kept['due_at'], now)}" if kept.get("due_at") else ""
    return f"To {kept['engineer_name']}{before}, as {level}{behind}{due}."


def _committed(kept: dict[str, Any], now: datetime) -> str:
    return f"{in_words(kept['resolution_minutes'])}: due {_when(kept['due_at'], now)}."


def _started(kept: dict[str, Any], now: datetime) -> str:
    ahead = kept.get("out_of_turn") or ()
    return f"Out of turn, ahead of {', '.join(ahead)}." if ahead else ""


def _resolved(kept: dict[str, Any], now: datetime) -> str:
    return "After the promise had passed." if kept.get("late") else ""


def _withdrawn(kept: dict[str, Any], now: datetime) -> str:
    return f"It repeats {kept['repeats']}." if kept.get("repeats") else ""


def _escalated(kept: dict[str, Any], now: datetime) -> str:
    told = f", told to {', '.join(kept['escalated_to_names'])}" if kept.get("escalated_to_names") else ""
    why = f" ({kept['reason']})" if kept.get("reason") else ""
    return f"The promise of {_when(kept['due_at'], now)} passed{told}{why}."


def _reminded(kept: dict[str, Any], now: datetime) -> str:
    return f"Due {_when(kept['due_at'], now)}."


def _commented(kept: dict[str, Any], now: datetime) -> str:
    return "For the staff only." if kept.get("internal") else ""


def _file(kept: dict[str, Any], now: datetime) -> str:
    internal = ", for the staff only" if kept.get("internal") else ""
    return f"{kept['filename']}, {size_in_words(kept['size'])}{internal}"


def _priority(kept: dict[str, Any], now: datetime) -> str:
    before, after = Priority(kept["priority_from"]).label, Priority(kept["priority_to"]).label
    return f"From {before.lower()} to {after.lower()}."


def _moved(kept: dict[str, Any], now: datetime) -> str:
    what = "Due" if kept.get("is_promise") else "Expected"
    return f"{what} {_when(kept['due_from'], now)} → {_when(kept['due_to'], now)}: {kept['cause']}."


def _stale(kept: dict[str, Any], now: datetime) -> str:
    return f"Since {_when(kept['since'], now)}; the target is {in_words(kept['target_minutes'])}."


def _reordered(kept: dict[str, Any], now: datetime) -> str:
    moved = f"{'due' if kept.get('is_promise') else 'expected'} {_when(kept['due_from'], now)} → {_when(kept['due_to'], now)}"
    return f"From place {kept['place_from']} to {kept['place_to']} of {kept['engineer_name']}'s line; {moved}."


def _asked(kept: dict[str, Any], now: datetime) -> str:
    return f"{in_words(kept['extra_minutes'])} more: due {_when(kept['due_if_approved'], now)} if approved."


def _voted(kept: dict[str, Any], now: datetime) -> str:
    return f"{Level(kept['level']).label} {'approved' if kept['approves'] else 'rejected'}."


def _approved(kept: dict[str, Any], now: datetime) -> str:
    moved = f"due {_when(kept['due_from'], now)} → {_when(kept['due_to'], now)}"
    return f"{in_words(kept['extra_minutes'])} more, {moved}; by {', '.join(kept['approvers'])}."


def _rejected(kept: dict[str, Any], now: datetime) -> str:
    return f"By {', '.join(kept['rejected_by'])}." if kept.get("rejected_by") else ""


SENTENCES: dict[str, Said] = {
    facts.TicketRaised.action: _raised,
    facts.TicketAssigned.action: _assigned,
    facts.TicketReassigned.action: _assigned,
    facts.TicketCommitted.action: _committed,
    facts.TicketStarted.action: _started,
    facts.TicketResolved.action: _resolved,
    facts.TicketWithdrawn.action: _withdrawn,
    facts.TicketEscalated.action: _escalated,
    facts.TicketReminded.action: _reminded,
    facts.CommentAdded.action: _commented,
    facts.FileAdded.action: _file,
    facts.PriorityChanged.action: _priority,
    facts.DueMoved.action: _moved,
    facts.TriageStale.action: _stale,
    facts.AcceptanceStale.action: _stale,
    facts.QueueReordered.action: _reordered,
    facts.ExtensionRequested.action: _asked,
    facts.ExtensionVoted.action: _voted,
    facts.ExtensionApproved.action: _approved,
    facts.ExtensionRejected.action: _rejected,
}
"""The facts of each kind of event in words; its label says what happened."""
