"""Public holidays by country, from the library that keeps them (C10)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays
from holidays import registry

log = logging.getLogger(__name__)

_SMALL = frozenset({"and", "of", "the"})


@dataclass(frozen=True)
class DaysOff:
    """The days a calendar takes off: public holidays and dates of its own. A year is asked for when it is first needed."""

    country: str = ""
    region: str = ""
    own: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in self.own or day in days_of(self.country, self.region, day.year))


@lru_cache(maxsize=2048)
def days_of(country: str, region: str, year: int) -> Mapping[date, str]:
    """The public holidays of a country, or a part of it, in one year, with their names in English where known."""
    if not country:
        return MappingProxyType({})
    try:
        found = holidays.country_holidays(country, subdiv=region or None, years=year, expand=False)
    except NotImplementedError:
        log.warning("no public holidays are known for %s %s", country, region)
        return MappingProxyType({})
    if "en_US" in (getattr(found, "supported_languages", ()) or ()):
        found = holidays.country_holidays(country, subdiv=region or None, years=year, expand=False, language="en_US")
    return MappingProxyType(dict(sorted(found.items())))


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """Every country whose holidays are known: code and name, in the order of the names."""
    codes = holidays.list_supported_countries(include_aliases=False)
    named = {entry[1]: _titled(key) for key, entry in registry.COUNTRIES.items() if entry[1] in codes}
    return MappingProxyType(dict(sorted(named.items(), key=lambda one: one[1])))


@lru_cache(maxsize=300)
def regions(country: str) -> Mapping[str, str]:
    """The parts of a country with holidays of their own: code and name; none for a country that is not known."""
    if country not in countries():
        return MappingProxyType({})
    entity = holidays.country_holidays(country)
    named = {code: name for name, code in reversed(getattr(entity, "subdivisions_aliases", {}).items())}
    found = {code: named.get(code, code) for code in entity.subdivisions}
    return MappingProxyType(dict(sorted(found.items(), key=lambda one: one[1])))


def _titled(key: str) -> str:
    """`isle_of_man` as "Isle of Man"."""
    words = key.split("_")
    return " ".join(word if word in _SMALL else word.capitalize() for word in words)
