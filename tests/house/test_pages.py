"""Every page can be followed: its links and anchors lead somewhere, its files are there, its commands run."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.db.models import NOT_PROVIDED
from django.urls import reverse

from helpdesk.models import ApplicationCatalog, DeskSettings
from project.settings.base import MAIL_PROVIDERS
from tests.house import documents, markdown
from tests.house.source import ROOT
from workflow.roles import Role

README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
DOCS = documents.DOCS
DECISIONS = DOCS / "decisions"
FORBIDDEN = {"utils.py", "helpers.py", "manager.py"}
"""Names that STYLE.md gives so that no file gets them."""
ABOUT = re.compile(r"^(LINEUP|ENTRA|S3|EMAIL|SENDGRID)_[A-Z0-9_]+$")
"""Words in code that can only be environment variables of ours."""
PAGES = documents.pages()
MINUTES = ("resolution_", "triage_", "acceptance_")
SHIPPED: dict[object, str] = {True: "on", False: "off", NOT_PROVIDED: "none"}
"""How a page says what a new desk has."""
PARTS = re.compile(r"^\*\*(\w+)\.\*\*", re.MULTILINE)
EACH_DECISION = ["Context", "Choice", "Price"]
KINDS = {"Fix", "Docs", "Maintenance"}
"""How an entry of the changelog begins that is not a new capability; names of pages stand in bold or code."""
CHECKLISTS = ("A new rule", "A mail", "A transition", "An act on the staff desk", "An endpoint")


def by_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("`workflow/nothing.py`", ["workflow/nothing.py"]),
        ("`pytest tests/nothing::test_it`", ["tests/nothing"]),
        ("`helpdesk/*.nothing`", ["helpdesk/*.nothing"]),
        ("`no-such-page.md`", ["no-such-page.md"]),
        ("`workflow/lineup.py`, `desk.css`, `helpdesk/services/`, `docs/s3/*.json`, `.local/x.env`", []),
        ("`helpdesk/templates/<kind>.txt`, `application/problem+json`, `/api/tickets/`, `people.csv`", []),
        ("```\nworkflow/nothing.py\n```", []),
    ],
)
def test_missing_files_are_found_and_nothing_else(text, missing):
    assert list(markdown.missing_files(text)) == missing


def test_broken_links_are_found_and_nothing_else(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# One `two`, three\n\n## Again\n\n## Again\n\n"
        "[a](page.md) [b](#one-two-three) [c](page.md#again-1) [d](https://corp.example/x) `[e](none.md)`\n\n"
        "[f](none.md) [g](#none) [h](page.md#again-2)\n"
    )

    assert list(markdown.broken_links(page)) == [
        "none.md: no such file",
        "#none: no such heading",
        "page.md#again-2: no such heading",
    ]


@pytest.mark.parametrize("document", PAGES, ids=by_name)
def test_every_link_leads_to_a_page_and_a_heading(document):
    assert list(markdown.broken_links(document)) == []


@pytest.mark.parametrize("document", PAGES, ids=by_name)
def test_every_file_named_is_there(document):
    assert set(markdown.missing_files(document.read_text())) - FORBIDDEN == set()


@pytest.mark.parametrize("document", PAGES, ids=by_name)
def test_every_command_named_exists(document):
    text = document.read_text()

    assert markdown.make_commands(text) - documents.make_targets() == set()
    assert markdown.manage_commands(text) - documents.management_commands() - set(get_commands()) == set()


@pytest.mark.parametrize("document", PAGES, ids=by_name)
def test_every_variable_named_is_read_by_the_code(document):
    named = {word for word in re.findall(r"`([A-Z0-9_]+)", document.read_text()) if ABOUT.match(word)}

    assert named - documents.environment_variables() == set()


def test_readme_gives_the_two_commands_as_they_stand():
    commands = markdown.fenced_lines(README.read_text())

    assert commands == ["make demo", "make test"]
    assert {command.split()[1] for command in commands} <= documents.make_targets()


def test_readme_has_a_picture_and_leads_to_the_pages():
    text = README.read_text()

    assert re.search(r"!\[[^\]]+\]\(docs/screens/[\w-]+\.png\)", text)
    assert "docs/README.md" in markdown.links(README)


def test_readme_names_every_folder():
    named = {cells[0].strip("`/") for cells in documents.rows(README, "Where things are")}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}

    assert named == folders


def test_the_index_names_every_page_once():
    named = [target.split("/")[0] for target in markdown.links(DOCS / "README.md")]
    pages = {path.name for path in DOCS.glob("*.md")} - {"README.md"}
    folders = {path.parent.name for path in DOCS.glob("*/README.md")}

    assert sorted(name for name in named if not name.startswith("..")) == sorted(pages | folders | {"openapi.yaml"})


def test_the_index_of_decisions_is_whole_in_order_and_says_their_titles():
    pages = sorted(DECISIONS.glob("[0-9]*.md"))
    rows = re.findall(r"^\| \[(\d+)\]\(([\w.-]+)\) \| (.+) \|$", (DECISIONS / "README.md").read_text(), re.MULTILINE)

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    assert [(int(number), name) for number, name, _ in rows] == [(int(page.name[:4]), page.name) for page in pages]
    assert [(name, title) for _, name, title in rows] == [
        (page.name, re.sub(r"^# (\d+\. )?", "", page.read_text().splitlines()[0])) for page in pages
    ]


def test_every_decision_says_what_it_was_about_what_was_chosen_and_what_it_costs():
    pages = {page.name: page.read_text() for page in DECISIONS.glob("[0-9]*.md")}

    assert {name: found for name, text in pages.items() if (found := PARTS.findall(text)) != EACH_DECISION} == {}


def test_the_changelog_begins_with_what_is_not_released_and_each_entry_is_a_sentence():
    text = (ROOT / "CHANGELOG.md").read_text()
    entries = re.findall(r"^- (.+(?:\n  .+)*)", text, re.MULTILINE)

    assert re.findall(r"^## (.+)", text, re.MULTILINE)[0] == "Unreleased"
    assert len(entries) > 20
    assert [entry for entry in entries if not entry.endswith(".")] == []
    assert [entry for entry in entries if (kind := re.match(r"(\w+): ", entry)) and kind[1] not in KINDS] == []


@pytest.mark.parametrize("checklist", CHECKLISTS)
def test_every_step_of_a_checklist_names_a_file_and_the_list_the_tests_that_remind(checklist):
    steps = [step for heading, step in markdown.steps(CONTRIBUTING) if heading == checklist]

    assert len(steps) >= 5
    assert [
        step
        for step in steps
        if not re.search(r"`[\w./<>*-]+/[\w./<>*-]*`|`[\w/.]+\.(py|md)(::\w+)?`|`make \w+`", step)
    ] == []
    assert sum("test_" in step for step in steps) >= 3


def test_every_mail_provider_has_its_set_up():
    said = {re.sub(r"[`*]", "", cells[0]) for cells in documents.rows(DOCS / "mail.md", "Choose a provider")}

    assert said == set(MAIL_PROVIDERS)


def test_the_set_up_of_entra_names_every_variable_address_and_role():
    text = (DOCS / "entra.md").read_text()
    variables = {
        word for row in documents.rows(DOCS / "entra.md", "What goes where") for word in re.findall(r"`(\w+)`", row[2])
    }
    shipped = {row["app_role"] for row in json.loads((ROOT / "fixtures" / "role_mapping.json").read_text())}

    assert variables == {name for name in documents.environment_variables() if name.startswith("ENTRA_")}
    assert f"`https://lineup.corp.example{reverse('social:complete', args=['entra'])}`" in text
    assert f"`https://lineup.corp.example{reverse('sign-in')}`" in text
    assert set(re.findall(r"^ +\| .+ \| `(Lineup\.\w+)` \|", text, re.MULTILINE)) == shipped


def test_what_admins_set_stands_with_what_is_shipped():
    said: dict[str, str] = {}
    for what, shipped, _ in documents.rows(DOCS / "configuration.md", "In the desk itself"):
        names = re.findall(r"`(\w+)`", what)
        said |= dict(zip(names, re.sub(r" min$|:.*", "", shipped).split(", "), strict=True))
    of_applications = ApplicationCatalog._meta.get_fields()
    minutes = {field.name: str(field.default) for field in of_applications if field.name.startswith(MINUTES)}
    switches = {field.name: SHIPPED.get(field.default, str(field.default)) for field in DeskSettings._meta.fields}

    assert said == minutes | {name: switches[name] for name in switches if name != "id"}


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_role_has_its_column(role: Role):
    table = (DOCS / "roles.md").read_text().split("## What each role may do")[1]

    assert f"| {role.label} |" in next(line for line in table.splitlines() if line.startswith("|"))
