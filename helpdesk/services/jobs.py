"""Running scheduled work once more by hand, by its name in our own table and never by a path out of a row (trap 6)."""

from datetime import datetime

from django.db import transaction
from django_q.tasks import async_task

from helpdesk import trace
from helpdesk.models import User
from helpdesk.schedules import Entry, entry_named
from helpdesk.selectors.job_words import title_of
from helpdesk.services import acting, audit
from workflow.errors import JobMissing, RoleNeeded
from workflow.roles import Role


@transaction.atomic
def run_again(*, actor: User, name: str, now: datetime) -> Entry:
    """Let the worker run this scheduled work as soon as it can, besides its schedule. Admins only.

    Everything scheduled may run twice or at once without harm, so nothing is asked but who asks.
    """
    if not acting.current_person(actor).holds(Role.ADMIN):
        raise RoleNeeded(needs=Role.ADMIN.label)
    entry = entry_named(name)
    if entry is None:
        raise JobMissing
    audit.note(act="job_run_again", actor=actor, subject_label=title_of(entry), now=now)
    async_task(entry.func, asked_by=trace.request_id.get(), task_name=entry.name)
    return entry
