"""What narrows a prepared report, in words."""

from django import template

from reports.exports.filters import Filters
from reports.models import ReportRun

register = template.Library()


@register.filter
def filters_in_words(run: ReportRun) -> str:
    """ "Tickets: All open, Priorities: High"; everything where nothing narrows it."""
    chosen = Filters.read(run.filters).in_words()
    return ", ".join(f"{name}: {words}" for name, words in chosen) or "Everything"
