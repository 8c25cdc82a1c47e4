"""The Dockerfile keeps its promises: small, pinned, hashed, nobody's root, no secret, no shell where none is needed (M52, W11)."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from dockerfile_parse import DockerfileParser

from tests.house.source import ROOT

BIN = Path(sys.executable).parent
SECRETS = re.compile(r"SECRET|PASSWORD|TOKEN|_KEY|DATABASE_URL", re.IGNORECASE)


def steps() -> list[dict[str, str]]:
    """The instructions in order, each with its stage."""
    parsed = DockerfileParser(path=str(ROOT / "Dockerfile"), cache_content=True).structure
    found, stage = [], ""
    for step in parsed:
        if step["instruction"] == "FROM":
            stage = step["value"].rsplit(" AS ", 1)[-1]
        found.append({"stage": stage, "do": step["instruction"], "what": step["value"]})
    return found


def of(stage: str, instruction: str) -> list[str]:
    return [step["what"] for step in steps() if step["stage"] == stage and step["do"] == instruction]


def test_linter_has_nothing_to_say():
    done = subprocess.run(
        [BIN / "hadolint", "--config", ".hadolint.yaml", "Dockerfile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_linter_is_awake(tmp_path):
    careless = tmp_path / "Dockerfile"
    careless.write_text("FROM python:latest\nRUN pip install django\n")

    done = subprocess.run([BIN / "hadolint", careless], capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "DL3007" in done.stdout


def test_base_is_one_argument_with_a_whole_version():
    base = next(step["what"] for step in steps() if step["do"] == "ARG")
    stages = [step["what"] for step in steps() if step["do"] == "FROM"]

    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.11\.\d+-slim-[a-z]+", base)
    assert {stage.split(" AS ")[0] for stage in stages} == {"${PYTHON_IMAGE}", "desk"}


def test_packages_are_installed_by_hash_and_as_wheels_only():
    install = next(line for line in of("build", "RUN") if '"pip"' in line)

    for promise in ("--require-hashes", "--no-deps", "--only-binary", "requirements/base.txt"):
        assert promise in install


def test_static_files_are_collected_when_the_image_is_made():
    assert any("collectstatic" in line for line in of("build", "RUN"))


@pytest.mark.parametrize("stage", ["desk", "backup"])
def test_nobody_runs_as_root(stage: str):
    assert of(stage, "USER")[-1] == "10001:10001"


def test_health_is_asked_by_python():
    assert of("desk", "HEALTHCHECK")[0].endswith('CMD ["python", "-m", "project.probe", "web"]')


def test_no_secret_and_no_value_of_an_installation_is_in_the_image():
    named = [step["what"] for step in steps() if step["do"] in {"ARG", "ENV", "LABEL"}]

    assert [line for line in named if SECRETS.search(line)] == []


def test_the_desk_is_made_without_a_shell():
    commands = [
        line
        for stage in ("build", "desk", "lineup")
        for kind in ("RUN", "CMD", "ENTRYPOINT")
        for line in of(stage, kind)
    ]

    assert commands
    assert [line for line in commands if not line.startswith("[")] == []


def test_last_stage_is_the_desk():
    assert steps()[-1] == {"stage": "lineup", "do": "FROM", "what": "desk AS lineup"}


def test_only_what_is_named_goes_into_the_image():
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]

    assert lines[0] == "*"
    assert {line[1:].split("/")[0] for line in lines if line.startswith("!")} == {
        "requirements", "manage.py", "project", "reports", "helpdesk", "workflow", "storage", "deploy",
    }  # fmt: skip
    assert {"project/demo", "project/settings/demo.py", "project/settings/test.py", "**/tests"} <= set(lines)
