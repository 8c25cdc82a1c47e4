"""The tables, imported from here by everything above."""

from helpdesk.models.alert import AdminAlert
from helpdesk.models.assignment import AssigneeLoad, Assignment
from helpdesk.models.attachment import Attachment, DiscardedObject
from helpdesk.models.audit import AuditEvent
from helpdesk.models.calendar import CalendarHoliday, WorkingCalendar, WorkingInterval
from helpdesk.models.calls import CallCount, IdempotencyKey
from helpdesk.models.catalog import ApplicationCatalog, ApplicationCode
from helpdesk.models.closed_count import ClosedCount
from helpdesk.models.comment import Comment
from helpdesk.models.escalation import Escalation
from helpdesk.models.event import TicketEvent
from helpdesk.models.extension import ExtensionRequest, ExtensionVote
from helpdesk.models.grants import Grant, TicketUserObjectPermission
from helpdesk.models.heartbeat import Heartbeat
from helpdesk.models.import_draft import ImportDraft
from helpdesk.models.notification import Notification
from helpdesk.models.people import Role, RoleMapping, User, UserRole
from helpdesk.models.settings import DeskSettings
from helpdesk.models.sign_in import ProviderKeys, SignInTries
from helpdesk.models.sla import SLARecord
from helpdesk.models.ticket import Ticket

__all__ = [
    "AdminAlert",
    "ApplicationCatalog",
    "ApplicationCode",
    "AssigneeLoad",
    "Assignment",
    "Attachment",
    "AuditEvent",
    "CalendarHoliday",
    "CallCount",
    "ClosedCount",
    "Comment",
    "DeskSettings",
    "DiscardedObject",
    "Escalation",
    "ExtensionRequest",
    "ExtensionVote",
    "Grant",
    "Heartbeat",
    "IdempotencyKey",
    "ImportDraft",
    "Notification",
    "ProviderKeys",
    "Role",
    "RoleMapping",
    "SLARecord",
    "SignInTries",
    "Ticket",
    "TicketEvent",
    "TicketUserObjectPermission",
    "User",
    "UserRole",
    "WorkingCalendar",
    "WorkingInterval",
]
