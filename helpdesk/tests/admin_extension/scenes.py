"""A request for more time at every point of its life, and what is read on the pages about it."""

import re
from html import unescape

from django.test import Client
from django.urls import reverse

from helpdesk.models import ExtensionRequest, Ticket, User
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.tests.admin_actions.scenes import address_of, seen, signed_in
from tests.factories import in_progress

LIST = "admin:extensions"
COMMENT = "The supplier is slow."


def a_request(*, minutes: int = 60, extra: int = 30, comment: str = COMMENT, **options: object) -> ExtensionRequest:
    """A ticket in progress, promised an hour from now, whose engineer asks for half an hour more."""
    ticket = in_progress(minutes=minutes, **options)
    return asked_on(ticket, extra=extra, comment=comment)


def asked_on(ticket: Ticket, *, extra: int = 30, comment: str = COMMENT) -> ExtensionRequest:
    return request_extension(
        actor=ticket.assignment.engineer, ticket_id=ticket.pk, extra_minutes=extra, comment=comment
    )


def decided(request: ExtensionRequest, *masters: User, approve: bool = True, comment: str = "") -> None:
    for master in masters:
        decide_extension(actor=master, ticket_id=request.ticket_id, approve=approve, comment=comment)


def browser_in(person: User, workspace: str = "") -> Client:
    """Signed in, with a workspace open."""
    client = signed_in(person)
    if workspace:
        session = client.session
        session["workspace"] = workspace
        session.save()
    return client


def list_page(client: Client, show: str = "") -> str:
    answer = client.get(reverse(LIST), {"show": show} if show else {})
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    """What stands on the page, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def vote(client: Client, request: ExtensionRequest, decision: str, **other: object) -> str:
    """Press a button of the dialog opened now; the dialog's answer."""
    sent = {**seen(request.ticket), "decision": decision, "comment": "", **other}
    return client.post(address_of("decide_extension", request.ticket), sent).content.decode()


def state_of(request: ExtensionRequest) -> tuple[str, list[tuple[str, str, bool]]]:
    """The outcome, and who voted how."""
    fresh = ExtensionRequest.objects.get(pk=request.pk)
    votes = fresh.votes.order_by("voted_at", "pk").select_related("voter")
    return fresh.status, [(one.level, one.voter.name, one.approves) for one in votes]
