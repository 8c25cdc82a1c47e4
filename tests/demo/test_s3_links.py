"""A1: an upload link lets exactly one upload through, once; everything else is refused by a server that checks (F2, F3, F4)."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import pytest
import requests

from project.demo.s3 import S3Server
from storage.cors import CHECKSUM, ENCRYPTION
from storage.errors import ObjectMissing, StorageDown
from storage.limits import TYPES
from storage.s3 import Bucket
from storage.s3_config import S3Config
from storage.tests.samples import png

BODY = png()
OTHER = png(b"!")
KEY = "2025/11/11/N-EXP-1001/0b8f2f6e-8a1c-4a57-9d0f-5a3c2b1d4e6f-a.png"
ANOTHER_CASE = KEY.replace("1001", "1002")


def sha256_of(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


@dataclass(frozen=True)
class Sent:
    """One request as it goes out; a header of None is left away."""

    url: str
    headers: dict[str, str | None]
    body: bytes = BODY
    method: str = "PUT"

    def having(self, **headers: str | None) -> "Sent":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})

    def at(self, old: str, new: str) -> "Sent":
        assert old in self.url
        return replace(self, url=self.url.replace(old, new))

    def asking(self, **changes: str | None) -> "Sent":
        """The link with parameters of its query set, or taken out."""
        parts = urlsplit(self.url)
        query = {**dict(parse_qsl(parts.query)), **{name.replace("_", "-"): value for name, value in changes.items()}}
        kept = {name: value for name, value in query.items() if value is not None}
        return replace(self, url=urlunsplit(parts._replace(query=urlencode(kept, quote_via=quote))))

    def go(self) -> requests.Response:
        asked = requests.Request(self.method, self.url, data=self.body).prepare()
        for name, value in self.headers.items():
            asked.headers.pop(name, None)
            if value is not None:
                asked.headers[name] = value
        with requests.Session() as session:
            return session.send(asked, timeout=5)


@dataclass
class Desk:
    """The server and our side of it."""

    server: S3Server
    bucket: Bucket

    def upload(self, key: str = KEY, body: bytes = BODY, expires: int = 900) -> Sent:
        made = self.bucket.presign_put(
            key, content_type="image/png", size=len(body), sha256=sha256_of(body), expires=expires
        )
        return Sent(made.url, dict(made.headers), body, made.method)

    def download(self, *, inline: bool = False, name: str = "é.png") -> Sent:
        url = self.bucket.presign_get(KEY, filename=name, kind=TYPES["png"], expires=300, inline=inline)
        return Sent(url, {}, b"", "GET")

    def later(self, seconds: int) -> None:
        self.server.now = lambda: datetime.now(UTC) + timedelta(seconds=seconds)


def settings_of(server: S3Server, **changes: str) -> S3Config:
    return S3Config(
        **{
            "bucket": "lineup", "region": "eu-central-1", "endpoint_url": server.url, "addressing_style": "path",
            "access_key_id": "key", "secret_access_key": "secret", "encryption": "AES256", **changes,
        }
    )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with S3Server(tmp_path, access_key="key", secret_key="secret", bucket="lineup") as server:
        yield Desk(server, Bucket(settings_of(server)))


def test_f3_the_exact_upload_succeeds_once_and_a_replay_is_refused(desk: Desk) -> None:
    sent = desk.upload()

    assert [sent.go().status_code, sent.go().status_code] == [200, 412]
    assert desk.bucket.head(KEY).sha256 == sha256_of(BODY)
    assert desk.bucket.head(KEY).encryption == "AES256"


def _flipped(sent: Sent) -> Sent:
    """One bit of the signature turned."""
    signature = dict(parse_qsl(urlsplit(sent.url).query))["X-Amz-Signature"]
    return sent.at(signature, f"{int(signature[0], 16) ^ 1:x}{signature[1:]}")


Tamper = Callable[[Sent], Sent]
TAMPERED: dict[str, tuple[int, Tamper]] = {
    "another content type": (403, lambda sent: sent.having(Content_Type="text/html")),
    "no content type": (403, lambda sent: sent.having(Content_Type=None)),
    "a content type with a charset": (403, lambda sent: sent.having(Content_Type="image/png; charset=utf-8")),
    "one byte more": (403, lambda sent: replace(sent, body=BODY + b"!")),
    "one byte less": (403, lambda sent: replace(sent, body=BODY[:-1])),
    "no bytes": (403, lambda sent: replace(sent, body=b"")),
    "other bytes of the same length": (400, lambda sent: replace(sent, body=BODY[:-1] + b"?")),
    "other bytes and their digest": (
        403,
        lambda sent: replace(sent, body=OTHER).having(**{CHECKSUM: sha256_of(OTHER)}),
    ),
    "another digest": (403, lambda sent: sent.having(**{CHECKSUM: sha256_of(OTHER)})),
    "no digest": (403, lambda sent: sent.having(**{CHECKSUM: None})),
    "overwriting: no If-None-Match": (403, lambda sent: sent.having(If_None_Match=None)),
    "overwriting: If-None-Match of something else": (403, lambda sent: sent.having(If_None_Match='"x"')),
    "no encryption": (403, lambda sent: sent.having(**{ENCRYPTION: None})),
    "another encryption": (403, lambda sent: sent.having(**{ENCRYPTION: "aws:kms"})),
    "made public by a header": (403, lambda sent: sent.having(x_amz_acl="public-read")),
    "a redirect put on the object": (
        403,
        lambda sent: sent.having(x_amz_website_redirect_location="https://x.example"),
    ),
    "a copy of another object": (403, lambda sent: sent.having(x_amz_copy_source=f"/lineup/{ANOTHER_CASE}")),
    "metadata added": (403, lambda sent: sent.having(x_amz_meta_case="N-EXP-1002")),
    "another host": (403, lambda sent: sent.having(Host="lineup.s3.eu-central-1.amazonaws.com")),
    "another case's folder": (403, lambda sent: sent.at("N-EXP-1001", "N-EXP-1002")),
    "another key": (403, lambda sent: sent.at("-a.png", "-b.png")),
    "a key out of the folder": (403, lambda sent: sent.at("/N-EXP-1001/", "/N-EXP-1001/../")),
    "another bucket": (403, lambda sent: sent.at("/lineup/", "/other/")),
    "read instead of written": (403, lambda sent: replace(sent, method="GET", body=b"")),
    "deleted instead of written": (403, lambda sent: replace(sent, method="DELETE", body=b"")),
    "posted instead of put": (403, lambda sent: replace(sent, method="POST")),
    "a longer life": (403, lambda sent: sent.asking(X_Amz_Expires="86400")),
    "a life beyond a week": (400, lambda sent: sent.asking(X_Amz_Expires="604801")),
    "a life that is no number": (400, lambda sent: sent.asking(X_Amz_Expires="long")),
    "another date": (403, lambda sent: sent.asking(X_Amz_Date="20200101T000000Z")),
    "a date that is none": (403, lambda sent: sent.asking(X_Amz_Date="today")),
    "one bit of the signature": (403, _flipped),
    "no signature": (400, lambda sent: sent.asking(X_Amz_Signature=None)),
    "nothing signed": (403, lambda sent: replace(sent, url=sent.url.partition("?")[0])),
    "an older algorithm": (400, lambda sent: sent.asking(X_Amz_Algorithm="AWS4-HMAC-SHA1")),
    "fewer headers said to be signed": (403, lambda sent: sent.asking(X_Amz_SignedHeaders="host")),
    "the host not signed": (403, lambda sent: sent.asking(X_Amz_SignedHeaders="content-length;content-type")),
    "another access key": (403, lambda sent: sent.at("=key%2F", "=other%2F")),
    "another region": (403, lambda sent: sent.at("eu-central-1", "us-east-1")),
    "a parameter added": (403, lambda sent: replace(sent, url=f"{sent.url}&x-id=PutObject2")),
    "an access list asked for": (403, lambda sent: replace(sent, url=f"{sent.url}&acl=")),
    "a parameter sent twice": (403, lambda sent: replace(sent, url=f"{sent.url}&X-Amz-Expires=60")),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_f3_a_tampered_upload_is_refused_and_nothing_is_kept(desk: Desk, case: str) -> None:
    status, tamper = TAMPERED[case]

    answer = tamper(desk.upload()).go()

    assert answer.status_code == status
    assert desk.server.store.objects("lineup") == []
    assert not list((desk.server.store.folder / "lineup").iterdir())


def test_f3_writing_the_link_anew_is_no_tampering(desk: Desk) -> None:
    """The cases above fail for what they change, not for how they are sent."""
    assert desk.upload().asking().having().go().status_code == 200


def test_a1_there_are_at_least_twenty_cases() -> None:
    assert len(TAMPERED) >= 20


def test_f2_a_link_ends_when_it_says(desk: Desk) -> None:
    sent = desk.upload(expires=60)
    desk.later(58)
    in_time = sent.go().status_code
    desk.later(62)

    assert (in_time, sent.go().status_code) == (200, 403)


def test_f2_a_link_is_not_valid_before_its_time(desk: Desk) -> None:
    sent = desk.upload()
    desk.later(-3600)

    assert sent.go().status_code == 403


def test_f3_a_replay_with_other_bytes_leaves_the_object_alone(desk: Desk) -> None:
    desk.upload().go()

    again = desk.upload(body=OTHER).go()

    assert again.status_code == 412
    assert desk.bucket.read(KEY, 0, 1000) == BODY


def test_f4_the_same_upload_asked_for_twice_is_one_object(desk: Desk) -> None:
    links = [desk.upload(), desk.upload()]

    assert [sent.go().status_code for sent in links] == [200, 412]
    assert [listed.key for listed in desk.bucket.list_keys("2025/11/11/N-EXP-1001/")] == [KEY]


def test_f2_an_upload_link_of_somebody_else_s_secret_is_refused(desk: Desk) -> None:
    desk.bucket = Bucket(settings_of(desk.server, secret_access_key="guessed"))

    assert desk.upload().go().status_code == 403


def test_f6_a_download_gives_bytes_name_and_type(desk: Desk) -> None:
    desk.upload().go()

    answer = desk.download().go()

    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, BODY, "image/png")
    assert answer.headers["Content-Disposition"] == "attachment; filename=\"e.png\"; filename*=UTF-8''%C3%A9.png"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_f6_a_preview_is_shown(desk: Desk) -> None:
    desk.upload().go()

    answer = desk.download(inline=True).go()

    assert (answer.status_code, answer.headers["Content-Disposition"].split(";")[0]) == (200, "inline")


DOWNLOADS: dict[str, Tamper] = {
    "shown instead of saved": lambda sent: sent.at("attachment", "inline"),
    "no disposition": lambda sent: sent.asking(response_content_disposition=None),
    "a page's type": lambda sent: sent.at("image%2Fpng", "text%2Fhtml"),
    "another key": lambda sent: sent.at("1001", "1002"),
    "used to upload": lambda sent: replace(sent, method="PUT", body=BODY),
    "used to delete": lambda sent: replace(sent, method="DELETE"),
    "used to list": lambda sent: sent.at(f"/{KEY}", ""),
    "used for facts": lambda sent: replace(sent, method="HEAD"),
    "a longer life": lambda sent: sent.asking(X_Amz_Expires="900"),
}


@pytest.mark.parametrize("case", DOWNLOADS)
def test_f6_a_tampered_download_is_refused(desk: Desk, case: str) -> None:
    desk.upload().go()

    assert DOWNLOADS[case](desk.download()).go().status_code == 403
    assert desk.bucket.read(KEY, 0, 1000) == BODY


def test_f6_a_download_ends_when_it_says(desk: Desk) -> None:
    desk.upload().go()
    sent = desk.download()
    desk.later(301)

    assert sent.go().status_code == 403


def test_what_is_not_there_is_missing_and_a_wrong_secret_is_trouble(desk: Desk) -> None:
    with pytest.raises(ObjectMissing):
        desk.bucket.head(KEY)
    with pytest.raises(StorageDown, match="SignatureDoesNotMatch"):
        Bucket(settings_of(desk.server, secret_access_key="guessed")).head(KEY)
    with pytest.raises(StorageDown, match="SignatureDoesNotMatch"):
        Bucket(settings_of(desk.server, secret_access_key="guessed")).check()


def test_the_floor_s_calls_work_against_a_server_that_checks(desk: Desk) -> None:
    for key in (KEY, ANOTHER_CASE):
        desk.upload(key).go()

    assert desk.bucket.first_bytes(KEY, 8) == BODY[:8]
    assert desk.bucket.read(KEY, len(BODY), 10) == b""
    desk.bucket.delete(ANOTHER_CASE)
    assert [(listed.key, listed.size) for listed in desk.bucket.list_keys()] == [(KEY, len(BODY))]
    desk.bucket.check()
