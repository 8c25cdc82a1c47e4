"""A card of the board as markup, made of plain strings: a template would take most of a second for two thousand of them."""

from html import escape

from django.utils.safestring import SafeString, mark_safe

from helpdesk.admin.board_cards import Card

ICON = '<svg class="desk-icon" aria-hidden="true"><use href="#board-{}"></use></svg>'
DOTS, WARNING, LOCK = ICON.format("dots"), ICON.format("warning"), ICON.format("lock")
SHAPES = {shape: ICON.format(shape) for shape in ("triangle", "square", "line")}


def markup_of(cards: tuple[Card, ...]) -> SafeString:
    """The cards of a column with the headings between them; every word is escaped where it is put in."""
    return mark_safe("".join(_heading(card) + _card(card) for card in cards))  # noqa: S308 - escaped below, word by word


def _heading(card: Card) -> str:
    return f'<li class="board-group">{escape(card.heading)}</li>\n' if card.heading else ""


def _card(card: Card) -> str:
    case_id, aside = escape(card.case_id), "" if card.is_match else " board-card-aside"
    return (
        f'<li class="board-card board-card-{card.kind}{aside}" draggable="true" tabindex="-1" {_data(card)}'
        f' aria-label="{escape(card.spoken)}" aria-describedby="board-how">'
        f'<div class="board-card-head">{_place(card)}'
        f'<a class="desk-case" draggable="false" href="{escape(card.address)}">{case_id}</a>'
        f'<span class="desk-priority desk-priority-{card.priority}">{SHAPES[card.shape]}{card.priority_label}</span>'
        f'<button class="board-more" type="button" data-menu aria-haspopup="menu" aria-label="Move {case_id}">'
        f"{DOTS}</button></div>"
        f'<p class="board-title desk-isolate">{escape(card.title)}</p>{_when(card)}{_why(card)}</li>\n'
    )


def _data(card: Card) -> str:
    """What the page's scripts read: the keys, and the rules in words where they keep the card in its place."""
    rules = "".join(
        f' data-{name}="{escape(words)}"' for name, words in (("locked", card.locked), ("stays", card.stays)) if words
    )
    return f'data-ticket="{card.ticket_id}" data-case="{escape(card.case_id)}" data-kind="{card.kind}"{rules}'


def _place(card: Card) -> str:
    return f'<span class="board-place" aria-hidden="true">{card.place}</span>' if card.place else ""


def _when(card: Card) -> str:
    forecast = f'<span class="board-forecast">forecast {escape(card.forecast)}</span>' if card.forecast else ""
    return (
        f'<p class="board-when"><time class="desk-time desk-time-{card.due_kind}" datetime="{card.due_iso}"'
        f' title="{escape(card.due_exact)}"><span class="desk-time-word">{card.due_word}</span>'
        f'<span class="desk-time-clock">{escape(card.due)}</span>'
        f'<span class="desk-time-distance">({escape(card.distance)})</span></time>{forecast}</p>'
    )


def _why(card: Card) -> str:
    """Why it is at risk, and why it cannot be moved."""
    risk = f'<p class="board-risk">{WARNING}<span>at risk: {escape(card.risk)}</span></p>' if card.risk else ""
    return risk + (f'<p class="board-lock">{LOCK}<span>{escape(card.locked)}</span></p>' if card.locked else "")
