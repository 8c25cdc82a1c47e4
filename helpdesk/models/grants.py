"""The object permissions of django-guardian on tickets, by direct foreign keys, so that none outlives its ticket (P9)."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BooleanField, F, Func, QuerySet
from guardian.models import UserObjectPermissionBase

from helpdesk.models.ticket import Ticket


class Grant(models.TextChoices):
    """What a row says; the value is the codename of the permission, which a migration makes."""

    REPORT = "report_ticket", "reported it"
    WORK = "work_on_ticket", "works on it"
    READ = "read_ticket", "worked on it and reads it"


STAFF_GRANTS = (Grant.WORK, Grant.READ)
"""The grants of the staff: of an engineer, now or before."""


class TicketUserObjectPermission(UserObjectPermissionBase):
    """What one person is to one ticket: its reporter, its engineer, or an engineer of before who only reads it.

    `helpdesk.services.grants` writes the rows, `helpdesk.selectors.access` reads them, and nobody else does. The two keys of
    django-guardian have no index of their own here: the rows of a person and of a ticket are found by the indexes below.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    permission = models.ForeignKey(Permission, on_delete=models.CASCADE, db_index=False)
    content_object = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="user_grants")

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        indexes = (models.Index(fields=("user", "content_object"), include=("permission",), name="grant_of_person"),)


def is_any_of(*grants: Grant) -> Func:
    """The condition that a row is one of these grants.

    The permissions are an array made first, not a table joined: only so Postgres knows how many rows a person has, and finds
    the first page of a long list by the list's own index (docs/performance.md).
    """
    wanted = ArraySubquery(permissions_of(*grants))
    return Func(
        F("permission_id"), wanted, arg_joiner=" = ANY (", template="(%(expressions)s))", output_field=BooleanField()
    )


def permissions_of(*grants: Grant) -> QuerySet[Permission, Any]:
    """The permissions that these grants are, as a subquery.

    They are looked up in the statement that needs them and kept nowhere: an id kept by a process could outlive its row.
    """
    return Permission.objects.filter(
        codename__in=[grant.value for grant in grants], content_type__app_label="helpdesk", content_type__model="ticket"
    ).values("pk")
