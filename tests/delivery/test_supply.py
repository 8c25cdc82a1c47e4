"""What is installed is known: each pin in the bill of materials, known holes found, nothing counted as safe that nobody looked at (W10)."""

import json
import re
import zipfile

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from tests.delivery import sbom
from tests.delivery.audit import __main__ as audit
from tests.delivery.audit import asking
from tests.delivery.audit.matcher import Hole, advisories, holes, pins
from tests.house.source import PACKAGES, ROOT, sources

NO_LICENCE_IN_METADATA = {"uritemplate": "BSD-3-Clause or Apache-2.0, by the files of its source"}
PINNED = pins(sbom.BASE)


def bill() -> dict:
    return json.loads(sbom.PAGE.read_text())


def answer(**change: object) -> dict:
    """What pip-audit says of two packages without holes."""
    whole = [{"name": "Django", "version": "5.2.19", "vulns": []}, {"name": "redis", "version": "8.1.0", "vulns": []}]
    return {"dependencies": [one | change if one["name"] == "redis" else one for one in whole]}


def test_bill_of_materials_is_valid_and_equals_what_is_pinned():
    """Run `make sbom` after `make requirements`."""
    found = bill()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom.PAGE.read_text()) is None
    assert {canonicalize_name(one["name"]): one["version"] for one in found["components"]} == PINNED
    assert found["dependencies"][0]["ref"] == "root-component"
    assert len(found["dependencies"][0]["dependsOn"]) == len(sbom.pins_named(sbom.BASE.with_suffix(".in").read_text()))


def test_every_licence_is_known():
    unknown = {one["name"] for one in bill()["components"] if not one.get("licenses")}

    assert unknown == set(NO_LICENCE_IN_METADATA)


def test_bill_of_materials_is_made_the_same_again():
    assert sbom.made() == bill()


@pytest.mark.parametrize(
    ("version", "is_hit"),
    [("4.1.9", False), ("4.2", True), ("4.2.1", True), ("4.2.2", False), ("4.2.2rc1", True), ("5.0", False)],
)
def test_planted_hole_is_found_in_its_versions_and_no_others(version, is_hit):
    found = holes({"django": version}, advisories(audit.CONTROL))

    assert found == ([Hole("django", version, "PLANTED-0001")] if is_hit else [])


@pytest.mark.parametrize(
    ("affected", "is_hit"),
    [
        ({"versions": ["8.1.0"]}, True),
        ({"versions": ["8.0.0"]}, False),
        ({"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}, True),
        ({"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "8"}, {"last_affected": "8.1.0"}]}]}, True),
        ({"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "8"}, {"last_affected": "8.0.9"}]}]}, False),
        (
            {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "7"}, {"introduced": "8.1"}]}]},
            True,
        ),
        ({"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, False),
    ],
    ids=["listed", "another", "always", "last affected", "after the last", "opened again", "commits only"],
)
def test_every_form_of_an_advisory_is_read(affected, is_hit):
    known = [{"id": "X", "affected": [{"package": {"ecosystem": "PyPI", "name": "Redis"}} | affected]}]

    assert bool(holes({"redis": "8.1.0"}, known)) is is_hit
    assert holes({"redis": "8.1.0"}, [known[0] | {"withdrawn": "2026-01-01"}]) == []


def test_an_archive_is_read_like_a_folder(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(audit.CONTROL / "advisory.json", "PLANTED-0001.json")

    assert list(advisories(path)) == list(advisories(audit.CONTROL))


def test_the_same_in_yaml_is_read_as_it_is_written(tmp_path):
    (tmp_path / "one.yaml").write_text(
        "id: X\nmodified: 2026-01-01T00:00:00Z\naffected:\n- package: {ecosystem: PyPI, name: redis}\n  versions: [1.10]\n"
    )

    (found,) = advisories(tmp_path)

    assert found["modified"] == "2026-01-01T00:00:00Z"
    assert holes({"redis": "1.10"}, [found]) == [Hole("redis", "1.10", "X")]
    assert holes({"redis": "1.1"}, [found]) == []


def test_every_pin_is_read_from_the_file():
    lines = re.findall(r"^\S+==\S+", sbom.BASE.read_text(), re.MULTILINE)

    assert len(PINNED) == len(lines) > 50


@pytest.mark.parametrize(
    "change",
    [{"skip_reason": "not found"}, {"version": "8.0.0"}, {"name": "other"}],
    ids=["skipped", "another", "missing"],
)
def test_a_package_nobody_looked_at_is_no_package_without_holes(change):
    pinned = {"django": "5.2.19", "redis": "8.1.0"}
    assert asking.holes(answer(), pinned) == []

    with pytest.raises(asking.SkippedError, match="Not looked at: redis"):
        asking.holes(answer(**change), pinned)


def test_a_hole_that_the_source_tells_of_is_told():
    found = asking.holes(answer(vulns=[{"id": "PYSEC-1"}]), {"django": "5.2.19", "redis": "8.1.0"})

    assert found == [Hole("redis", "8.1.0", "PYSEC-1")]


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--required"], 1)], ids=["by hand", "in CI"])
def test_without_a_source_nothing_is_claimed(monkeypatch, capsys, arguments, code):
    monkeypatch.setattr(asking, "ask", lambda *_: None)

    assert audit.main(arguments) == code
    assert "not known" in capsys.readouterr().out


def test_a_skipped_package_and_a_hole_fail_the_audit(monkeypatch, capsys):
    monkeypatch.setattr(asking, "ask", lambda *_: answer())
    assert audit.main([]) == 1
    assert "Not looked at" in capsys.readouterr().out

    monkeypatch.setattr(
        audit, "pins", lambda path: {"redis": "8.1.0", "django": "4.2.1" if "planted" in str(path) else "5.2.19"}
    )
    monkeypatch.setattr(asking, "ask", lambda *_: answer(vulns=[{"id": "PYSEC-1"}]))
    assert audit.main([]) == 1
    assert "HOLE  redis 8.1.0: PYSEC-1" in capsys.readouterr().out

    monkeypatch.setattr(asking, "ask", lambda *_: answer())
    assert audit.main([]) == 0


def test_a_copy_of_a_database_says_how_old_it_is(tmp_path, capsys):
    assert audit.main(["--advisories", str(audit.CONTROL)]) == 0
    assert "the newest of 2026-01-01" in capsys.readouterr().out
    assert audit.main(["--advisories", str(tmp_path)]) == 1


def test_a_blind_audit_fails(monkeypatch, capsys):
    monkeypatch.setattr(audit, "holes", lambda *_: [])

    assert audit.main([]) == 1
    assert "blind" in capsys.readouterr().out


def test_every_waiver_of_a_security_rule_says_why():
    """`# noqa: S...` in code that runs in production: a word after it, or a line of pyproject.toml with its comment."""
    silent = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(*PACKAGES)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"# noqa:[^#]*\bS\d{3}\b", line) and not re.search(r"# noqa: [A-Z0-9, ]+ - \w+", line)
    ]

    assert silent == []
