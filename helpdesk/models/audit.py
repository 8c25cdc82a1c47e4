"""What happened besides tickets that security wants to know; the database refuses to change or delete it (P4)."""

from django.db import models

from helpdesk.models.people import User


class AuditEvent(models.Model):
    """One security-sensitive act that is not a ticket's: who, what, about whom, from what to what, when.

    No actor means the system or somebody who is not known. `subject` is the person it is about, `subject_label` names the
    person or thing in words, so that the row is read without another.
    """

    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="audit_events", db_index=False
    )
    act = models.CharField(max_length=40)
    subject = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="audited", db_index=False
    )
    subject_label = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    timestamp = models.DateTimeField()

    class Meta:
        ordering = ("-timestamp", "-pk")
        indexes = (
            models.Index(fields=("-timestamp", "-id"), name="audit_newest"),
            models.Index(fields=("subject", "-timestamp"), name="audit_of_person"),
            models.Index(fields=("act", "-timestamp"), name="audit_of_act"),
            models.Index(fields=("actor", "-timestamp"), name="audit_of_actor"),
            models.Index(fields=("subject_label", "-timestamp"), name="audit_of_label"),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.subject_label}".strip()
