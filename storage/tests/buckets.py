"""One upload and one download of the desk's bucket, for the tests of what is signed and of what is answered."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

from storage.limits import TYPES
from storage.s3 import Bucket, Upload
from storage.s3_config import S3Config

BODY = b"exactly these bytes"
SHA256 = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
KEY = "2025/11/11/N-EXP-1001/0b8f2f6e-8a1c-4a57-9d0f-5a3c2b1d4e6f-a.png"


def config(**changes: object) -> S3Config:
    known = {"bucket": "lineup", "region": "eu-central-1", "access_key_id": "key", "secret_access_key": "secret"}
    return S3Config(**{**known, **changes})


def upload(bucket: Bucket, expires: int = 900) -> Upload:
    return bucket.presign_put(KEY, content_type="image/png", size=len(BODY), sha256=SHA256, expires=expires)


def download(bucket: Bucket, *, extension: str = "png", expires: int = 300, inline: bool = False) -> str:
    return bucket.presign_get(KEY, filename="é.png", kind=TYPES[extension], expires=expires, inline=inline)


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
