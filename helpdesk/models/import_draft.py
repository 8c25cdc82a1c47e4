"""A sheet between its preview and its confirmation: in the database, so that any web process finds it, never on a disk."""

from uuid import uuid4

from django.db import models

from helpdesk.models.people import User


class ImportDraft(models.Model):
    """A file an admin looked through and has not confirmed yet; it is theirs alone and gone after an hour."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="import_drafts")
    file_name = models.CharField(max_length=120)
    reason = models.TextField()
    content = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file_name
