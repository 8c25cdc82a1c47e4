"""The fields in the sheet of filters, in the theme's looks: named by what they filter, and written without a form and its templates."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from unfold.contrib.filters.admin import DropdownFilter, MultipleDropdownFilter
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

TEMPLATE = "helpdesk/parts/filter.html"
ALL = ("", "All")
SELECTED = mark_safe(" selected")
INPUT, SELECT = " ".join(INPUT_CLASSES), " ".join([*SELECT_CLASSES, "unfold-admin-autocomplete", "admin-autocomplete"])
ONE_OF = mark_safe(
    '<div class="grow relative max-w-2xl">{}<span class="material-symbols-outlined absolute pointer-events-none mr-[12px]'
    ' right-0 text-base-400 top-1/2 dark:text-base-500 -translate-y-1/2">expand_more</span></div>'
)
"""The theme's arrow beside a choice of one."""


class OneFilter(DropdownFilter):
    """One of a list, in the words of its choices."""

    template = TEMPLATE

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        chosen = {str(self.value() or "")}
        yield {"field": format_html(ONE_OF, select(self, chosen)), **named(self.parameter_name, self.title)}

    @property
    def words(self) -> str:
        known = {str(value): str(label) for value, label in self.lookup_choices}
        return known.get(str(self.value() or ""), "")


class SomeFilter(MultipleDropdownFilter):
    """Some of a list."""

    template = TEMPLATE

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        chosen = {str(one) for one in self.value() or ()}
        yield {"field": select(self, chosen, many=True), **named(self.parameter_name, self.title)}


def named(name: str | None, title: str) -> dict[str, str]:
    """What stands over a field."""
    return {"name": str(name), "label": capfirst(str(title))}


def select(of: DropdownFilter, chosen: Collection[str], *, many: bool = False) -> SafeString:
    """The choices of a filter; a script of the theme makes a searchable list of them."""
    name = of.parameter_name
    return format_html(
        '<select name="{}" data-theme="admin-autocomplete" class="{}" id="id_{}"{}>{}</select>',
        name,
        SELECT,
        name,
        mark_safe(" multiple") if many else "",
        options([ALL, *of.lookup_choices], chosen),
    )


def options(choices: Iterable[tuple[Any, Any]], chosen: Collection[str]) -> SafeString:
    """All in one go, for there may be hundreds."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if str(value) in chosen else "", label) for value, label in choices),
    )


def day(name: str, typed: str) -> SafeString:
    """A day as it was typed."""
    return format_html(
        '<div class="max-w-2xl relative w-full"><input type="date" name="{}" value="{}" class="{}" id="id_{}"></div>',
        name,
        typed,
        INPUT,
        name,
    )
