"""Every page of the desk: importing this module registers them, and nothing else is ever registered."""

from helpdesk.admin import audit, catalog, mapping, people, ticket

__all__ = ["audit", "catalog", "mapping", "people", "ticket"]
