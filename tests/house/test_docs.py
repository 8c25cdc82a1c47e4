"""The pages keep up with the code: what they name exists, and what exists is named."""

import re
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from helpdesk import schedules
from helpdesk.management.commands import er_diagram, error_table
from helpdesk.notifications.registry import registered
from tests.house import documents
from tests.house.source import ROOT
from workflow.audience import Kind

RULES = {
    *(f"P{n}" for n in range(1, 10)),
    *(f"T{n}" for n in range(1, 7)),
    *(f"A{n}" for n in range(1, 8)),
    *(f"C{n}" for n in range(1, 11)),
    "R1",
    *(f"X{n}" for n in range(1, 5)),
    *(f"E{n}" for n in range(1, 5)),
    "S1",
    "S2",
    *(f"N{n}" for n in range(1, 6)),
    *(f"F{n}" for n in range(1, 8)),
    "B01",
    "B02",
    "B03",
    "B04",
    "B05",
    "B06",
}
RULES_PAGE = documents.DOCS / "rules.md"
CONFIGURATION = documents.DOCS / "configuration.md"
RUNBOOK = documents.DOCS / "runbook.md"
OURS = {"helpdesk", "reports", "workflow", "storage", "demo"}
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "PATH"}


def first_words(rows: list[list[str]]) -> set[str]:
    return {re.sub(r"[`*]", "", cells[0]).split()[0] for cells in rows}


def rule_rows() -> list[list[str]]:
    return documents.rows(RULES_PAGE, "Held and proved")


def test_every_rule_is_held_and_proved():
    named = [cells[0] for cells in rule_rows()]

    assert set(named) == RULES
    assert len(named) == len(RULES)


@pytest.mark.parametrize("cells", rule_rows(), ids=lambda cells: cells[0])
def test_rule_names_a_function_and_a_test_that_names_the_rule(cells):
    rule, _, functions, tests = cells

    held_by = documents.REFERENCE.findall(functions)
    assert held_by, f"{rule} names no function"
    assert [name for _, name in held_by if name.startswith("test_")] == [], f"a test holds no rule: {rule}"
    assert documents.missing_names(functions) == []
    proofs = documents.REFERENCE.findall(tests)
    assert proofs, f"{rule} names no test"
    assert documents.missing_names(tests) == []
    assert [name for _, name in proofs if not name.split(".")[-1].startswith("test_")] == []
    silent = [path for path, _ in proofs if not documents.speaks_of(rule, (ROOT / path).read_text())]
    assert silent == [], f"no word of {rule}"


@pytest.mark.parametrize("document", documents.pages(), ids=lambda document: str(document.relative_to(ROOT)))
def test_page_names_only_what_exists(document: Path):
    assert documents.missing_names(document.read_text()) == []
    assert list(documents.broken_links(document)) == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_commands_are_targets_of_the_makefile(name: str):
    said = documents.make_commands(ROOT / name)

    assert said
    assert said - documents.make_targets() == set()


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) < 80


def test_every_environment_variable_is_documented_and_no_other():
    documented = first_words(documents.rows(CONFIGURATION, "Environment")) | first_words(
        documents.rows(CONFIGURATION, "Tests and demo")
    )

    assert documented - NOT_OURS == documents.environment_variables() - NOT_OURS


def test_every_management_command_is_documented_and_no_other():
    assert first_words(documents.rows(CONFIGURATION, "Commands")) == documents.management_commands()


def test_every_schedule_is_in_the_runbook():
    assert first_words(documents.rows(RUNBOOK, "Schedules")) == {entry.name for entry in schedules.TABLE}


def test_every_mail_is_described_once():
    described = [re.sub(r"`", "", cells[0]) for cells in documents.rows(RULES_PAGE, "Mails")]

    assert sorted(described) == sorted(kind.value for kind in Kind)
    assert set(registered()) <= set(Kind)


def test_tables_page_equals_the_models():
    assert (documents.DOCS / "er.md").read_text() == er_diagram.page(), "run make docs"


def test_errors_page_equals_the_errors():
    assert (documents.DOCS / "errors.md").read_text() == error_table.page(), "run make docs"


def test_openapi_document_equals_the_code():
    written = yaml.safe_load((documents.DOCS / "openapi.yaml").read_text())
    out = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)

    assert written == yaml.safe_load(out.getvalue()), "run make openapi"


def test_no_model_without_its_migration():
    loader = MigrationLoader(None)
    found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)

    assert {app: [migration.operations for migration in found[app]] for app in found if app in OURS} == {}
