"""The Kubernetes manifests: valid, restricted, and of the same form as the image and the settings they name."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from project import probe
from tests.house import documents
from tests.house.source import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
PARTS = sorted(path.name for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")
BIN = Path(sys.executable).parent


def objects() -> list[dict[str, Any]]:
    return [one for name in PARTS for one in yaml.safe_load_all((FOLDER / name).read_text())]


def pods() -> dict[str, dict[str, Any]]:
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]
        for one in objects()
        if one["kind"] in {"Deployment", "Job"}
    }


def variables(name: str) -> set[str]:
    return {line.split("=", 1)[0] for line in (FOLDER / name).read_text().splitlines() if line}


def test_each_part_follows_the_schema():
    parts = [FOLDER / name for name in PARTS]
    done = subprocess.run(
        [BIN / "kubernetes-validate", "--strict", *parts], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARN" not in done.stdout + done.stderr
    assert [name for name in PARTS if name not in done.stdout + done.stderr] == []


def test_what_breaks_the_schema_is_seen(tmp_path):
    wrong = tmp_path / "web.yaml"
    wrong.write_text((FOLDER / "web.yaml").read_text().replace("replicas: 2", "replicas: two"))

    done = subprocess.run([BIN / "kubernetes-validate", "--strict", wrong], capture_output=True, check=False)

    assert done.returncode != 0


def test_all_parts_are_applied():
    assert sorted(yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]) == PARTS


@pytest.mark.parametrize("name", sorted(pods()))
def test_pod_is_restricted(name: str):
    pod = pods()[name]
    container = pod["containers"][0]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/tmp"]  # noqa: S108 - the container's own
    assert container["resources"]["limits"]["memory"]


def test_probes_ask_what_the_image_answers():
    asked = {
        tuple(container[kind]["exec"]["command"])
        for pod in pods().values()
        for container in pod["containers"]
        for kind in ("startupProbe", "livenessProbe", "readinessProbe")
        if kind in container
    }

    assert asked == {("python", "-m", "project.probe", name) for name in probe.PROBES}


def test_only_the_upgrade_knows_the_owner_of_the_tables():
    knowing = [name for name, pod in pods().items() if "lineup-owner" in yaml.safe_dump(pod)]

    assert knowing == ["lineup-upgrade"]


def test_examples_name_every_needed_value_and_only_known_ones():
    documented = documents.rows(documents.DOCS / "configuration.md", "Environment")
    needed = {cells[0].strip("`") for cells in documented if cells[1] == "production"}
    given = variables("desk.env.example") | variables("secrets.env.example")

    assert needed - given == set()
    assert given | variables("owner.env.example") <= {cells[0].strip("`") for cells in documented}
