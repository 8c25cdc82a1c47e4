"""What is done on the board: see what a move would come to, save it, take a suggested order.

Every answer holds the panel, the columns as they are now, and what happened in words; a refusal keeps what was typed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, JsonResponse
from django.template.loader import render_to_string

from helpdesk.admin import board_panel, board_plans
from helpdesk.admin.board_columns import drawn, view_of
from helpdesk.admin.board_forms import HandoverForm, PreviewForm, ReorderForm
from helpdesk.admin.board_plans import Asker, Outcome
from helpdesk.admin.board_words import Clockface
from helpdesk.admin.dialogs import ticket_or_404
from helpdesk.admin.navigation import moment_of
from helpdesk.models import Ticket
from helpdesk.selectors import board, people, tickets
from helpdesk.selectors.board import Line
from helpdesk.services import audit
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.reordering import reorder_queue
from workflow import ordering
from workflow.errors import Conflict, Missing, NotAllowed, QueueChanged, WorkflowError
from workflow.reordering import settled
from workflow.states import Level

STATUSES: tuple[tuple[type[WorkflowError], int], ...] = ((NotAllowed, 403), (Conflict, 409), (Missing, 404))
NOT_UNDERSTOOD = "The desk did not understand this move. Nothing was changed; please reload the page and try again."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A move somebody thinks about: the ticket, the line it is in, the one it would go to, and the place there."""

    ticket: Ticket
    source: Line
    target: Line
    place: int | None

    @property
    def is_handover(self) -> bool:
        return self.source.engineer.pk != self.target.engineer.pk


def preview(request: HttpRequest, engineer_id: int) -> JsonResponse:
    """What the ticket in this place of this engineer's line would do to every due time; changes nothing."""
    form = PreviewForm(request.POST)
    if not form.is_valid():
        return refused(request, form)
    sent = form.cleaned_data
    asked = _asked(request, sent["ticket"], engineer_id, sent["place"])
    stale = [line for line, seen in _seen(asked, sent) if seen and seen != line.shown]
    said = " ".join(board_panel.changed_by(board.last_change(line.engineer.pk), line) for line in stale)
    return _answer(request, _panel(request, asked, comment=sent["comment"], changed=said), stale)


def reorder(request: HttpRequest, engineer_id: int) -> JsonResponse:
    """Save another order of an engineer's waiting tickets."""
    form = ReorderForm(request.POST)
    if not form.is_valid():
        return refused(request, form)
    sent = form.cleaned_data

    def save() -> str:
        plan = reorder_queue(
            actor=request.user,
            engineer_id=engineer_id,
            order=sent["order"],
            level=view_of(request).level,
            comment=sent["comment"],
            seen=sent["seen"],
        )
        return _done(len([move for move in plan.moves if move.due_from != move.due_to]))

    def again(error: WorkflowError) -> str:
        if sent["ticket"] is None:
            line = _line_or_404(engineer_id, request)
            return _suggestion(request, line, comment=sent["comment"], changed=_said(error, line))
        asked = _asked(request, sent["ticket"], engineer_id, sent["place"])
        return _panel(request, asked, comment=sent["comment"], changed=_said(error, asked.target))

    return _saved(request, save, again, [engineer_id])


def move(request: HttpRequest, ticket_id: int) -> JsonResponse:
    """Save the ticket with another engineer, in a place of their line."""
    ticket = ticket_or_404(request, ticket_id)
    form = HandoverForm(request.POST)
    if not form.is_valid():
        return refused(request, form)
    sent = form.cleaned_data
    engineers = [sent["engineer"], *([ticket.assignment.engineer_id] if ticket.assignment else [])]

    def save() -> str:
        given = assign_ticket(
            actor=request.user,
            ticket_id=ticket_id,
            engineer_id=sent["engineer"],
            level=view_of(request).level,
            comment=sent["comment"],
            place=sent["place"],
            assign_anyway=True,
            confirm_own_ticket=sent["confirm_own_ticket"],
            seen=sent["seen"],
            line_seen=sent["line_seen"] or None,
        )
        return f"{ticket.case_id} is with {given.engineer.name} now."

    def again(error: WorkflowError) -> str:
        asked = _asked(request, ticket_id, sent["engineer"], sent["place"])
        return _panel(request, asked, comment=sent["comment"], changed=_said(error, asked.target))

    return _saved(request, save, again, engineers)


def suggest(request: HttpRequest, engineer_id: int) -> JsonResponse:
    """The order of the waiting tickets that makes the fewest late, beside the present one; changes nothing (B03)."""
    return _answer(request, _suggestion(request, _line_or_404(engineer_id, request)), [])


def refused(request: HttpRequest, form: forms.Form) -> JsonResponse:
    """What the browser sent is no move."""
    said = " ".join(str(one) for one in form.errors.get("comment", [])) or NOT_UNDERSTOOD
    panel = render_to_string("helpdesk/admin/board/refused.html", {"said": said}, request)
    return JsonResponse({"panel": panel, "columns": {}, "said": said}, status=422)


def _saved(
    request: HttpRequest, save: Callable[[], str], again: Callable[[WorkflowError], str], engineer_ids: list[int]
) -> JsonResponse:
    """Do it and answer with the columns it changed; refused, with the panel as it would be now and what was typed."""
    try:
        said = save()
    except WorkflowError as error:
        audit.note_refusal(error=error, actor=request.user)
        status = next((status for kind, status in STATUSES if isinstance(error, kind)), 422)
        lines = board.lines(moment_of(request), engineer_ids)
        return _answer(request, again(error), lines, said=error.sentence, status=status)
    return _answer(request, "", board.lines(moment_of(request), engineer_ids), said=said)


def _answer(request: HttpRequest, panel: str, lines: list[Line], *, said: str = "", status: int = 200) -> JsonResponse:
    return JsonResponse({"panel": panel, "columns": drawn(request, lines), "said": said}, status=status)


def _asked(request: HttpRequest, ticket_id: int, engineer_id: int, place: int | None) -> Asked:
    """The move on the live lines; 404 where there is no such ticket or engineer, or nobody has the ticket."""
    ticket = ticket_or_404(request, ticket_id)
    if ticket.assignment is None:
        raise Http404("Nobody has this ticket.")
    source_id = ticket.assignment.engineer_id
    found = {line.engineer.pk: line for line in board.lines(moment_of(request), {source_id, engineer_id})}
    if engineer_id not in found:
        raise Http404("There is no such engineer.")
    return Asked(ticket=ticket, source=found[source_id], target=found[engineer_id], place=place)


def _line_or_404(engineer_id: int, request: HttpRequest) -> Line:
    line = board.line_of(engineer_id, moment_of(request))
    if line is None:
        raise Http404("There is no such engineer.")
    return line


def _seen(asked: Asked, sent: dict[str, Any]) -> list[tuple[Line, str]]:
    """The lines of a move with what the browser showed of them."""
    lines = [(asked.target, sent["seen"])]
    return [*lines, (asked.source, sent["source_seen"])] if asked.is_handover else lines


def _asker(request: HttpRequest) -> Asker:
    view = view_of(request)
    return Asker(person=people.person_of(request.user), level=view.level, sm2_may_override=view.sm2_may_override)


def _panel(request: HttpRequest, asked: Asked, *, comment: str, changed: str = "") -> str:
    """The move in words with the form that saves it."""
    now = moment_of(request)
    face = Clockface(now)
    outcome = _outcome(request, asked)
    rows = board_panel.rows_of(outcome.effects, face, asked.ticket.case_id)
    left = board_panel.rows_of(outcome.left, face)
    context = {
        "asked": asked,
        "outcome": outcome,
        "heading": board_panel.heading(asked.ticket, asked.target, outcome),
        "changed": changed,
        "rows": rows,
        "left": left,
        "summary": board_panel.summary([*rows, *left]),
        "start": face.free(outcome.planned.starts_at) if outcome.planned else "",
        "expected": face.words(outcome.planned.due_at) if outcome.planned else "",
        "order": ",".join(str(ref) for ref in outcome.order),
        "ticket_version": tickets.version_of(asked.ticket),
        "comment": comment,
        "places": list(enumerate(outcome.places, start=1)),
    }
    return render_to_string("helpdesk/admin/board/panel.html", context, request)


def _outcome(request: HttpRequest, asked: Asked) -> Outcome:
    now, asker = moment_of(request), _asker(request)
    if asked.is_handover:
        return board_plans.handed_over(asked.ticket, asked.source, asked.target, asked.place, asker, now)
    ref = asked.ticket.assignment.pk if asked.ticket.assignment else 0
    return board_plans.put(asked.target, ref, asked.place or len(asked.target.queue.waiting), asker, now)


def _suggestion(request: HttpRequest, line: Line, *, comment: str = "", changed: str = "") -> str:
    now, asker = moment_of(request), _asker(request)
    queue = settled(line.queue, now)
    found = ordering.suggest(queue, now, asker.level)
    outcome = board_plans.ordered(line, list(found.order), asker, now)
    context = {
        "line": line,
        "found": found,
        "keeps_sm2": asker.level is Level.SM1 and any(slot.level is Level.SM2 for slot in queue.waiting),
        "outcome": outcome,
        "standings": board_panel.standings(line, found, outcome, Clockface(now)),
        "order": ",".join(str(ref) for ref in found.order),
        "comment": comment,
        "changed": changed,
    }
    return render_to_string("helpdesk/admin/board/suggest.html", context, request)


def _said(error: WorkflowError, line: Line) -> str:
    """Why it was refused; of a line that changed, who did what and when by the viewer's clock."""
    if isinstance(error, QueueChanged):
        return board_panel.changed_by(board.last_change(line.engineer.pk), line)
    return error.sentence


def _done(moved: int) -> str:
    if not moved:
        return "The new order is saved; no due time moved."
    return f"The new order is saved; {moved} due time{'' if moved == 1 else 's'} moved."
