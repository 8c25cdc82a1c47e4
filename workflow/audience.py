"""Who hears of what: section 6 of the rules as one table, and N4 and P5 applied to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workflow import facts
from workflow.states import Labelled


class Kind(Labelled):
    """The kinds of mail."""

    RAISED = "raised", "Ticket raised"
    RECEIPT = "receipt", "Receipt"
    ASSIGNED = "assigned", "Ticket assigned"
    REASSIGNED = "reassigned", "Ticket reassigned"
    DUE_MOVED = "due_moved", "Due times moved"
    DUE_SOON = "due_soon", "Due soon"
    EXTENSION_REQUESTED = "extension_requested", "Extension asked for"
    EXTENSION_APPROVED = "extension_approved", "Extension approved"
    EXTENSION_REJECTED = "extension_rejected", "Extension rejected"
    ESCALATED = "escalated", "Ticket escalated"
    RESOLVED = "resolved", "Ticket resolved"
    COMMENTED = "commented", "Comment"
    WITHDRAWN = "withdrawn", "Ticket withdrawn"
    STALE = "stale", "Waiting too long"


class Party(Labelled):
    """Who somebody is to a ticket; the label completes "You get this mail because you are ..."."""

    EVERY_SM = "every_sm", "a scrum master"
    REPORTER = "reporter", "its reporter"
    ASSIGNEE = "assignee", "its assignee"
    PREVIOUS_ASSIGNEE = "previous_assignee", "its assignee until now"
    REPORTING_AUTHORITY = "reporting_authority", "the reporting authority of its assignee"
    ASSIGNER = "assigner", "the one who assigned it"


@dataclass(frozen=True, kw_only=True)
class Parties:
    """The people around a ticket by id; `actor` is None when the system acted.

    `ra` is the assignee's reporting authority, None when there is none who holds the role; `other_ras` may hold all
    holders of the role; `every_sm`, `other_ras` and `admins` may list inactive people, who stand in `inactive` too.
    """

    reporter: int
    assignee: int | None = None
    assignee_name: str = ""
    previous_assignee: int | None = None
    assigner: int | None = None
    ra: int | None = None
    every_sm: tuple[int, ...] = ()
    other_ras: tuple[int, ...] = ()
    admins: tuple[int, ...] = ()
    actor: int | None = None
    inactive: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One mail to one person; `because` is the sentence that says why they get it."""

    kind: Kind
    person_id: int
    because: str


@dataclass(frozen=True, kw_only=True)
class EscalatedTo:
    """Whom an escalation goes to; `reason` is empty for the RA, else it says why it went to others (P5)."""

    ids: tuple[int, ...]
    reason: str = ""


def _always(_fact: facts.Fact) -> bool:
    return True


def _is_internal(fact: facts.Fact) -> bool:
    return isinstance(fact, facts.CommentAdded) and fact.internal


def _is_public(fact: facts.Fact) -> bool:
    return not _is_internal(fact)


def _moves_promise(fact: facts.Fact) -> bool:
    return isinstance(fact, facts.DuesMoved) and any(move.is_promise for move in fact.moves)


@dataclass(frozen=True)
class Hear:
    """A line of the table: this kind of mail, to these, when the fact is such; `not_actor` spares who did it."""

    kind: Kind
    to: tuple[Party, ...]
    when: Callable[[facts.Fact], bool] = _always
    not_actor: tuple[Party, ...] = ()


_BY_ROLE = frozenset({Party.EVERY_SM, Party.REPORTING_AUTHORITY, Party.ASSIGNER})
"""An assigner hears as long as they are a scrum master."""

_SM, _REPORTER, _ASSIGNEE = Party.EVERY_SM, Party.REPORTER, Party.ASSIGNEE

TABLE: dict[type[facts.Fact], tuple[Hear, ...]] = {
    facts.TicketRaised: (Hear(Kind.RAISED, (_SM,)), Hear(Kind.RECEIPT, (_REPORTER,))),
    facts.TicketAssigned: (Hear(Kind.ASSIGNED, (_ASSIGNEE,)),),
    facts.TicketReassigned: (Hear(Kind.REASSIGNED, (_ASSIGNEE, Party.PREVIOUS_ASSIGNEE)),),
    facts.DuesMoved: (Hear(Kind.DUE_MOVED, (_ASSIGNEE,), when=_moves_promise),),
    facts.TicketReminded: (Hear(Kind.DUE_SOON, (_ASSIGNEE,)),),
    facts.ExtensionRequested: (Hear(Kind.EXTENSION_REQUESTED, (_SM,)),),
    facts.ExtensionApproved: (Hear(Kind.EXTENSION_APPROVED, (_REPORTER, _ASSIGNEE)),),
    facts.ExtensionRejected: (Hear(Kind.EXTENSION_REJECTED, (_ASSIGNEE,)),),
    facts.TicketEscalated: (Hear(Kind.ESCALATED, (Party.REPORTING_AUTHORITY, _SM)),),
    facts.TicketResolved: (Hear(Kind.RESOLVED, (_REPORTER, _SM)),),
    facts.CommentAdded: (
        Hear(Kind.COMMENTED, (_REPORTER, _ASSIGNEE), when=_is_public, not_actor=(_REPORTER, _ASSIGNEE)),
        Hear(Kind.COMMENTED, (_ASSIGNEE, Party.ASSIGNER), when=_is_internal, not_actor=(_ASSIGNEE, Party.ASSIGNER)),
    ),
    facts.TicketWithdrawn: (Hear(Kind.WITHDRAWN, (_SM, _REPORTER), not_actor=(_REPORTER,)),),
    facts.TriageStale: (Hear(Kind.STALE, (_SM,)),),
    facts.AcceptanceStale: (Hear(Kind.STALE, (_SM,)),),
    facts.TicketCommitted: (),
    facts.TicketStarted: (),
    facts.FileAdded: (),
    facts.PriorityChanged: (),
    facts.DueMoved: (),
    facts.QueueReordered: (),
    facts.ExtensionVoted: (),
}
"""Rules 6; a fact nobody is told of has an empty line, so that none is forgotten. `DueMoved` is told by `DuesMoved`."""


_PARTY_WORDS = {
    Party.EVERY_SM: "every scrum master",
    Party.REPORTER: "the reporter",
    Party.ASSIGNEE: "the assignee",
    Party.PREVIOUS_ASSIGNEE: "the assignee until now",
    Party.REPORTING_AUTHORITY: "the assignee's reporting authority",
    Party.ASSIGNER: "the scrum master who assigned it",
}
_WHEN_WORDS: dict[Callable[[facts.Fact], bool], str] = {
    _is_internal: "an internal one ",
    _is_public: "a public one ",
    _moves_promise: "when a promise moved, it ",
}


def goes_to(kind: Kind) -> str:
    """The table's line of a kind in words: "It goes to every scrum master."."""
    lines = dict.fromkeys(_line_in_words(hear) for hears in TABLE.values() for hear in hears if hear.kind is kind)
    said = "; ".join(lines)
    return f"{said[:1].upper()}{said[1:]}."


def _line_in_words(hear: Hear) -> str:
    whom = " and ".join(_PARTY_WORDS[party] for party in hear.to)
    spared = " and ".join(_PARTY_WORDS[party] for party in hear.not_actor if hear.not_actor != hear.to)
    but = f", but not to {spared} if it was their act" if spared else ""
    but = ", never to whose act it was" if hear.not_actor and hear.not_actor == hear.to else but
    return f"{_WHEN_WORDS.get(hear.when, 'it ')}goes to {whom}{but}"


def hears_by_role(fact: facts.Fact) -> bool:
    """Whether anybody hears of it for a role they hold, and not only for what they are to the ticket."""
    return any(party in _BY_ROLE for hear in TABLE[type(fact)] for party in hear.to)


def who_hears(fact: facts.Fact, people: Parties) -> tuple[Recipient, ...]:
    """The mails about this fact: one a person, under the first line that names them, and none to the inactive (N4)."""
    chosen: dict[int, Recipient] = {}
    for hear in TABLE[type(fact)]:
        for party in hear.to if hear.when(fact) else ():
            for person_id, because in _members(party, people):
                if not (party in hear.not_actor and person_id == people.actor):
                    chosen.setdefault(person_id, Recipient(kind=hear.kind, person_id=person_id, because=because))
    return tuple(chosen.values())


def escalated_to(people: Parties) -> EscalatedTo:
    """The RA; without a fit one every other RA and the admins, and it says so (P5)."""
    reason = _why_not_the_ra(people)
    if not reason and people.ra is not None:
        return EscalatedTo(ids=(people.ra,))
    others = [one for one in people.other_ras if one not in (people.ra, people.assignee)]
    return EscalatedTo(ids=_active((*others, *people.admins), people), reason=reason)


def _why_not_the_ra(people: Parties) -> str:
    name = people.assignee_name or "the assignee"
    if people.ra is None:
        return f"{name} has no reporting authority"
    if people.ra == people.assignee:
        return f"{name} is their own reporting authority"
    if people.ra in people.inactive:
        return f"the reporting authority of {name} is inactive"
    return ""


def _members(party: Party, people: Parties) -> Iterator[tuple[int, str]]:
    """The active people this party stands for, each with the reason they are told."""
    if party is Party.EVERY_SM:
        yield from _scrum_masters(people)
        return
    if party is Party.REPORTING_AUTHORITY:
        yield from _reporting_authorities(people)
        return
    for person_id in _active(_singles(party, people), people):
        yield person_id, f"You get this mail because you are {party.label}."


def _singles(party: Party, people: Parties) -> tuple[int | None, ...]:
    """The one person of a party; an assigner who is no SM any more is none (internal comments are for the staff)."""
    return {
        Party.REPORTER: (people.reporter,),
        Party.ASSIGNEE: (people.assignee,),
        Party.PREVIOUS_ASSIGNEE: (people.previous_assignee,),
        Party.ASSIGNER: (people.assigner,) if people.assigner in people.every_sm else (),
    }[party]


def _scrum_masters(people: Parties) -> Iterator[tuple[int, str]]:
    found = _active(people.every_sm, people)
    because = f"You get this mail because you are {Party.EVERY_SM.label}."
    if not found:
        found = _active(people.admins, people)
        because = "You get this mail as an admin because the desk has no active scrum master."
    for person_id in found:
        yield person_id, because


def _reporting_authorities(people: Parties) -> Iterator[tuple[int, str]]:
    told = escalated_to(people)
    because = f"You get this mail because you are {Party.REPORTING_AUTHORITY.label}."
    if told.reason:
        because = f"You get this mail because {told.reason}; it goes to every other reporting authority and the admins."
    for person_id in told.ids:
        yield person_id, because


def _active(ids: tuple[int | None, ...], people: Parties) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for one in ids if one is not None and one not in people.inactive))
