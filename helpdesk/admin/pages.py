"""Every page of the desk: importing this module registers them, and nothing else is ever registered."""

from helpdesk.admin import alerts, background, calendars, catalog, desk_settings, mapping, outbox, people, ticket

__all__ = ["alerts", "background", "calendars", "catalog", "desk_settings", "mapping", "outbox", "people", "ticket"]
