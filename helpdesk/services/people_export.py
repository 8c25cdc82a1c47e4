"""A list of people that leaves the desk is written down."""

from datetime import datetime

from django.db import transaction

from helpdesk.models import AuditEvent, User
from helpdesk.services import acting, audit
from workflow.errors import RoleNeeded
from workflow.roles import Role


@transaction.atomic
def note_export(*, actor: User, people: int, kind: str, now: datetime) -> AuditEvent:
    """Write down that an admin took the list of people out, as which kind of file and how many."""
    if not acting.current_person(actor).holds(Role.ADMIN):
        raise RoleNeeded(needs=Role.ADMIN.label)
    return audit.note(act="people_exported", actor=actor, after={"people": people, "as": kind}, now=now)
