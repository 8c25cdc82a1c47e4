"""The summary of the desk: the six numbers with the filters they were counted under (rules 8)."""

from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk.models import User
from helpdesk.selectors import numbers
from helpdesk.selectors.numbers import Chosen
from workflow.compliance import compliance
from workflow.states import Number


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Five counts and the compliance made of two of them; None where nothing has been decided."""

    counts: Mapping[Number, int]
    sla_compliance: float | None


def summary(user: User, chosen: Chosen) -> Summary:
    """The numbers of the tickets this person is told of; the list behind each is `numbers.tickets_of`."""
    return summary_of(numbers.counts(user, chosen))


def summary_of(counts: Mapping[Number, int]) -> Summary:
    """The same of tickets that were counted already."""
    return Summary(
        counts=counts,
        sla_compliance=compliance(counts[Number.RESOLVED_ON_TIME], counts[Number.BREACHED]),
    )
