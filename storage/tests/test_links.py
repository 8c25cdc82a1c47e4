"""What the links sign (F2, F3, F6), also under moto: it enforces nothing, so it proves nothing about refusals.

The refusals are proved in tests/demo/test_s3_links.py, against a server that checks signatures.
"""

from urllib.parse import urlsplit

import pytest
from moto import mock_aws

from storage import cors
from storage.limits import TYPES
from storage.s3 import Bucket
from storage.tests.buckets import KEY, SHA256, asked, config, download, upload

PLAIN = {"content-length", "content-type", "host", "if-none-match", "x-amz-checksum-sha256"}


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
        ({"region": "cn-north-1"}, "lineup.s3.cn-north-1.amazonaws.com.cn", f"/{KEY}"),
        ({"endpoint_url": "http://s3.corp.example:9000"}, "lineup.s3.corp.example:9000", f"/{KEY}"),
        ({"addressing_style": "path"}, "s3.eu-central-1.amazonaws.com", f"/lineup/{KEY}"),
        ({"addressing_style": "path", "endpoint_url": "http://127.0.0.1:9"}, "127.0.0.1:9", f"/lineup/{KEY}"),
    ],
)
def test_links_name_the_region_s_own_host(settings, host, path):
    made = urlsplit(upload(Bucket(config(**settings))).url)

    assert (made.netloc, made.path) == (host, path)
    assert config(**settings).origin == f"{made.scheme}://{made.netloc}"


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
