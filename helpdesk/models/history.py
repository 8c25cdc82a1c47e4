"""The field history of a table, as cheap as it can be told."""

from functools import cache
from typing import Any

from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


class _MadeOnce(HistoryManager):
    """The library makes a new class each time somebody names the history, so also with every save: a sixteenth of an act's time."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class History(HistoricalRecords):
    """Every save of a row is kept with its moment and who did it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(history_manager=_MadeOnce, **options)
