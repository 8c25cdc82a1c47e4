"""Moments in words, for pages that show thousands of them."""

from datetime import date, datetime

from django.utils import timezone

from helpdesk.templatetags.desk import day_in_words, exact


class Clockface:
    """Moments in the viewer's zone, worded many times over on one page: each day is put into words once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._zone = timezone.get_current_timezone()
        self._days: dict[date, tuple[str, str]] = {}

    def words(self, moment: datetime) -> str:
        """ "today 14:00"."""
        local = moment.astimezone(self._zone)
        return f"{self._day(local, moment)[0]} {local:%H:%M}"

    def exact(self, moment: datetime) -> str:
        """The whole of it, with the zone."""
        local = moment.astimezone(self._zone)
        return f"{self._day(local, moment)[1]}, {local:%H:%M %Z}"

    def free(self, moment: datetime) -> str:
        """When somebody is free: "now", or the moment."""
        return "now" if moment <= self.now else self.words(moment)

    def _day(self, local: datetime, moment: datetime) -> tuple[str, str]:
        known = self._days.get(local.date())
        if known is None:
            known = self._days[local.date()] = (day_in_words(moment, self.now), exact(moment).rpartition(", ")[0])
        return known
