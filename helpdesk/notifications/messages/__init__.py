"""The mails of the desk by subject; importing this package makes every kind known."""

from helpdesk.notifications.messages import assignments, conversation, extensions, promises, tickets

__all__ = ["assignments", "conversation", "extensions", "promises", "tickets"]
