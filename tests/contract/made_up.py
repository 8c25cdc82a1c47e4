"""schemathesis as a program of its own: calls made up from the OpenAPI document, right ones and wrong ones, each answer held against it."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpdesk.api.schema import NO_NUL
from tests.access.calls import DOCUMENT
from tests.serving import CHECKOUT

PROGRAM = Path(sys.executable).parent / "st"
HOOKS = "tests.contract.hooks"
OFTEN = 0.8
"""How often a place that can be filled with something known is; the rest is made up."""
NAMED: Mapping[str, str] = {
    "path.ticket": "tickets",
    "path.engineer": "engineers",
    "path.user": "people",
    "path.extension": "requests",
    "path.attachment_id": "attachments",
    "query.application": "applications",
    "query.assignee": "engineers",
    "header.If-Match": "versions",
    "body.application": "applications",
    "body.assignee_id": "engineers",
    "body.attachment_id": "attachments",
    "body.case_id": "cases",
    "body.repeats": "cases",
    "body.order[*]": "cases",
    "body.resolution_minutes": "minutes",
    "body.extra_minutes": "minutes",
}
"""Where something known can stand, and of which kind."""
REFUSES_WRONG = ("400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "428")
REFUSES_RIGHT = ("2xx", "401", "403", "404", "409", "412", "413", "415", "422", "428")
"""A call that the document allows may still be against a rule (413 and 415 of a file too), stale, or about nothing.

It is never not well-formed, but for what hooks.py names."""


@dataclass(frozen=True)
class Effort:
    """How much is tried: calls of each kind and operation, fewer of who is refused at every door."""

    examples: int
    of_strangers: int
    phases: Sequence[str]
    seed: int


@dataclass(frozen=True)
class Found:
    """How a run ended, what it printed, and how often each status was answered."""

    held: bool
    said: str
    statuses: Counter[int]


def settings(known: Mapping[str, Sequence[Any]], effort: Effort, examples: int) -> str:
    """The program's settings, as TOML (JSON's texts, numbers and lists are TOML's too)."""
    lines = [
        f"seed = {effort.seed}",
        f'hooks = "{HOOKS}"',
        "continue-on-failure = true",
        "[generation]",
        f"max-examples = {examples}",
        "allow-x00 = false",
        "database = 'none'",
        "[checks.positive_data_acceptance]",
        f"expected-statuses = {json.dumps(REFUSES_RIGHT)}",
        "[checks.negative_data_rejection]",
        f"expected-statuses = {json.dumps(REFUSES_WRONG)}",
        "[checks.missing_required_header]",
        f"expected-statuses = {json.dumps(REFUSES_WRONG)}",
        "[parameters]",
    ]
    for place, kind in NAMED.items():
        lines.append(f'"{place}" = {{ dictionary = "{kind}", probability = {OFTEN} }}')
    for kind, values in known.items():
        lines += [f"[dictionaries.{kind}]", f"values = {json.dumps(list(values))}"]
    return "\n".join(lines)


def run(
    url: str, token: str, known: Mapping[str, Sequence[Any]], effort: Effort, folder: Path, *, is_stranger: bool
) -> Found:
    """Call the whole API as whoever holds the token, or as nobody."""
    examples = effort.of_strangers if is_stranger else effort.examples
    (folder / "schemathesis.toml").write_text(settings(known, effort, examples))
    report, document = folder / "events.ndjson", folder / DOCUMENT.name
    document.write_text(without_nul_patterns(DOCUMENT.read_text()))
    command = [str(PROGRAM), "--config-file", str(folder / "schemathesis.toml"), "run", str(document), "--url", url]
    signed_in = ["--header", f"Authorization: Bearer {token}"] if token else ["--exclude-checks", "ignored_auth"]
    done = subprocess.run(
        [*command, "--phases", ",".join(effort.phases), "--report-ndjson-path", str(report), *signed_in],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Found(done.returncode == 0, done.stdout + done.stderr, statuses_of(report))


def without_nul_patterns(document: str) -> str:
    """The document without the word that a text holds no NUL: no call that is made up holds one, and made up by a pattern they
    took eight times as long. That NUL is refused is told by `tests/access/test_hostile_calls.py`.
    """
    return "".join(line for line in document.splitlines(keepends=True) if line.strip() != f"pattern: {NO_NUL}")


def statuses_of(report: Path) -> Counter[int]:
    """How often each status was answered, from the program's own record of its calls."""
    found: Counter[int] = Counter()
    for line in report.read_text().splitlines():
        _count(json.loads(line), found)
    return found


def _count(event: Any, found: Counter[int]) -> None:
    if isinstance(event, dict):
        if isinstance(event.get("status_code"), int):
            found[event["status_code"]] += 1
        for value in event.values():
            _count(value, found)
    elif isinstance(event, list):
        for value in event:
            _count(value, found)
