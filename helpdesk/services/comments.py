"""The conversation on a ticket (T6, P9)."""

from uuid import UUID

from django.db import IntegrityError, transaction

from helpdesk.models import Comment, User
from helpdesk.selectors import access
from helpdesk.services import acting, journal
from workflow import policies
from workflow.facts import CommentAdded
from workflow.texts import clean_text


@transaction.atomic
def add_comment(
    *, actor: User, ticket_id: int, body: str, internal: bool = False, request_key: UUID | None = None
) -> Comment:
    """Say something to all who see the ticket, or to the staff only; the same `request_key` says it once.

    A comment is no change in the sense of A6: it moves neither status nor version.
    """
    act = acting.begin(actor=actor, ticket_id=ticket_id)
    ticket, now = act.ticket, act.now
    relations = access.relations_of(actor, ticket)
    policies.check_may_comment(act.person, act.case, internal, relations, ticket.escalated_at is not None)
    body = clean_text(body)
    policies.check_text("comment", body)
    said = Comment(
        ticket=ticket, author=actor, body=body, is_internal=internal, created_at=now, request_key=request_key
    )
    try:
        with transaction.atomic():
            said.save(force_insert=True)
    except IntegrityError:
        return Comment.objects.get(author=actor, request_key=request_key)
    journal.record(ticket, actor=actor, fact=CommentAdded(internal=internal, comment_id=said.pk), now=now)
    return said
