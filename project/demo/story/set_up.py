"""Who and what the story needs before it begins: the sample people, the applications, working hours, the desk's settings."""

import json
from datetime import date, datetime

from django.conf import settings

from helpdesk.models import ApplicationCatalog, DeskSettings, User
from helpdesk.services.calendars import save_calendar
from helpdesk.services.people import claim_roles, person_from_entra, set_reporting_authority
from project.demo.entra_people import FIXTURES
from workflow.roles import ClaimedRoles, Role

Cast = dict[str, User]
"""The sample people by the keys of `fixtures/people.json`."""


def set_up(now: datetime) -> Cast:
    """The desk as it stood on its first day; everything is dated `now`."""
    cast = _people(now)
    for row in json.loads((FIXTURES / "applications.json").read_text()):
        application = ApplicationCatalog(code=row["code"], name=row["name"], **row["targets"])
        application._history_date = now
        application.full_clean()
        application.save(force_insert=True)
    desk = DeskSettings(pk=1)
    desk._history_date = now
    desk.save()
    _working_hours(cast["ines-almeida"], now)
    return cast


def _working_hours(admin: User, now: datetime) -> None:
    """Two calendars to choose from; until somebody does, the desk runs around the clock (C10)."""
    for row in json.loads((FIXTURES / "working_hours.json").read_text()):
        working, off = tuple(map(tuple, row["working_day"])), ()
        save_calendar(
            actor=admin,
            name=row["name"],
            time_zone=row["time_zone"],
            country=row["country"],
            region=row["region"],
            week=tuple(working if day < row["working_days"] else off for day in range(7)),
            holidays={date.fromisoformat(day): name for day, name in row["days_off"].items()},
            now=now,
        )


def _people(now: datetime) -> Cast:
    """Everybody as if they had signed in once, with the roles their tokens claim, and their reporting authorities."""
    rows = json.loads((FIXTURES / "people.json").read_text())
    cast = {}
    for row in rows:
        person = person_from_entra(
            tenant_id=settings.ENTRA_TENANT_ID, azure_ad_id=row["oid"], name=row["name"], email=row["email"], now=now
        )
        claim_roles(user=person, claimed=ClaimedRoles(roles=frozenset(map(Role, row["roles"]))), now=now)
        cast[row["key"]] = person
    for row in rows:
        if row["ra"]:
            cast[row["key"]] = set_reporting_authority(
                actor=None, engineer=cast[row["key"]], authority=cast[row["ra"]], reason="", now=now
            )
    return cast
