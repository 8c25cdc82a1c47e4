"""Where the numbers lead: the lists of the desk, under the filters the numbers were counted with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from helpdesk.admin.chosen import DAYS, ChosenForm
from helpdesk.selectors.numbers import Chosen
from workflow.states import Bucket


@dataclass(frozen=True, kw_only=True)
class Links:
    """The addresses of one dashboard. Whose tickets are counted is always said, whatever workspace a list is opened in."""

    kept: Mapping[str, Sequence[str]]
    is_led: bool

    @classmethod
    def of(cls, form: ChosenForm, *, is_led: bool) -> "Links":
        return cls(kept=form.kept(), is_led=is_led)

    def list_of(self, bucket: Bucket, **more: str) -> str:
        """The list behind a number or a part of it; `more` replaces a filter."""
        whose = {"bucket": bucket.value, "engineers": "led" if self.is_led else "all"}
        return f"{_list()}?{urlencode({**whose, **self.kept, **more}, doseq=True)}"

    def unfiltered(self, bucket: Bucket, **more: str) -> str:
        """The list of what is so now, whatever is chosen."""
        return Links(kept={}, is_led=self.is_led).list_of(bucket, **more)

    def reported(self, bucket: Bucket, first: date | None, last: date | None, chosen: Chosen) -> str:
        """The list of those reported on these of the chosen days."""
        begin = max([day for day in (first, chosen.first) if day], default=None)
        end = min([day for day in (last, chosen.last) if day], default=None)
        kept = {name: values for name, values in self.kept.items() if name not in DAYS}
        said = {name: day.isoformat() for name, day in zip(DAYS, (begin, end), strict=True) if day}
        return Links(kept=kept, is_led=self.is_led).list_of(bucket, **said)

    def dashboard(self, first: date | None, last: date | None) -> str:
        """This page with other days."""
        kept = {name: values for name, values in self.kept.items() if name not in DAYS}
        said = {name: day.isoformat() for name, day in zip(DAYS, (first, last), strict=True) if day}
        query = urlencode({**kept, **said}, doseq=True)
        return f"{reverse('dashboard:page')}?{query}" if query else reverse("dashboard:page")


def _list() -> str:
    return reverse("admin:helpdesk_ticket_changelist")
