"""The workflow calls what everybody calls, from pinned actions, with no more rights than reading (M52)."""

import re
import subprocess
import sys
from pathlib import Path

import yaml

from tests.house import documents
from tests.house.source import ROOT

WORKFLOW = ROOT / ".github" / "workflows" / "check.yml"
BIN = Path(sys.executable).parent
TEXT = WORKFLOW.read_text()


def commands() -> list[str]:
    return [step["run"] for job in yaml.safe_load(TEXT)["jobs"].values() for step in job["steps"] if "run" in step]


def test_follows_the_schema_and_every_job_has_its_time():
    for schema in ("vendor.github-workflows", "custom.github-workflows-require-timeout"):
        done = subprocess.run(
            [BIN / "check-jsonschema", "--builtin-schema", schema, WORKFLOW],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_actions_are_pinned_to_a_commit_and_say_which_version_it_is():
    uses = re.findall(r"uses: (.*)", TEXT)

    assert uses
    assert [one for one in uses if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


def test_it_reads_and_nothing_else():
    said = yaml.safe_load(TEXT)

    assert said["permissions"] == {"contents": "read"}
    assert [name for name, job in said["jobs"].items() if "permissions" in job] == []
    assert "secrets." not in TEXT
    assert "pull_request_target" not in TEXT
    assert TEXT.count("persist-credentials: false") == TEXT.count("actions/checkout@")


def test_nothing_a_stranger_writes_is_put_into_a_command():
    assert [command for command in commands() if "${{" in command] == []


def test_it_runs_what_ci_runs_and_what_the_makefile_has():
    assert "bash .ci/run" in commands()
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("exec make check")
    made = {word for command in commands() for word in re.findall(r"make ([a-z]+)", command)}
    assert made - documents.make_targets() == set()
