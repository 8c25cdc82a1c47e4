"""The columns of the board of queues: an engineer's line in words and as markup, and how the address narrows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from helpdesk.admin.board_cards import Card, View, card_of
from helpdesk.admin.board_markup import markup_of
from helpdesk.admin.board_words import Clockface
from helpdesk.admin.navigation import level_of, moment_of
from helpdesk.selectors import desk, people
from helpdesk.selectors.board import Line
from workflow.errors import in_words
from workflow.roles import SCRUM_MASTERS, level_for
from workflow.texts import whole_number

LONGEST_SEARCH = 100


@dataclass(frozen=True, kw_only=True)
class Column:
    """One engineer's line as the board shows it."""

    line: Line
    cards: tuple[Card, ...]
    free: str
    free_exact: str
    promised: str

    @property
    def engineer_id(self) -> int:
        return self.line.engineer.pk

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of each kind, and how many promises are at risk."""
        queue = self.line.queue
        return {
            "open": len(self.cards),
            "escalated": len(queue.escalated),
            "started": len(queue.in_progress),
            "waiting": len(queue.waiting),
            "risk": self.line.at_risk,
        }

    @property
    def closed(self) -> str:
        """Why nothing can be given to this engineer, in words; empty for the pool."""
        return "" if self.line.takes_work else f"{self.line.engineer.name} cannot take tickets any more."

    @property
    def markup(self) -> SafeString:
        """The cards."""
        return markup_of(self.cards)


def view_of(request: HttpRequest) -> View:
    """How this person looks at the board: by the level of the open tab, else the highest held (P7)."""
    roles = people.roles_of(request.user)
    if not SCRUM_MASTERS & roles:
        raise PermissionDenied
    return View(
        level=level_for(roles, level_of(request)),
        sm2_may_override=desk.settings().sm2_may_override,
        tickets=reverse("admin:helpdesk_ticket_changelist"),
        search=search_of(request).casefold(),
        application_id=application_of(request),
    )


def search_of(request: HttpRequest) -> str:
    """The words the address asks for."""
    return request.GET.get("q", "").strip()[:LONGEST_SEARCH]


def application_of(request: HttpRequest) -> int | None:
    """The application the address asks for; none where it says it wrongly."""
    return whole_number(request.GET.get("application", ""))


def drawn(request: HttpRequest, lines: Iterable[Line]) -> dict[int, str]:
    """These columns as markup, by engineer."""
    view, face = view_of(request), Clockface(moment_of(request))
    return {
        line.engineer.pk: render_to_string("helpdesk/admin/board/column.html", {"column": column_of(line, view, face)})
        for line in lines
    }


def column_of(line: Line, view: View, face: Clockface) -> Column:
    """An engineer's line in words."""
    places = {slot.ref: place for place, slot in enumerate(line.queue.waiting, start=1)}
    firsts = {slots[0].ref for slots in (line.queue.escalated, line.queue.in_progress, line.queue.waiting) if slots}
    is_theirs = bool(view.search) and view.application_id is None and view.search in line.engineer.name.casefold()
    cards = tuple(
        card_of(
            one,
            line,
            places.get(one.pk),
            view,
            face,
            is_first=one.pk in firsts,
            is_match=is_theirs or view.matches(one),
        )
        for one in line.work
    )
    promised = sum(slot.minutes + slot.extra for slot in line.queue.in_line if slot.is_committed)
    return Column(
        line=line,
        cards=cards,
        free=face.free(line.free_at),
        free_exact=face.exact(line.free_at),
        promised=in_words(promised) if promised else "",
    )
