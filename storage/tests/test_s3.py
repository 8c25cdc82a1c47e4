"""How S3's answers and errors are read, against moto and against answers written by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from storage.errors import ObjectMissing, StorageDown
from storage.s3 import Bucket
from storage.tests.buckets import BODY, KEY, SHA256, config, upload


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """A bucket of moto's with one object of ours."""
    with mock_aws():
        made = Bucket(config())
        made._client.create_bucket(Bucket="lineup", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        made._client.put_object(
            Bucket="lineup",
            Key=KEY,
            Body=BODY,
            ContentType="image/png",
            ChecksumAlgorithm="SHA256",
            ServerSideEncryption="AES256",
        )
        yield made


def test_head_tells_size_type_digest_and_encryption(bucket):
    found = bucket.head(KEY)

    assert (found.size, found.content_type, found.sha256, found.encryption) == (
        len(BODY),
        "image/png",
        SHA256,
        "AES256",
    )


def test_reading_parts(bucket):
    assert bucket.first_bytes(KEY, 7) == b"exactly"
    assert bucket.first_bytes(KEY, 1000) == BODY
    assert bucket.read(KEY, 8, 5) == b"these"
    assert bucket.reader(KEY)(14, 100) == b"bytes"


def test_reading_behind_the_end_gives_nothing(bucket):
    with Stubber(bucket._client) as stub:
        stub.add_client_error("get_object", "InvalidRange", http_status_code=416)

        assert bucket.read(KEY, 900, 5) == b""


def test_delete_twice_is_no_error(bucket):
    bucket.delete(KEY)
    bucket.delete(KEY)

    with pytest.raises(ObjectMissing):
        bucket.head(KEY)


def test_a_listing_goes_on_over_its_pages_one_at_a_time(bucket):
    def page(*keys: str, **more: object) -> dict[str, object]:
        moment = datetime(2025, 11, 11, tzinfo=UTC)
        return {"Contents": [{"Key": key, "Size": 1, "LastModified": moment} for key in keys], **more}

    with Stubber(bucket._client) as stub:
        stub.add_response("list_objects_v2", page("a", "b", IsTruncated=True, NextContinuationToken="t"))
        listing = bucket.list_keys("2025/")
        assert next(listing).key == "a"
        stub.add_response(
            "list_objects_v2", page("c"), {"Bucket": "lineup", "Prefix": "2025/", "ContinuationToken": "t"}
        )
        rest = [(line.key, line.size, line.modified_at.tzinfo) for line in listing]

    assert [(key, size) for key, size, _ in rest] == [("b", 1), ("c", 1)]
    assert None not in {zone for _, _, zone in rest}


def test_a_listing_that_breaks_off_is_trouble(bucket):
    with Stubber(bucket._client) as stub:
        stub.add_client_error("list_objects_v2", "SlowDown", http_status_code=503)

        with pytest.raises(StorageDown):
            list(bucket.list_keys())


def test_a_listing_of_the_bucket(bucket):
    assert [line.key for line in bucket.list_keys()] == [KEY]
    assert list(bucket.list_keys("2026/")) == []


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("404", 404, ObjectMissing),
        ("NoSuchKey", 404, ObjectMissing),
        ("AccessDenied", 403, ObjectMissing),
        ("SignatureDoesNotMatch", 403, StorageDown),
        ("NoSuchBucket", 404, StorageDown),
        ("SlowDown", 503, StorageDown),
        ("500", 500, StorageDown),
    ],
)
def test_s3_s_errors_become_ours(bucket, code, status, error):
    for method in ("head_object", "get_object"):
        with Stubber(bucket._client) as stub:
            stub.add_client_error(
                method, code, f"https://secret.example/?X-Amz-Signature=1 {code}", http_status_code=status
            )
            ask = bucket.head if method == "head_object" else lambda key: bucket.read(key, 0, 1)

            with pytest.raises(error) as raised:
                ask(KEY)

        assert "secret.example" not in str(raised.value)
        assert raised.value.__cause__ is None


@pytest.mark.parametrize("call", ["delete_object", "list_objects_v2"])
def test_who_may_not_delete_or_list_is_in_trouble_not_told_of_nothing(bucket, call):
    with Stubber(bucket._client) as stub:
        stub.add_client_error(call, "AccessDenied", http_status_code=403)

        with pytest.raises(StorageDown, match="AccessDenied"):
            bucket.delete(KEY) if call == "delete_object" else list(bucket.list_keys())


@pytest.mark.parametrize(
    ("reason", "error"),
    [("AccessDenied", ObjectMissing), ("SignatureDoesNotMatch", StorageDown), ("InvalidAccessKeyId", StorageDown)],
)
def test_a_refused_head_asks_why(bucket, reason, error):
    with Stubber(bucket._client) as stub:
        stub.add_client_error("head_object", "403", http_status_code=403)
        stub.add_client_error("get_object", reason, http_status_code=403)

        with pytest.raises(error):
            bucket.head(KEY)


def test_a_refused_head_of_what_can_be_read_is_trouble(bucket):
    with Stubber(bucket._client) as stub:
        stub.add_client_error("head_object", "403", http_status_code=403)
        stub.add_response("get_object", {})

        with pytest.raises(StorageDown, match="S3 answered 403"):
            bucket.head(KEY)


def test_check_asks_for_what_is_never_there(bucket):
    bucket.check()

    bucket._client.put_object(Bucket="lineup", Key="lineup-health", Body=b"somebody's")
    bucket.check()


def test_check_raises_where_there_is_no_answer():
    with pytest.raises(StorageDown, match="EndpointConnectionError"):
        Bucket(config(endpoint_url="http://127.0.0.1:9", addressing_style="path", attempts=1)).check()


def test_without_credentials_storage_is_down(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    bucket = Bucket(config(access_key_id="", secret_access_key="", endpoint_url="http://127.0.0.1:9"))

    with pytest.raises(StorageDown, match="NoCredentialsError"):
        bucket.head(KEY)
    with pytest.raises(StorageDown, match="NoCredentialsError"):
        upload(bucket)


def test_client_errors_without_a_code_are_no_answer(bucket, monkeypatch):
    def fail(**_: object) -> None:
        raise ClientError({}, "HeadObject")

    monkeypatch.setattr(bucket._client, "head_object", fail)

    with pytest.raises(StorageDown):
        bucket.head(KEY)
