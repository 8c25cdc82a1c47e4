"""Where the bucket is: made by the caller from its settings."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

ENCRYPTIONS = {"", "AES256", "aws:kms"}
STYLES = {"virtual", "path"}


@dataclass(frozen=True)
class S3Config:
    """Where the bucket is and how to reach it; times in seconds.

    A bucket that keeps silent is given up after `attempts` x `read_timeout` and at most one second's pause: five seconds.
    """

    bucket: str
    region: str
    endpoint_url: str = ""
    addressing_style: str = "virtual"
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)
    encryption: str = ""
    kms_key_id: str = ""
    connect_timeout: float = 1.0
    read_timeout: float = 2.0
    attempts: int = 2

    def __post_init__(self) -> None:
        if self.addressing_style not in STYLES:
            raise ValueError(f"{self.addressing_style!r} is no addressing style: {', '.join(sorted(STYLES))}")
        if self.encryption not in ENCRYPTIONS:
            raise ValueError(f"{self.encryption!r} is no server-side encryption: AES256, aws:kms or nothing")
        if self.addressing_style == "virtual" and "." in self.bucket:
            raise ValueError("A bucket with a dot in its name has no certificate of its own host")

    @property
    def origin(self) -> str:
        """Scheme and host of every link, for a page's content security policy."""
        suffix = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        address = urlsplit(self.endpoint_url or f"https://s3.{self.region}.{suffix}")
        host = f"{self.bucket}.{address.netloc}" if self.addressing_style == "virtual" else address.netloc
        return f"{address.scheme}://{host}"
