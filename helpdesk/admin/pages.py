"""Every page of the desk: importing this module registers them, and nothing else is ever registered."""

from helpdesk.admin import alerts, audit, catalog, mapping, people, ticket

__all__ = ["alerts", "audit", "catalog", "mapping", "people", "ticket"]
