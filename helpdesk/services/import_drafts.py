"""A sheet is kept between its preview and its confirmation, for the admin who sent it and for an hour."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from helpdesk.models import ImportDraft, User
from helpdesk.services import administering
from workflow.texts import clean_line

LIVES = timedelta(hours=1)


@transaction.atomic
def keep_draft(*, actor: User, file_name: str, content: bytes, reason: str, now: datetime) -> ImportDraft:
    """Keep a sheet until it is confirmed; the actor's earlier drafts and everybody's old ones go."""
    reason = administering.begin(actor=actor, reason=reason)
    ImportDraft.objects.filter(owner=actor).delete()
    ImportDraft.objects.filter(created_at__lt=now - LIVES).delete()
    name = clean_line(file_name)[-120:]
    return ImportDraft.objects.create(owner=actor, file_name=name, content=content, reason=reason, created_at=now)


def draft_of(actor: User, draft_id: UUID, now: datetime) -> ImportDraft | None:
    """The actor's own draft while it lives; somebody else's is none."""
    return ImportDraft.objects.filter(pk=draft_id, owner=actor, created_at__gte=now - LIVES).first()


def drop_draft(*, actor: User, draft_id: UUID) -> None:
    """Forget a draft once it is applied."""
    ImportDraft.objects.filter(pk=draft_id, owner=actor).delete()
