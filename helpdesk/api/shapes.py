"""What calls send and answer: every field is named, and one that is not is refused by its name.

The fields of bodies take the one JSON type they are documented with, so that `"5"` is no number and `1` no yes; those of
addresses take the one spelling. Every text is bounded.
"""

import re
from datetime import UTC, date, datetime
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from helpdesk.api.errors import MOST_NAMED

LARGEST_NUMBER = 2**53 - 1
LONGEST_TEXT = 100_000
"""Characters a text may arrive with; how many it may have is the rules' business."""
YEARS = range(1970, 2200)

_NUMBER = re.compile(r"-?\d{1,16}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class Body(serializers.Serializer):
    """The body of a call. Unknown fields are refused, so that a misspelt one is never silently dropped."""

    unknown = "There is no such field."

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(str(name) for name in set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name[:100]: [self.unknown] for name in unknown[:MOST_NAMED]})
        return super().to_internal_value(data)

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """What was sent, checked; 400 with the fields that are wrong."""
        return cls._checked(request.data)

    @classmethod
    def _checked(cls, data: Any) -> dict[str, Any]:
        given = cls(data=data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class Query(Body):
    """What stands behind the `?` of an address; by itself nothing may stand there. A name given twice is refused too."""

    unknown = "There is no such parameter."

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        sent = request.query_params
        twice = [name for name, values in sent.lists() if len(values) > 1]
        if twice:
            raise serializers.ValidationError({name[:100]: ["Please give this once."] for name in twice})
        return cls._checked(sent.dict())


class Text(serializers.CharField):
    """A text of a body, and nothing that could be made one; what it must hold the rules say."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": LONGEST_TEXT, "allow_blank": True, "trim_whitespace": False, **options})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A whole number of a body, also as `5.0`, which JSON holds for the same; which are possible the rules say."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": -LARGEST_NUMBER, "max_value": LARGEST_NUMBER, **options})

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class Id(Number):
    """The number of a row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 1, **options})


class Flag(serializers.BooleanField):
    """A yes or no of a body."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class QueryNumber(serializers.IntegerField):
    """A whole number in an address, in plain digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": LARGEST_NUMBER, **options})

    def to_internal_value(self, data: Any) -> int:
        if not _NUMBER.fullmatch(str(data)):
            self.fail("invalid")
        return int(data)


class QueryFlag(serializers.BooleanField):
    """`true` or `false` in an address."""

    def to_internal_value(self, data: Any) -> bool:
        if data not in {"true", "false"}:
            self.fail("invalid", input=data)
        return bool(data == "true")


class QueryDay(serializers.DateField):
    """A day in an address: `2026-03-04`."""

    def to_internal_value(self, value: Any) -> date:
        if not _DAY.fullmatch(str(value)):
            self.fail("invalid", format="YYYY-MM-DD")
        return _of_our_time(super().to_internal_value(value))


class QueryMoment(serializers.DateTimeField):
    """A moment in an address, with its offset: `2026-03-04T12:00:00Z`."""

    def to_internal_value(self, value: Any) -> datetime:
        if not _MOMENT.fullmatch(str(value)):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ssZ, or with an offset (a + is written %2B)")
        moment: datetime = _of_our_time(super().to_internal_value(value))
        return moment.astimezone(UTC)


def _of_our_time(day: Any) -> Any:
    """The day itself, or the first or last that calendars and databases agree on: programs say "ever" with years 1 and 9999."""
    if day.year < YEARS.start:
        return day.replace(year=YEARS.start, month=1, day=1)
    if day.year >= YEARS.stop:
        return day.replace(year=YEARS.stop - 1, month=12, day=31)
    return day


class Moment(serializers.DateTimeField):
    """A moment as every answer has it: ISO 8601 in UTC with `Z`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default_timezone": UTC, **options})


class PersonSerializer(serializers.Serializer):
    """Somebody; their e-mail is for admins and themselves alone."""

    id = serializers.IntegerField()
    name = serializers.CharField()
