"""AWS Signature Version 4 as S3 checks it: in the Authorization header and in a presigned query."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
LONGEST_LINK = 7 * 24 * 60 * 60
SKEW = timedelta(minutes=15)
UNRESERVED = "-_.~"
HEX_DIGEST = re.compile("[0-9a-f]{64}")


class S3Error(Exception):
    """A refusal as S3 words it: HTTP status, code and a sentence."""

    def __init__(self, status: int, code: str, sentence: str = "") -> None:
        super().__init__(sentence or code)
        self.status = status
        self.code = code
        self.sentence = sentence or code


@dataclass(frozen=True)
class Credentials:
    """The one key pair this server knows."""

    access_key: str
    secret_key: str


@dataclass(frozen=True)
class Request:
    """What a signature covers; header names are in lower case, values joined by commas where sent twice."""

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Claim:
    """The signature a request carries and what it says about itself."""

    credential: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    payload: str


def verify(request: Request, credentials: Credentials, now: datetime) -> str:
    """The payload hash the signature vouches for (a hex digest or UNSIGNED-PAYLOAD); raises S3Error for anything doubtful."""
    query = dict(request.query)
    if "X-Amz-Algorithm" in query or "X-Amz-Signature" in query:
        claim = _claim_of_link(query, now)
    elif request.headers.get("authorization", "").startswith(ALGORITHM):
        claim = _claim_of_header(request.headers, now)
    else:
        raise S3Error(403, "AccessDenied", "Only Signature Version 4 is accepted.")
    _check_headers_are_signed(request, claim)
    if not hmac.compare_digest(_signature(request, claim, credentials), claim.signature):
        raise S3Error(403, "SignatureDoesNotMatch", "What was sent is not what was signed.")
    return claim.payload


def _claim_of_link(query: Mapping[str, str], now: datetime) -> Claim:
    if query.get("X-Amz-Algorithm") != ALGORITHM:
        raise S3Error(400, "AuthorizationQueryParametersError")
    try:
        claim = Claim(
            credential=query["X-Amz-Credential"],
            signed_headers=tuple(query["X-Amz-SignedHeaders"].split(";")),
            signature=query["X-Amz-Signature"],
            timestamp=query["X-Amz-Date"],
            payload=query.get("X-Amz-Content-Sha256", UNSIGNED),
        )
        lifetime = int(query["X-Amz-Expires"])
    except (KeyError, ValueError) as error:
        raise S3Error(400, "AuthorizationQueryParametersError") from error
    if not 0 < lifetime <= LONGEST_LINK:
        raise S3Error(400, "AuthorizationQueryParametersError", "X-Amz-Expires must be between 1 second and 7 days.")
    signed_at = _moment(claim.timestamp)
    if now < signed_at - SKEW:
        raise S3Error(403, "AccessDenied", "Request is not yet valid")
    if now > signed_at + timedelta(seconds=lifetime):
        raise S3Error(403, "AccessDenied", "Request has expired")
    return claim


def _claim_of_header(headers: Mapping[str, str], now: datetime) -> Claim:
    parts = dict(re.findall(r"(\w+)=([^, ]+)", headers["authorization"]))
    try:
        claim = Claim(
            credential=parts["Credential"],
            signed_headers=tuple(parts["SignedHeaders"].split(";")),
            signature=parts["Signature"],
            timestamp=headers["x-amz-date"],
            payload=headers["x-amz-content-sha256"],
        )
    except KeyError as error:
        raise S3Error(400, "AuthorizationHeaderMalformed") from error
    if abs(now - _moment(claim.timestamp)) > SKEW:
        raise S3Error(403, "RequestTimeTooSkewed")
    if claim.payload != UNSIGNED and not HEX_DIGEST.fullmatch(claim.payload):
        raise S3Error(501, "NotImplemented", "Bodies signed piece by piece are not known here.")
    return claim


def _moment(timestamp: str) -> datetime:
    try:
        return datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise S3Error(403, "AccessDenied", "X-Amz-Date is no time.") from error


def _check_headers_are_signed(request: Request, claim: Claim) -> None:
    """S3 wants the host and every x-amz-* header signed, so that none can be added to a link afterwards."""
    unsigned = [name for name in request.headers if name.startswith("x-amz-") and name not in claim.signed_headers]
    if unsigned or "host" not in claim.signed_headers:
        raise S3Error(
            403,
            "AccessDenied",
            f"There were headers present in the request which were not signed: {', '.join(unsigned) or 'host'}",
        )


def _signature(request: Request, claim: Claim, credentials: Credentials) -> str:
    try:
        access_key, date, region, service, last = claim.credential.rsplit("/", 4)
    except ValueError as error:
        raise S3Error(400, "AuthorizationQueryParametersError", "X-Amz-Credential is malformed.") from error
    if access_key != credentials.access_key:
        raise S3Error(403, "InvalidAccessKeyId")
    if date != claim.timestamp[:8] or service != "s3" or last != "aws4_request":
        raise S3Error(400, "AuthorizationQueryParametersError", "The credential's scope is not for this request.")
    digest = hashlib.sha256(_canonical(request, claim).encode()).hexdigest()
    to_sign = "\n".join([ALGORITHM, claim.timestamp, f"{date}/{region}/s3/aws4_request", digest])
    key = f"AWS4{credentials.secret_key}".encode()
    for step in (date, region, "s3", "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def _canonical(request: Request, claim: Claim) -> str:
    query = sorted((_encoded(name), _encoded(value)) for name, value in request.query if name != "X-Amz-Signature")
    headers = [f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in claim.signed_headers]
    return "\n".join(
        [
            request.method,
            quote(unquote(request.path), safe="/" + UNRESERVED),
            "&".join(f"{name}={value}" for name, value in query),
            "".join(headers),
            ";".join(claim.signed_headers),
            claim.payload,
        ]
    )


def _encoded(text: str) -> str:
    return quote(text, safe=UNRESERVED)
