"""The state machine as an abstract model: which moves exist; whether one may happen is said by the policies.

The lock a service holds is what makes two acts safe; these transitions are the declaration of the legal moves (T3).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django_fsm import FSMField, transition

from workflow.states import LATE_ABLE, Status

_UNASSIGNED, _ASSIGNED, _IN_PROGRESS = Status.UNASSIGNED.value, Status.ASSIGNED.value, Status.IN_PROGRESS.value
_RESOLVED, _ESCALATED = Status.RESOLVED.value, Status.ESCALATED.value
_RESOLVED_ESCALATED = Status.RESOLVED_ESCALATED.value
_LATE_ABLE = [status.value for status in Status if status in LATE_ABLE]


class TicketLifecycle(models.Model):
    """The status of a ticket, written by nothing but a transition."""

    status = FSMField(protected=True, max_length=20, choices=Status.choices(), default=_UNASSIGNED, editable=False)

    class Meta:
        abstract = True

    @transition(field=status, source=_UNASSIGNED, target=_ASSIGNED)
    def assign(self) -> None:
        """An engineer gets the ticket."""

    @transition(field=status, source=_ESCALATED, target=_ESCALATED)
    @transition(field=status, source=_LATE_ABLE, target=_ASSIGNED)
    def reassign(self) -> None:
        """Another engineer gets the ticket and begins anew; an escalated one stays escalated (E3)."""

    @transition(field=status, source=_ASSIGNED, target=_IN_PROGRESS)
    def start(self) -> None:
        """The assignee begins."""

    @transition(field=status, source=_ESCALATED, target=_RESOLVED_ESCALATED)
    @transition(field=status, source=_IN_PROGRESS, target=_RESOLVED)
    def resolve(self) -> None:
        """It is done, in time or after its promise passed (S1)."""

    @transition(field=status, source=_LATE_ABLE, target=_ESCALATED)
    def escalate(self) -> None:
        """The promise passed unresolved (E1)."""

    @transition(field=status, source=_UNASSIGNED, target=_RESOLVED)
    def withdraw(self) -> None:
        """Nobody needs it any more."""

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Any] | None = None,
    ) -> None:
        """Read the row again, status included, in one query.

        Django writes the values back by assignment, which a protected field refuses once it has a value: the value
        is taken out for the time of the reading and put back if that fails. The protection itself stays on.
        """
        wanted = self._loaded_fields() if fields is None else set(fields)
        if "status" not in wanted or "status" not in self.__dict__:
            super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
            return
        before = self.__dict__.pop("status")
        try:
            super().refresh_from_db(using=using, fields=wanted, from_queryset=from_queryset)
        finally:
            self.__dict__.setdefault("status", before)
        if fields is None:
            self._forget_related()

    def _loaded_fields(self) -> set[str]:
        """The columns a refresh of everything reads: all but the deferred ones."""
        return {field.attname for field in self._meta.concrete_fields} - self.get_deferred_fields()

    def _forget_related(self) -> None:
        """Drop cached relations, as Django does itself only when it is not told which fields to read."""
        self._prefetched_objects_cache: dict[str, Any] = {}
        for relation in (*self._meta.related_objects, *self._meta.private_fields):
            if relation.is_relation and relation.is_cached(self):
                relation.delete_cached_value(self)
