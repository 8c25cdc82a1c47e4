"""The filters of the ticket lists: each names its own parameters and says in words what it is set to."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats

from helpdesk.admin.chosen import DAYS, chosen_form
from helpdesk.admin.filter_fields import TEMPLATE, OneFilter, SomeFilter, day, field
from helpdesk.admin.navigation import moment_of
from helpdesk.models import Ticket
from helpdesk.selectors import broken, forecast
from helpdesk.selectors.numbers import of_tickets
from helpdesk.selectors.targets import past_triage

Choices = list[tuple[str, str]]


class OfChosen(SomeFilter):
    """Some of a list. Only the first of these filters narrows: what an address chooses is one condition, of which they are parts."""

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return list(chosen_form(request).fields[self.parameter_name].choices)  # type: ignore[attr-defined,index]

    def value(self) -> list[str]:
        return chosen_form(self.request).said(str(self.parameter_name))

    @property
    def wrong(self) -> list[str]:  # type: ignore[override]
        return list(chosen_form(self.request).errors.get(str(self.parameter_name), ()))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        return queryset

    @property
    def words(self) -> str:
        known = {str(value): str(label) for value, label in self.lookup_choices}
        return ", ".join(known[one] for one in self.value() if one in known)


class ApplicationFilter(OfChosen):
    """Applications, by their codes."""

    title = "application"
    parameter_name = "application"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """The whole choice of the address; one that is refused chooses nothing, and the list says why."""
        form = chosen_form(request)
        return queryset.filter(of_tickets(form.chosen())) if form.is_valid() else queryset.none()


class PriorityFilter(OfChosen):
    """Priorities."""

    title = "priority"
    parameter_name = "priority"


class DaysFilter(SimpleListFilter):
    """Days of report, both included."""

    title = "reported"
    parameter_name = DAYS[0]
    template = TEMPLATE

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Ticket], model_admin: ModelAdmin
    ) -> None:
        self.form = chosen_form(request)
        super().__init__(request, params, model, model_admin)
        params.pop(DAYS[1], None)

    def expected_parameters(self) -> list[str | None]:
        return list(DAYS)

    def has_output(self) -> bool:
        return True

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        return queryset

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Two fields, with what was typed into them and what is wrong with it."""
        for name, title in zip(DAYS, ("Reported from", "Reported to"), strict=True):
            wrong = list(self.form.errors.get(name, ()))
            yield field(name, title, day(name, self.form.data.get(name, ""), wrong=wrong), wrong)

    @property
    def words(self) -> str:
        """ "1 Mar 2026 to 4 Mar 2026", "from 1 Mar 2026"; as it was typed where it is no day."""
        first, last = (self._day(name) for name in DAYS)
        if first and last:
            return first if first == last else f"{first} to {last}"
        return f"from {first}" if first else f"until {last}" if last else ""

    def _day(self, name: str) -> str:
        self.form.is_valid()
        day = self.form.cleaned_data.get(name)
        return formats.date_format(day, "j M Y") if day else self.form.data.get(name, "")


class AgeFilter(OneFilter):
    """How long ago a ticket was raised."""

    title = "age"
    parameter_name = "age"
    SPANS: ClassVar[dict[str, tuple[str, timedelta, bool]]] = {
        "hour": ("Within the last hour", timedelta(hours=1), True),
        "day": ("Within the last day", timedelta(days=1), True),
        "over-day": ("Older than a day", timedelta(days=1), False),
        "over-week": ("Older than a week", timedelta(days=7), False),
        "over-month": ("Older than 30 days", timedelta(days=30), False),
    }

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [(key, label) for key, (label, _span, _young) in self.SPANS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        if self.value() not in self.SPANS:
            return queryset
        _label, span, is_young = self.SPANS[self.value()]
        edge = moment_of(request) - span
        return queryset.filter(created_at__gte=edge) if is_young else queryset.filter(created_at__lt=edge)


class TriageFilter(OneFilter):
    """Whether the target for triage has passed (E4)."""

    title = "triage target"
    parameter_name = "triage"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [("late", "Passed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        return past_triage(queryset, moment_of(request)) if self.value() == "late" else queryset


class RiskFilter(OneFilter):
    """Whether a ticket will miss its promise if work goes on as it stands (C9)."""

    title = "promise"
    parameter_name = "promise"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [("at_risk", "At risk")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        if self.value() != "at_risk":
            return queryset
        return queryset.filter(pk__in=forecast.late_of(queryset, moment_of(request)))


class BreachFilter(OneFilter):
    """Whose promise was broken: it stays theirs, whoever has the ticket now (S2). Somebody who is not offered chooses no ticket."""

    title = "breached promise of"
    parameter_name = "promise_of"

    def has_output(self) -> bool:
        return True

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return list(broken.engineers(request.user).items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        asked = self.value()
        if not asked:
            return queryset
        known = {str(value) for value, _name in self.lookup_choices}
        return queryset.filter(broken.broken_by(int(asked))) if asked in known else queryset.none()

    @property
    def words(self) -> str:
        return super().words or ("nobody of this list" if self.value() else "")
