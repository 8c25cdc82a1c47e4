"""What approving more time would move, told before anybody decides (B05)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from helpdesk.models import Assignment, ExtensionRequest
from helpdesk.selectors import lines
from workflow import lineup
from workflow.effects import Effect, effect_of
from workflow.lineup import Queue
from workflow.reordering import settled


@dataclass(frozen=True, kw_only=True)
class Impact:
    """The ticket's own due time now and then, and what happens to the others of the line; `asked` is minutes of working time."""

    asked: int
    due_from: datetime
    due_to: datetime
    others: tuple[Effect, ...]

    @property
    def moved(self) -> int:
        """How many other due times move."""
        return sum(effect.due_from != effect.due_to for effect in self.others)


def impact_on(queue: Queue, ref: int, asked: int, now: datetime) -> Impact | None:
    """What so much more time for one ticket would do, as an approval at this moment stores it; none once its due time has come."""
    before = settled(queue, now)
    if not any(slot.ref == ref and slot.due_at > now for slot in before.in_line):
        return None
    plan = lineup.extend(before, ref, asked, now)
    effects = effect_of(before, plan, now)
    return Impact(
        asked=asked,
        due_from=before.slot(ref).due_at,
        due_to=plan.queue.slot(ref).due_at,
        others=tuple(one for one in effects if one.ref != ref and _is_told(one)),
    )


def _is_told(effect: Effect) -> bool:
    """Whether the due time moves or the ticket becomes late; a forecast that stays in time is no news."""
    return effect.due_from != effect.due_to or effect.at_risk_from != effect.at_risk_to


def impact_of(assignment: Assignment, asked: int, now: datetime) -> Impact | None:
    """What so much more time for this assignment would do now."""
    queue = lines.queues_of([assignment.engineer_id])[assignment.engineer_id]
    return impact_on(queue, assignment.pk, asked, now)


def impacts_of(extensions: Collection[ExtensionRequest], now: datetime) -> dict[int, Impact | None]:
    """The same for each of these requests, by their ids; a fixed number of statements however many there are."""
    read = lines.queues_of({one.assignment.engineer_id for one in extensions})
    return {
        one.pk: impact_on(read[one.assignment.engineer_id], one.assignment_id, one.extra_minutes, now)
        for one in extensions
    }
