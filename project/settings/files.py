"""Where files go and what may be attached, from the environment (F3); what is wrong is refused at the start, by its variable."""

from django.core.exceptions import ImproperlyConfigured

from project.settings import environment
from storage.limits import MB, TYPES, Limits
from storage.s3_config import S3Config


def bucket() -> S3Config:
    """The bucket that attachments go to, straight from the browser."""
    try:
        return S3Config(
            bucket=environment.text("S3_BUCKET", "lineup"),
            region=environment.text("S3_REGION", "eu-central-1"),
            endpoint_url=environment.text("S3_ENDPOINT_URL", ""),
            addressing_style=environment.text("S3_ADDRESSING_STYLE", "virtual"),
            access_key_id=environment.text("S3_ACCESS_KEY_ID", ""),
            secret_access_key=environment.text("S3_SECRET_ACCESS_KEY", ""),
            encryption=environment.text("S3_ENCRYPTION", ""),
            kms_key_id=environment.text("S3_KMS_KEY_ID", ""),
        )
    except ValueError:
        raise ImproperlyConfigured(
            "S3_ADDRESSING_STYLE is virtual or path, S3_ENCRYPTION AES256, aws:kms or nothing, and an S3_BUCKET with a dot in its "
            "name needs the style path."
        ) from None


def limits() -> Limits:
    """Types, sizes and numbers of files."""
    types = frozenset(word.lower().lstrip(".") for word in environment.words("LINEUP_FILE_TYPES", ",".join(TYPES)))
    try:
        return Limits(
            extensions=types,
            largest_file=_at_least_one("LINEUP_FILE_MB", environment.number("LINEUP_FILE_MB", 25)) * MB,
            files_per_ticket=_at_least_one(
                "LINEUP_FILES_PER_TICKET", environment.number("LINEUP_FILES_PER_TICKET", 20)
            ),
        )
    except ValueError:
        raise ImproperlyConfigured(
            f"LINEUP_FILE_TYPES names an extension that the desk cannot check; it can check {', '.join(sorted(TYPES))}."
        ) from None


def upload_seconds() -> int:
    """How long a link to send a file lives."""
    return _link_seconds("LINEUP_UPLOAD_SECONDS", environment.number("LINEUP_UPLOAD_SECONDS", 15 * 60))


def download_seconds() -> int:
    """How long a link to fetch a file lives."""
    return _link_seconds("LINEUP_DOWNLOAD_SECONDS", environment.number("LINEUP_DOWNLOAD_SECONDS", 5 * 60))


def scanner() -> str:
    """The virus scanner's address, `host:port` or `unix:/path`; empty when there is none."""
    address = environment.text("LINEUP_SCANNER", "")
    host, _, port = address.rpartition(":")
    if address and not address.startswith("unix:/") and not (host and port.isdigit()):
        raise ImproperlyConfigured("LINEUP_SCANNER is host:port or unix:/path of the ClamAV daemon.")
    return address


def _link_seconds(name: str, seconds: int) -> int:
    """At most 15 minutes (F2)."""
    if _at_least_one(name, seconds) > 15 * 60:
        raise ImproperlyConfigured(f"{name} is at most 900: a link to a file lives 15 minutes at the longest.")
    return seconds


def _at_least_one(name: str, found: int) -> int:
    if found < 1:
        raise ImproperlyConfigured(f"The environment variable {name} must be at least 1.")
    return found
