"""Every page of the desk: importing this module registers them, and nothing else is ever registered."""

from helpdesk.admin import alerts, audit, calendars, catalog, desk_settings, mapping, people, ticket

__all__ = ["alerts", "audit", "calendars", "catalog", "desk_settings", "mapping", "people", "ticket"]
