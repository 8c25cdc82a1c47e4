"""The files of docs/s3/ give no more than is needed, and say the same as the code."""

import json
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from storage import cors
from storage.keys import REPORTS_FOLDER, object_key, report_key
from storage.s3 import LONGEST_LINK

FILES = Path(__file__).parents[2] / "docs" / "s3"
NAMES = {path.name for path in FILES.iterdir()}
BUCKET = "arn:aws:s3:::YOUR-BUCKET"
FILES_ONLY = [f"{BUCKET}/*"]
EVERYTHING = [BUCKET, f"{BUCKET}/*"]


def read(name: str) -> dict:
    return json.loads((FILES / name).read_text())


def statements(name: str) -> dict[str, dict]:
    policy = read(name)
    assert policy["Version"] == "2012-10-17"
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def actions(name: str) -> set[str]:
    return {action for statement in statements(name).values() for action in statement["Action"]}


def test_all_files_are_there_and_are_json():
    assert {
        "bucket-policy.json", "cors.json", "encryption.json", "iam-worker.json", "iam.json", "lifecycle.json",
        "public-access-block.json",
    } == NAMES  # fmt: skip
    assert all(read(name) for name in NAMES)


def test_the_bucket_s_policy_allows_nothing():
    assert {statement["Effect"] for statement in statements("bucket-policy.json").values()} == {"Deny"}


@pytest.mark.parametrize(
    ("sid", "action", "resources", "condition"),
    [
        ("OnlyOverTls", "s3:*", EVERYTHING, {"Bool": {"aws:SecureTransport": "false"}}),
        ("OnlyModernTls", "s3:*", EVERYTHING, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        (
            "OnlySignatureVersion4",
            "s3:*",
            EVERYTHING,
            {"StringNotEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}},
        ),
        (
            "NoLinkOlderThan15Minutes",
            "s3:*",
            FILES_ONLY,
            {"NumericGreaterThan": {"s3:signatureAge": str(LONGEST_LINK * 1000)}},
        ),
        ("OnlyEncryptedUploads", "s3:PutObject", FILES_ONLY, {"Null": {f"s3:{cors.ENCRYPTION}": "true"}}),
        (
            "NoOverwriting",
            "s3:PutObject",
            FILES_ONLY,
            {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}},
        ),
    ],
)
def test_the_bucket_s_policy_refuses(sid, action, resources, condition):
    statement = statements("bucket-policy.json")[sid]

    assert (statement["Principal"], statement["Action"]) == ("*", action)
    assert (statement["Resource"], statement["Condition"]) == (resources, condition)


def test_nobody_but_the_desk_s_two_roles_touches_files():
    statement = statements("bucket-policy.json")["OnlyTheDeskTouchesFiles"]

    assert set(statement["Action"]) == {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
    assert [role.rpartition("/")[2] for role in statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]] == [
        "lineup-web",
        "lineup-worker",
    ]


def test_a11_only_the_worker_deletes_whatever_a_role_is_allowed():
    statement = statements("bucket-policy.json")["OnlyTheWorkerDeletes"]

    assert (statement["Effect"], statement["Resource"]) == ("Deny", FILES_ONLY)
    assert set(statement["Action"]) == {"s3:DeleteObject", "s3:DeleteObjectVersion"}
    assert statement["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": ["arn:aws:iam::YOUR-ACCOUNT:role/lineup-worker"]}
    }


@pytest.mark.parametrize("name", ["iam.json", "iam-worker.json"])
def test_a_role_is_allowed_named_acts_below_the_desk_s_folders(name):
    assert not [action for action in actions(name) if "*" in action]
    folders = {
        "WhatLiesThere": BUCKET,
        "FilesOfTickets": f"{BUCKET}/2*",
        "FilesOfReports": f"{BUCKET}/{REPORTS_FOLDER}*",
    }
    for sid, statement in statements(name).items():
        assert statement["Effect"] == "Allow"
        assert "Principal" not in statement
        assert statement["Resource"] == [folders[sid]]


def test_a11_the_web_role_lists_and_deletes_nothing_and_the_worker_writes_reports_alone():
    allowed = {
        (name, sid): set(statement["Action"])
        for name in ("iam.json", "iam-worker.json")
        for sid, statement in statements(name).items()
    }

    assert allowed == {
        ("iam.json", "FilesOfTickets"): {"s3:PutObject", "s3:GetObject"},
        ("iam.json", "FilesOfReports"): {"s3:GetObject"},
        ("iam-worker.json", "FilesOfTickets"): {"s3:GetObject", "s3:DeleteObject"},
        ("iam-worker.json", "FilesOfReports"): {"s3:PutObject", "s3:GetObject", "s3:DeleteObject"},
        ("iam-worker.json", "WhatLiesThere"): {"s3:ListBucket"},
    }


def test_every_key_lies_below_the_roles_folder():
    """A year has four digits and begins with 2 for as long as this matters."""
    assert object_key(date(2025, 11, 11), "N-EXP-1001", "a.png", UUID(int=0)).startswith("2")
    assert report_key(date(2025, 11, 11), "a.xlsx", UUID(int=0)).startswith(REPORTS_FOLDER)


def test_public_access_is_blocked_in_all_four_ways():
    assert set(read("public-access-block.json").values()) == {True}
    assert len(read("public-access-block.json")) == 4


def test_everything_is_encrypted_at_rest():
    (rule,) = read("encryption.json")["Rules"]

    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_cors_says_what_the_links_need_and_the_demo_allows():
    (rule,) = read("cors.json")["CORSRules"]

    assert (tuple(rule["AllowedMethods"]), tuple(rule["AllowedHeaders"])) == (cors.METHODS, cors.ALLOWED_HEADERS)
    assert (tuple(rule["ExposeHeaders"]), rule["MaxAgeSeconds"]) == (cors.EXPOSED_HEADERS, cors.MAX_AGE)
    assert rule["AllowedOrigins"] == ["https://YOUR-DESK"]
    assert "*" not in json.dumps(rule)


def test_unfinished_uploads_end_after_a_day():
    rules = {rule["ID"]: rule for rule in read("lifecycle.json")["Rules"]}

    assert {rule["Status"] for rule in rules.values()} == {"Enabled"}
    assert rules["abort-unfinished-uploads"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def test_only_reports_expire_and_later_than_the_desk_deletes_them():
    expiring = [rule for rule in read("lifecycle.json")["Rules"] if "Expiration" in rule]

    assert [(rule["Filter"], rule["Expiration"]) for rule in expiring] == [({"Prefix": REPORTS_FOLDER}, {"Days": 3})], (
        "files of tickets are kept"
    )
