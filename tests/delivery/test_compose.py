"""compose.yaml: every value from one file, every setting reachable, nobody with more rights than its work needs (M52, W11)."""

import re
import secrets
import subprocess
import sys
import uuid
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from project.settings import safety
from tests.house import documents
from tests.house.source import ROOT

BIN = Path(sys.executable).parent
DESK = ("migrate", "web", "cluster", "backup")
SET_HERE = {"LINEUP_PROXIES", "LINEUP_DATABASE_APP_ROLE", "DATABASE_URL"}
"""What compose.yaml knows by itself, because it made it so."""
RIGHT_IN_THE_IMAGE = {"LINEUP_WEB_PORT", "PROMETHEUS_MULTIPROC_DIR"}
"""What nobody needs to change in a container."""


@cache
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"][name]
    return found


def asked_for(text: str) -> set[str]:
    return set(re.findall(r"\$\{([A-Z0-9_]+)", text))


def examples() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_follows_the_specification():
    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


def test_what_breaks_the_specification_is_seen(tmp_path):
    wrong = tmp_path / "compose.yaml"
    wrong.write_text("services:\n  web:\n    image: x\n    read_onyl: true\n")

    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", wrong], capture_output=True, check=False
    )

    assert done.returncode != 0


def test_the_example_file_has_every_value_and_no_other():
    assert set(examples()) == asked_for((ROOT / "compose.yaml").read_text())


def test_the_example_file_filled_in_is_fit_for_production():
    """As the guide says to fill it in: then web and clusters start."""
    mine = {
        "LINEUP_SECRET_KEY": secrets.token_urlsafe(50),
        "ENTRA_TENANT_ID": str(uuid.uuid4()),
        "ENTRA_CLIENT_ID": str(uuid.uuid4()),
        "ENTRA_API_AUDIENCE": str(uuid.uuid4()),
        "ENTRA_CLIENT_SECRET": secrets.token_urlsafe(32),
        "S3_BUCKET": "lineup-files",
        "EMAIL_HOST": "smtp.corp.example",
        "LINEUP_APP_PASSWORD": secrets.token_urlsafe(32),
    }
    values = examples() | mine
    reached = service("web")["environment"]

    told = {name: re.sub(r"\$\{(\w+):[^}]*\}", lambda found: values[found[1]], said) for name, said in reached.items()}

    assert safety.check(told) is None


def test_the_example_file_holds_no_secret():
    secret = re.compile(r"PASSWORD|SECRET|_KEY$|_KEY_ID$")

    assert {name: value for name, value in examples().items() if secret.search(name) and value} == {}


def test_every_documented_setting_reaches_the_desk():
    """A new setting: add it to compose.yaml and to .env.example."""
    documented = {cells[0].strip("`") for cells in documents.rows(documents.DOCS / "configuration.md", "Environment")}
    of_the_backup = set(service("backup")["environment"])

    reached = set(service("web")["environment"])

    assert documented - RIGHT_IN_THE_IMAGE <= reached | of_the_backup
    assert (reached | of_the_backup) - documented == set()


@pytest.mark.parametrize("name", ["migrate", "web", "cluster"])
def test_needed_values_are_missed_by_name_before_anything_starts(name: str):
    documented = documents.rows(documents.DOCS / "configuration.md", "Environment")
    needed = {cells[0].strip("`") for cells in documented if cells[1] == "production"} - SET_HERE

    values = service(name)["environment"]

    assert {variable for variable in needed if not re.match(rf"\$\{{{variable}:\?", values[variable])} == set()


def test_only_the_upgrade_knows_the_owner_of_the_tables():
    knowing = [name for name in DESK if "LINEUP_OWNER_PASSWORD" in yaml.safe_dump(service(name))]

    assert knowing == ["migrate"]


@pytest.mark.parametrize("name", sorted(yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]))
def test_nobody_has_rights_it_does_not_need(name: str):
    one = service(name)

    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert "cap_add" not in one
    assert "privileged" not in one
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert not re.search(
        r":latest$|^[^:]+$", one["image"].replace("${LINEUP_IMAGE:-", "").replace("${LINEUP_BACKUP_IMAGE:-", "")
    )


@pytest.mark.parametrize("name", DESK)
def test_the_desk_runs_as_its_own_user_and_writes_to_memory_only(name: str):
    one = service(name)

    assert one["user"] == "10001:10001"
    assert [place.split(":")[0] for place in one["tmpfs"]] == ["/tmp"]  # noqa: S108 - the container's own
    assert [place for place in one.get("volumes", []) if not place.endswith(":/backups")] == []


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name in compose()["services"] if "ports" in service(name)] == ["proxy"]
    assert service("postgres")["networks"] == ["inside"]
    assert compose()["networks"]["inside"] == {"internal": True}


def test_web_and_clusters_start_after_the_upgrade():
    waits = {name: service(name)["depends_on"] for name in ("web", "cluster")}

    assert waits == {name: {"migrate": {"condition": "service_completed_successfully"}} for name in waits}
    assert service("cluster")["deploy"] == {"replicas": 2}


def test_every_service_says_whether_it_is_well():
    kept_up = [name for name in compose()["services"] if name not in {"migrate", "backup", "proxy", "web"}]

    assert {name: bool(service(name)["healthcheck"]["test"]) for name in kept_up} == {"postgres": True, "cluster": True}
