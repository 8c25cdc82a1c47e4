"""Every page of the desk: importing this module registers them, and nothing else is ever registered."""

from helpdesk.admin import catalog, ticket

__all__ = ["catalog", "ticket"]
