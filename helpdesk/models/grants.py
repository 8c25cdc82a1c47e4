"""The object permissions of django-guardian on tickets, by direct foreign keys, so that none outlives its ticket (P9)."""

from django.db import models
from guardian.models import UserObjectPermissionBase

from helpdesk.models.ticket import Ticket


class TicketUserObjectPermission(UserObjectPermissionBase):
    """What one person is to one ticket: its reporter, its engineer, or an engineer of before who only reads it."""

    content_object = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="user_grants")

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        indexes = (models.Index(fields=("user", "content_object"), name="grant_of_person"),)
