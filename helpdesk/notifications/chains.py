"""Why the due times that a mail tells of are what they are, as they stood after the decision it tells of (B04)."""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk.models import TicketEvent
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.moments import brief
from helpdesk.notifications.registry import Chain
from workflow.chain import Step, chain_of


def chains_of(letter: Letter, case_ids: Iterable[str]) -> list[Chain]:
    """The decisions behind each of these cases' due times, in one statement; nothing to somebody who only reported the ticket.

    They name other cases of the engineer's line (B06). What was decided after the mail's event is not in them.
    """
    wanted = list(case_ids)
    if not letter.sees_internal:
        return []
    by_case: dict[str, list[TicketEvent]] = {case_id: [] for case_id in wanted}
    for event in letter.decisions(wanted):
        by_case[event.ticket.case_id].append(event)
    return [_chain(letter, case_id, chain_of(events)) for case_id, events in by_case.items() if events]


def _chain(letter: Letter, case_id: str, steps: tuple[Step, ...]) -> Chain:
    zone = letter.zone
    return Chain(label=f"Why {case_id} is due then, {zone.key}", lines=tuple(_line(letter, step) for step in steps))


def _line(letter: Letter, step: Step) -> str:
    """One decision: "4 Mar 10:05, Maya moved it ahead; due 4 Mar 14:00 → 4 Mar 18:00, because Payroll first."."""
    due = brief(step.due_to, letter.zone)
    if step.due_from is not None:
        due = f"{brief(step.due_from, letter.zone)} → {due}" if step.moves else f"{due}, as before"
    because = f", because {' '.join(step.because.split())}" if step.because else ""
    return f"{brief(step.at, letter.zone)}, {step.said}; {step.kind} {due}{because}"
