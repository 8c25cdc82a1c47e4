"""The house rules that no linter knows: each checker is shown to catch its case, then run over the whole house."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import source

LONGEST = 300
LONGEST_SHEET = 400
STYLE_SHEETS = source.ROOT / "helpdesk" / "static" / "helpdesk"
LONG_FILES: dict[str, str] = {
    "workflow/facts.py": "one small class a fact; all that can happen to a ticket stands on one page",
    "tests/flows/screens.py": "one line a picture and the few steps that lead to it; the list is read as a whole",
}
"""Files over 300 lines, each with the reason why a split would make them harder to read."""

OWN_CLOCK: dict[str, str] = {
    "helpdesk/clock.py": "it is the clock",
    "helpdesk/schedules.py": "the rows of django-q2 live by real time, also in the demo",
    "helpdesk/services/limits.py": "a minute of calls is a minute of the world, counted by the database in the statement itself",
    "helpdesk/sso/sessions.py": "sessions live by real time like their cookies, also in the demo",
}
"""Files that read a clock themselves, each with the reason."""

OTHER_STATUSES: dict[str, str] = {
    "helpdesk/services/kept_answers.py": "the HTTP status of an answer that is kept, which no state machine has",
}
"""Files that write another status than that of a ticket, each with the reason."""

OWN_DUE_TIMES: dict[str, str] = {
    "workflow/reminders.py": "the reminder lead is wall-clock time (C10)",
}
"""Files that add a span of the clock to a planned time, each with the reason."""

ASK_OUTSIDE = {"helpdesk/services/bucket.py"}
"""The door to S3; the services of files use it between transactions."""

READ_ONLY_ACTIONS: dict[str, str] = {
    "sheet": "opens the page of people as a sheet; what it sends and takes are forms of that page, by POST",
}
"""Buttons without a dialog, each with the reason why a GET may do it."""

CASES: list[tuple[source.Checker, str, str]] = [
    (
        source.status_updates,
        "Ticket.objects.filter(pk=1).update(status='resolved')",
        "Ticket.objects.filter(pk=1).update(title='x')",
    ),
    (source.status_updates, "T.objects.bulk_update(found, ['status'])", "T.objects.bulk_update(found, ['place'])"),
    (source.inline_imports, "def f():\n    import json", "import json\ndef f(): pass"),
    (source.own_clocks, "timezone.now()", "clock.now()"),
    (
        source.own_clocks,
        "from datetime import datetime\nx = datetime.now(tz=UTC)",
        "x = datetime(2026, 1, 1, tzinfo=UTC)",
    ),
    (
        source.own_clocks,
        "run('SELECT 1 WHERE due < now()')",
        "'''Never now() in SQL.'''\nrun('SELECT 1 WHERE due < %s')",
    ),
    (source.own_clocks, "f(made=DateTimeField(auto_now_add=True))", "f(made=DateTimeField())"),
    (source.own_due_times, "x = slot.due_at + timedelta(minutes=5)", "x = time.add(slot.due_at, 5)"),
    (source.own_due_times, "x = timedelta(minutes=5) + starts_at", "x = resolved_at - one.due_at"),
    (source.signals, "from django.db.models.signals import post_save", "from django.db.models import Model"),
    (
        source.get_actions,
        "@action(permissions=['x'])\ndef f(): pass",
        "@action(permissions=['x'], dialog={})\ndef f(): pass",
    ),
    (source.get_actions, "@admin.action(dialog={})\ndef f(): pass", "@display(description='x')\ndef f(): pass"),
    (source.reaching_out, "from storage import s3", "from storage import keys"),
    (source.reaching_out, "import urllib.request", "import json"),
    (
        source.outside_in_transaction,
        "def f():\n    of_desk().head()\n\n@transaction.atomic\ndef g():\n    f()",
        "def f():\n    of_desk().head()\n    with transaction.atomic():\n        g()",
    ),
    (source.inline_in_page, "<script>go()</script>", "<script src='/static/go.js' defer></script>"),
    (source.inline_in_page, "<p style='color: red'>x</p>", "<p class='late'>x</p>"),
    (source.inline_in_page, "<button onclick='go()'>x</button>", "<button type='submit'>x</button>"),
    (source.inline_in_page, "<style>p { color: red }</style>", "<link rel='stylesheet' href='/static/lineup.css'>"),
]


@pytest.mark.parametrize(("checker", "bad", "good"), CASES)
def test_checker_catches_its_case_and_nothing_else(checker, bad, good):
    assert list(checker(bad))
    assert list(checker(good)) == []


def test_floors_are_kept():
    program = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run([str(program)], cwd=source.ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-3000:]


def test_status_is_written_by_transitions_only():
    found = source.findings(source.sources(*source.PACKAGES), source.status_updates)

    assert [line for line in found if line.split(":")[0] not in OTHER_STATUSES] == []
    assert {line.split(":")[0] for line in found} == set(OTHER_STATUSES), "OTHER_STATUSES names a file that writes none"


def test_no_import_inside_a_function():
    assert source.findings(source.sources(*source.PACKAGES, "tests", tests=True), source.inline_imports) == []


def test_one_clock():
    found = source.findings(source.sources("workflow", "storage", "helpdesk", "reports"), source.own_clocks)

    assert [line for line in found if line.split(":")[0] not in OWN_CLOCK] == []
    assert {line.split(":")[0] for line in found} == set(OWN_CLOCK), "OWN_CLOCK names a file that reads no clock"


def test_planned_times_are_reckoned_in_working_time_only():
    found = source.findings(source.sources("workflow", "helpdesk", "reports"), source.own_due_times)

    assert {line.split(":")[0] for line in found} == set(OWN_DUE_TIMES), found


def test_no_signals_for_our_own_rules():
    assert source.findings(source.sources(*source.PACKAGES), source.signals) == []


def test_every_button_of_the_desk_is_a_posted_dialog_with_a_permission():
    found = source.findings(source.sources("helpdesk/admin", "reports"), source.get_actions)

    assert [line for line in found if line.split()[2] not in READ_ONLY_ACTIONS] == []


def test_services_talk_to_nobody_but_the_database():
    found = source.findings(source.sources("helpdesk/services"), source.reaching_out)

    assert {line.split(":")[0] for line in found} == ASK_OUTSIDE


def test_the_services_of_files_ask_nobody_inside_a_transaction():
    assert source.findings(source.sources("helpdesk/services"), source.outside_in_transaction) == []


def test_pages_carry_no_script_and_no_style():
    assert source.findings(source.templates(), source.inline_in_page) == []


def test_modules_stay_short():
    lengths = {
        str(path.relative_to(source.ROOT)): len(path.read_text().splitlines())
        for path in source.sources(*source.PACKAGES, "tests", tests=True)
    }
    long = {name for name, length in lengths.items() if length > LONGEST}

    assert long == set(LONG_FILES), "split it, or give the reason in LONG_FILES; or take out a reason no longer needed"


def test_style_sheets_stay_short():
    lengths = {path.name: len(path.read_text().splitlines()) for path in STYLE_SHEETS.glob("*.css")}

    assert lengths
    assert {name: length for name, length in lengths.items() if length > LONGEST_SHEET} == {}


def test_no_drawer_for_odds_and_ends():
    drawers = {"utils.py", "helpers.py", "manager.py", "common.py", "misc.py"}

    assert [p for p in source.sources(*source.PACKAGES, "tests", tests=True) if p.name in drawers] == []
