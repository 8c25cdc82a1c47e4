"""What we sign and how we read S3's answers (F2, F3), against moto: it enforces nothing, so it proves nothing about refusals.

The refusals are proved in tests/demo/test_s3_links.py, against a server that checks signatures.
"""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from storage import cors
from storage.errors import ObjectMissing, StorageDown
from storage.limits import TYPES
from storage.s3 import Bucket, Upload
from storage.s3_config import S3Config

BODY = b"exactly these bytes"
SHA256 = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
KEY = "2025/11/11/N-EXP-1001/0b8f2f6e-8a1c-4a57-9d0f-5a3c2b1d4e6f-a.png"
PLAIN = {"content-length", "content-type", "host", "if-none-match", "x-amz-checksum-sha256"}


def config(**changes: object) -> S3Config:
    known = {"bucket": "lineup", "region": "eu-central-1", "access_key_id": "key", "secret_access_key": "secret"}
    return S3Config(**{**known, **changes})


def upload(bucket: Bucket, expires: int = 900) -> Upload:
    return bucket.presign_put(KEY, content_type="image/png", size=len(BODY), sha256=SHA256, expires=expires)


def download(bucket: Bucket, *, extension: str = "png", expires: int = 300, inline: bool = False) -> str:
    return bucket.presign_get(KEY, filename="é.png", kind=TYPES[extension], expires=expires, inline=inline)


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


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


@pytest.mark.parametrize(
    ("settings", "sealed"),
    [
        ({}, {}),
        ({"encryption": "AES256"}, {cors.ENCRYPTION: "AES256"}),
        ({"encryption": "aws:kms", "kms_key_id": "k1"}, {cors.ENCRYPTION: "aws:kms", cors.ENCRYPTION_KEY: "k1"}),
    ],
)
@mock_aws
def test_f3_the_signature_of_an_upload_covers_everything(settings, sealed):
    made = upload(Bucket(config(**settings)))

    said = asked(made.url)
    assert set(said["X-Amz-SignedHeaders"].split(";")) == PLAIN | set(sealed)
    assert (said["X-Amz-Algorithm"], said["X-Amz-Expires"]) == ("AWS4-HMAC-SHA256", "900")
    assert made.method == "PUT"
    assert made.headers == {"Content-Type": "image/png", "If-None-Match": "*", cors.CHECKSUM: SHA256, **sealed}


@mock_aws
def test_f3_a_browser_is_told_no_header_it_may_not_set_and_cors_allows_the_rest():
    made = upload(Bucket(config(encryption="aws:kms", kms_key_id="k1")))

    signed = set(asked(made.url)["X-Amz-SignedHeaders"].split(";")) - {"host", "content-length"}
    assert {name.lower() for name in made.headers} == signed == set(cors.UPLOAD_HEADERS)


@pytest.mark.parametrize(
    ("settings", "host", "path"),
    [
        ({}, "lineup.s3.eu-central-1.amazonaws.com", f"/{KEY}"),
        ({"region": "us-east-1"}, "lineup.s3.us-east-1.amazonaws.com", f"/{KEY}"),
        ({"addressing_style": "path"}, "s3.eu-central-1.amazonaws.com", f"/lineup/{KEY}"),
        ({"addressing_style": "path", "endpoint_url": "http://127.0.0.1:9"}, "127.0.0.1:9", f"/lineup/{KEY}"),
    ],
)
def test_links_name_the_region_s_own_host(settings, host, path):
    made = urlsplit(upload(Bucket(config(**settings))).url)

    assert (made.netloc, made.path) == (host, path)


def test_f6_a_download_is_saved_under_its_name_with_a_safe_type():
    said = asked(download(Bucket(config()), extension="eml"))

    assert said["response-content-disposition"] == "attachment; filename=\"e.png\"; filename*=UTF-8''%C3%A9.png"
    assert said["response-content-type"] == "application/octet-stream"
    assert said["response-cache-control"] == "private, no-store"
    assert (said["X-Amz-Expires"], said["X-Amz-SignedHeaders"]) == ("300", "host")


def test_f6_only_what_is_previewed_may_be_shown():
    bucket = Bucket(config())

    assert asked(download(bucket, inline=True))["response-content-disposition"].startswith("inline; ")
    for extension in set(TYPES) - {"png", "jpg", "jpeg", "gif", "webp", "pdf"}:
        with pytest.raises(ValueError, match="never shown"):
            download(bucket, extension=extension, inline=True)


@pytest.mark.parametrize("expires", [0, -1, 901])
def test_f2_no_link_lives_longer_than_15_minutes(expires):
    for make in (upload, download):
        with pytest.raises(ValueError, match="between 1 and 900"):
            make(Bucket(config()), expires=expires)


@pytest.mark.parametrize(
    "changes", [{"addressing_style": "auto"}, {"encryption": "DES"}, {"bucket": "lineup.corp.example"}]
)
def test_a_configuration_that_cannot_work_is_refused(changes):
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        config(**changes)


def test_the_secret_and_the_link_stand_in_no_log():
    bucket = Bucket(config(secret_access_key="hush"))
    made = upload(bucket)

    assert "hush" not in repr(config(secret_access_key="hush"))
    assert "X-Amz-Signature" not in repr(made)


def test_one_client_serves_all_buckets_of_a_configuration():
    assert Bucket(config())._client is Bucket(config())._client


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
