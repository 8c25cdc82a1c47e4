"""Words that must not stand in an answer: what a person may not see of a ticket, in whatever part of the answer."""

from django.http import HttpResponseBase

from tests.access.world import HANDLES, TICKETS, UNSEEN, World, ground_of, mark_of, secret_of


def leaks(person: str, response: HttpResponseBase, world: World, *, asked: str = "") -> list[str]:
    """The marks and case ids in an answer, body and headers, that are not for this person; an echo of the address is none."""
    told = text_of(response)
    return [word for word in forbidden(person, world) if word in told and word not in asked]


def forbidden(person: str, world: World) -> list[str]:
    """The words of tickets they do not see, and of internal comments where they are at most the reporter (P9)."""
    unseen = [name for name in TICKETS if ground_of(person, name) == UNSEEN]
    no_secret = [name for name in TICKETS if ground_of(person, name) != HANDLES]
    public = [word for name in unseen for word in (mark_of(name), world.tickets[name].case_id)]
    return public + [secret_of(name) for name in no_secret]


def text_of(response: HttpResponseBase) -> str:
    """Everything an answer says."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{body.decode('utf-8', 'replace')}"
