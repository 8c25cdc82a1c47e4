"""What a decision would do to every ticket in an engineer's hands, told before it is taken (C8, C9, B05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.lineup import Forecast, Plan, Queue, Slot, forecast


@dataclass(frozen=True, kw_only=True)
class Effect:
    """How one ticket would change; `at_risk_from` and `at_risk_to` are minutes late, None when in time (C9).

    `due_from` and `due_to` are the same for a ticket of which only the start or the forecast changes.
    """

    ref: int
    case_id: str
    due_from: datetime
    due_to: datetime
    is_promise: bool
    at_risk_from: int | None
    at_risk_to: int | None

    @property
    def becomes_late(self) -> bool:
        """Whether this decision is what makes the ticket miss its promise."""
        return self.at_risk_to is not None and self.at_risk_from is None


def effect_of(before: Queue, plan: Plan, at: datetime) -> tuple[Effect, ...]:
    """Each ticket in line whose start, due or forecast changes, in the order of the line as it would be.

    A ticket that is new to the line or leaves it has no effect of its own; what it does to the others is here.
    """
    was, now = forecast(before, at), forecast(plan.queue, at)
    old = {slot.ref: slot for slot in before.in_line}
    stayed = (slot for slot in plan.queue.in_line if slot.ref in old)
    return tuple(
        _effect(old[slot.ref], slot, was[slot.ref], now[slot.ref])
        for slot in stayed
        if _changes(old[slot.ref], slot, was[slot.ref], now[slot.ref])
    )


def _changes(old: Slot, new: Slot, was: Forecast, now: Forecast) -> bool:
    return (old.starts_at, old.due_at, was.finish_at, was.at_risk_minutes) != (
        new.starts_at,
        new.due_at,
        now.finish_at,
        now.at_risk_minutes,
    )


def _effect(old: Slot, new: Slot, was: Forecast, now: Forecast) -> Effect:
    return Effect(
        ref=new.ref,
        case_id=new.case_id,
        due_from=old.due_at,
        due_to=new.due_at,
        is_promise=old.is_committed,
        at_risk_from=was.at_risk_minutes,
        at_risk_to=now.at_risk_minutes,
    )
