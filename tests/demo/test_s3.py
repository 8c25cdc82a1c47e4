"""The embedded S3 refuses what the real one refuses: links are made by boto3, sent by a plain HTTP client."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
import requests
from botocore.client import Config
from botocore.exceptions import ClientError

from project.demo.s3 import S3Server
from storage import cors

ORIGIN = "http://127.0.0.1:8000"
KEY = "2025/11/11/N-EXP-1001/abc-a photo+(1)é.png"
BODY = b"exactly these bytes"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[S3Server]:
    with S3Server(tmp_path, access_key="key", secret_key="secret", bucket="lineup", cors_origins=[ORIGIN]) as running:
        yield running


def client(server: S3Server, *, secret: str = "secret", signature: str = "s3v4") -> Any:
    return boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name="eu-central-1",
        aws_access_key_id="key",
        aws_secret_access_key=secret,
        config=Config(signature_version=signature, s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )


def sha256_of(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def bound_headers(body: bytes = BODY) -> dict[str, str]:
    return {
        "Content-Type": "image/png",
        "Content-Length": str(len(body)),
        "If-None-Match": "*",
        "x-amz-checksum-sha256": sha256_of(body),
    }


def upload_link(server: S3Server, *, key: str = KEY, lifetime: int = 60) -> str:
    bound = {
        "Bucket": "lineup",
        "Key": key,
        "ContentType": "image/png",
        "ContentLength": len(BODY),
        "ChecksumSHA256": sha256_of(BODY),
        "IfNoneMatch": "*",
    }
    link: str = client(server).generate_presigned_url("put_object", Params=bound, ExpiresIn=lifetime)
    return link


def put(link: str, body: bytes = BODY, **changes: str | None) -> requests.Response:
    headers = {**bound_headers(body), **{name.replace("_", "-"): value for name, value in changes.items()}}
    headers = {name: value for name, value in headers.items() if value is not None}
    return requests.put(link, data=body, headers=headers, timeout=5)


def test_a_presigned_upload_is_kept_and_read_back(server: S3Server) -> None:
    response = put(upload_link(server))

    stored = client(server).get_object(Bucket="lineup", Key=KEY)
    assert response.status_code == 200
    assert stored["Body"].read() == BODY
    assert stored["ContentType"] == "image/png"
    assert stored["ETag"] == response.headers["ETag"]


@pytest.mark.parametrize(
    ("status", "code", "body", "changes"),
    [
        pytest.param(
            403, "SignatureDoesNotMatch", BODY + b"!", {"x_amz_checksum_sha256": sha256_of(BODY)}, id="another size"
        ),
        pytest.param(403, "SignatureDoesNotMatch", BODY, {"Content_Type": "text/html"}, id="another type"),
        pytest.param(403, "SignatureDoesNotMatch", BODY, {"Content_Type": None}, id="no type"),
        pytest.param(403, "SignatureDoesNotMatch", BODY, {"If_None_Match": None}, id="overwriting"),
        pytest.param(403, "SignatureDoesNotMatch", b"x" * len(BODY), {}, id="other bytes announced"),
        pytest.param(
            400,
            "BadDigest",
            b"x" * len(BODY),
            {"x_amz_checksum_sha256": sha256_of(BODY)},
            id="other bytes under the same digest",
        ),
        pytest.param(403, "AccessDenied", BODY, {"x_amz_acl": "public-read"}, id="a header added to the link"),
    ],
)
def test_an_upload_that_differs_from_its_link_is_refused(
    server: S3Server, status: int, code: str, body: bytes, changes: dict[str, str | None]
) -> None:
    response = put(upload_link(server), body, **changes)

    assert (response.status_code, f"<Code>{code}</Code>" in response.text) == (status, True)
    assert server.store.objects("lineup") == []
    assert not list((server.store.folder / "lineup").iterdir())


def test_a_second_upload_with_the_same_link_is_refused(server: S3Server) -> None:
    link = upload_link(server)

    assert [put(link).status_code, put(link).status_code] == [200, 412]
    assert len(server.store.objects("lineup")) == 1


def test_an_expired_link_is_refused(server: S3Server) -> None:
    link = upload_link(server, lifetime=60)
    server.now = lambda: datetime.now(UTC) + timedelta(seconds=62)

    response = put(link)

    assert (response.status_code, "Request has expired" in response.text) == (403, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("N-EXP-1001", "N-EXP-1002"),
        ("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
    ],
)
def test_a_link_that_was_tampered_with_is_refused(server: S3Server, old: str, new: str) -> None:
    link = upload_link(server)

    assert old in link
    assert put(link.replace(old, new)).status_code == 403


def test_signature_version_2_and_no_signature_are_refused(server: S3Server) -> None:
    old_style = client(server, signature="s3").generate_presigned_url(
        "get_object", Params={"Bucket": "lineup", "Key": "a"}
    )
    answers = [requests.get(url, timeout=5) for url in (old_style, f"{server.url}/lineup/a")]

    assert "AWSAccessKeyId" in old_style
    assert [answer.status_code for answer in answers] == [403, 403]


def test_a_wrong_secret_is_refused(server: S3Server) -> None:
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client(server, secret="wrong").list_objects_v2(Bucket="lineup")


def test_a_download_link_sets_name_and_type(server: S3Server) -> None:
    put(upload_link(server))
    name = f"attachment; filename*=UTF-8''{quote('é.png')}"
    bound = {
        "Bucket": "lineup",
        "Key": KEY,
        "ResponseContentDisposition": name,
        "ResponseContentType": "application/octet-stream",
    }
    link = client(server).generate_presigned_url("get_object", Params=bound, ExpiresIn=60)

    whole = requests.get(link, timeout=5)
    part = requests.get(link, headers={"Range": "bytes=8-12"}, timeout=5)
    beyond = requests.get(link, headers={"Range": "bytes=900-"}, timeout=5)

    assert (whole.content, whole.headers["Content-Disposition"], whole.headers["Content-Type"]) == (
        BODY,
        name,
        "application/octet-stream",
    )
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"these", f"bytes 8-12/{len(BODY)}")
    assert beyond.status_code == 416
    assert requests.get(link.replace("attachment", "inline"), timeout=5).status_code == 403


def test_head_list_and_delete(server: S3Server) -> None:
    s3 = client(server)
    for key in ("b/2", "a/1", "b/1"):
        s3.put_object(Bucket="lineup", Key=key, Body=b"12345")

    head = s3.head_object(Bucket="lineup", Key="a/1")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="lineup", Prefix="b/", PaginationConfig={"PageSize": 1})
    s3.delete_object(Bucket="lineup", Key="a/1")

    assert head["ContentLength"] == 5
    assert [item["Key"] for page in pages for item in page["Contents"]] == ["b/1", "b/2"]
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket="lineup", Key="a/1")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.list_objects_v2(Bucket="other")


@pytest.mark.parametrize(
    ("origin", "method", "headers", "status"),
    [
        (ORIGIN, "PUT", "content-type,if-none-match,x-amz-checksum-sha256", 200),
        (ORIGIN, "PUT", ",".join(cors.UPLOAD_HEADERS), 200),
        (ORIGIN, "GET", "", 200),
        (ORIGIN, "GET", "range", 200),
        (ORIGIN, "POST", "content-type", 403),
        ("http://elsewhere.example", "PUT", "content-type", 403),
        (ORIGIN, "DELETE", "content-type", 403),
        (ORIGIN, "PUT", "x-amz-acl", 403),
    ],
)
def test_browsers_are_let_in_from_listed_origins_only(
    server: S3Server, origin: str, method: str, headers: str, status: int
) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}

    response = requests.options(f"{server.url}/lineup/a", headers=asked, timeout=5)

    assert response.status_code == status
    assert response.headers.get("Access-Control-Allow-Origin") == (ORIGIN if status == 200 else None)


def test_a_browser_may_read_what_an_upload_answers(server: S3Server) -> None:
    answer = put(upload_link(server), Origin=ORIGIN)

    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Expose-Headers"] == "ETag, x-amz-checksum-sha256"
    assert answer.headers["x-amz-checksum-sha256"] == sha256_of(BODY)


def test_encryption_is_kept_and_told(server: S3Server) -> None:
    client(server).put_object(Bucket="lineup", Key="a", Body=b"1", ServerSideEncryption="AES256")

    assert client(server).head_object(Bucket="lineup", Key="a")["ServerSideEncryption"] == "AES256"
    with pytest.raises(ClientError, match="InvalidEncryptionAlgorithm"):
        client(server).put_object(Bucket="lineup", Key="b", Body=b"1", ServerSideEncryption="DES")


def test_objects_outlive_the_server(server: S3Server, tmp_path: Path) -> None:
    put(upload_link(server))
    server.stop()

    with S3Server(tmp_path, access_key="key", secret_key="secret") as again:
        assert client(again).get_object(Bucket="lineup", Key=KEY)["Body"].read() == BODY
