"""`manage.py er_diagram`: the tables of the desk as a Mermaid diagram, made from the models so that it cannot drift."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser
from django.db import models
from simple_history.models import HistoricalChanges

APP = "helpdesk"
INTRODUCTION = """# Tables

Generated from the models by `make docs`; a test compares this page with the code. Field history (`Historical...`) stands beside
the tables it follows and is left out.
"""
TYPES = {
    "BigAutoField": "bigint",
    "BooleanField": "boolean",
    "CharField": "text",
    "DateField": "date",
    "DateTimeField": "timestamptz",
    "EmailField": "text",
    "FSMField": "text",
    "ForeignKey": "bigint",
    "JSONField": "json",
    "OneToOneField": "bigint",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "integer",
    "PositiveBigIntegerField": "bigint",
    "SlugField": "text",
    "TextField": "text",
    "URLField": "text",
    "UUIDField": "uuid",
}


def tables() -> list[type[models.Model]]:
    """Our models by name, without the copies that field history keeps."""
    ours = apps.get_app_config(APP).get_models()
    return sorted((m for m in ours if not issubclass(m, HistoricalChanges)), key=lambda m: m.__name__)


def columns(model: type[models.Model]) -> Iterator[str]:
    """One line per column: type, name, key."""
    for column in model._meta.concrete_fields:
        stored = column.output_field if isinstance(column, models.GeneratedField) else column
        kind = TYPES.get(type(stored).__name__, type(stored).__name__.removesuffix("Field").lower())
        keys = ",".join(
            key
            for key, holds in (
                ("PK", column.primary_key),
                ("FK", column.is_relation),
                ("UK", column.unique and not column.primary_key),
            )
            if holds
        )
        yield f"        {kind} {column.column} {keys}".rstrip()


def relations(model: type[models.Model]) -> Iterator[str]:
    """One line per reference to another table of ours, read from the referred to the referring one."""
    shown = {table.__name__ for table in tables()}
    for column in (*model._meta.concrete_fields, *model._meta.local_many_to_many):
        target: Any = column.related_model
        if target is None or target.__name__ not in shown:
            continue
        yield f"    {target.__name__} {_line(column)} {model.__name__} : {column.name}"


def _line(column: Any) -> str:
    """The crow's foot: how many of each end there can be."""
    if column.many_to_many:
        return "}o--o{"
    one = "|o" if column.null else "||"
    return f"{one}--o|" if column.one_to_one else f"{one}--o{{"


def refusals(model: type[models.Model]) -> Iterator[str]:
    """What the database itself refuses, by the names of the constraints."""
    for constraint in sorted(model._meta.constraints, key=lambda c: c.name):
        kind = "unique" if isinstance(constraint, models.UniqueConstraint) else "check"
        yield f"| {model.__name__} | {constraint.name} | {kind} |"


def page() -> str:
    """The whole of docs/er.md."""
    lines = [INTRODUCTION, "```mermaid", "erDiagram"]
    for model in tables():
        lines += [f"    {model.__name__} {{", *columns(model), "    }"]
    for model in tables():
        lines += relations(model)
    lines += ["```", "", "## Names in the database", "", "| model | table | kept as |", "|---|---|---|"]
    for model in tables():
        lines.append(f"| {model.__name__} | {model._meta.db_table} | {'table' if model._meta.managed else 'view'} |")
    lines += ["", "## What the database refuses by itself", "", "| model | constraint | kind |", "|---|---|---|"]
    for model in tables():
        lines += refusals(model)
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    """Print the diagram, or write it to a file."""

    help = "The tables of the desk as a Mermaid diagram."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="Write the page to this file instead of printing it.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["output"]:
            options["output"].write_text(page())
        else:
            self.stdout.write(page(), ending="")
