"""The fields in the sheet of filters, in the theme's looks: named by what they filter, and written without a form and its templates."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from unfold.contrib.filters.admin import DropdownFilter, MultipleDropdownFilter
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

TEMPLATE = "helpdesk/parts/filter.html"
ALL = ("", "All")
NO_CHOICE = "There is no such choice."
SELECTED, MANY, INVALID = mark_safe(" selected"), mark_safe(" multiple"), mark_safe(' aria-invalid="true"')
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
        chosen = str(self.value() or "")
        wrong = [NO_CHOICE] if chosen and chosen not in {str(value) for value, _label in self.lookup_choices} else []
        yield field(self.parameter_name, self.title, format_html(ONE_OF, select(self, {chosen}, wrong=wrong)), wrong)

    @property
    def words(self) -> str:
        known = {str(value): str(label) for value, label in self.lookup_choices}
        return known.get(str(self.value() or ""), "")


class SomeFilter(MultipleDropdownFilter):
    """Some of a list; `wrong` says what is amiss with those chosen."""

    template = TEMPLATE
    wrong: Sequence[str] = ()

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        chosen = {str(one) for one in self.value() or ()}
        yield field(self.parameter_name, self.title, select(self, chosen, wrong=self.wrong, many=True), self.wrong)


def field(name: str | None, title: str, control: SafeString, wrong: Sequence[str]) -> dict[str, Any]:
    """One field with what stands over it and below."""
    return {"name": str(name), "label": capfirst(str(title)), "control": control, "errors": wrong}


def select(of: DropdownFilter, chosen: Collection[str], *, wrong: Sequence[str], many: bool = False) -> SafeString:
    """The choices of a filter; a script of the theme makes a searchable list of them."""
    name = of.parameter_name
    return format_html(
        '<select name="{}" data-theme="admin-autocomplete" class="{}" id="id_{}"{}{}>{}</select>',
        name,
        SELECT,
        name,
        INVALID if wrong else "",
        MANY if many else "",
        options([ALL, *of.lookup_choices], chosen),
    )


def options(choices: Iterable[tuple[Any, Any]], chosen: Collection[str]) -> SafeString:
    """All in one go, for there may be hundreds."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if str(value) in chosen else "", label) for value, label in choices),
    )


def day(name: str, typed: str, *, wrong: Sequence[str]) -> SafeString:
    """A day as it was typed."""
    return format_html(
        '<div class="max-w-2xl relative w-full"><input type="date" name="{}" value="{}" class="{}" id="id_{}"{}></div>',
        name,
        typed,
        INPUT,
        name,
        INVALID if wrong else "",
    )
