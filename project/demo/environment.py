"""Where the parts of one demo are, kept in `.local/demo-PORT/demo.json`, and the environment that tells Django.

The runner writes it; `load` gives the same environment to a `manage.py` started by hand with the same PORT.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from project.demo.ports import LOOPBACK

CHECKOUT = Path(__file__).resolve().parent.parent.parent
DATABASE = "lineup"
BUCKET = "lineup-files"
REGION = "eu-central-1"
TENANT = "1e0a4b7c-5d2f-4c1e-9a63-0c8f5b7d2e10"
CLIENT_ID = "6f3c2d9a-8b14-4e57-b0a1-7d4e9c5f1a22"
API_AUDIENCE = "b27d5e80-3c96-4f0b-8e4d-2a1f6c9b7d33"
S3_ACCESS_KEY = "lineup-demo"
CALLBACK_PATH = "/auth/complete/entra/"
SIGNED_OUT_PATHS = ("/", "/sign-in/")


class DemoError(Exception):
    """The demo cannot go on; the message is a sentence for the person at the keyboard."""


def folder_of(port: int) -> Path:
    """Everything of the demo on this web port."""
    return CHECKOUT / ".local" / f"demo-{port}"


def _secret() -> str:
    return secrets.token_urlsafe(40)


@dataclass
class DemoAddresses:
    """One demo: its ports, its secrets (made once, known to nobody else), and whether its sample data is complete."""

    web_port: int
    postgres_port: int = 0
    s3_port: int = 0
    idp_port: int = 0
    smtp_port: int = 0
    mail_port: int = 0
    database_server: str = ""
    secret_key: str = field(default_factory=_secret)
    client_secret: str = field(default_factory=_secret)
    s3_secret_key: str = field(default_factory=_secret)
    demo_secret: str = field(default_factory=_secret)
    loaded: bool = False

    @property
    def folder(self) -> Path:
        return folder_of(self.web_port)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api"

    @property
    def s3_url(self) -> str:
        return f"http://{LOOPBACK}:{self.s3_port}"

    @property
    def mail_url(self) -> str:
        return f"http://{LOOPBACK}:{self.mail_port}"

    @property
    def authority(self) -> str:
        return f"http://{LOOPBACK}:{self.idp_port}/{TENANT}"

    @property
    def origins(self) -> tuple[str, str]:
        """How a browser on this machine may call the web address."""
        return (self.url, f"http://localhost:{self.web_port}")

    @property
    def database_url(self) -> str:
        return f"{self.database_server.rpartition('/')[0]}/{DATABASE}" if self.database_server else ""

    def environment(self) -> dict[str, str]:
        """What the demo's settings read."""
        return {
            "DJANGO_SETTINGS_MODULE": "project.settings.demo",
            "PORT": str(self.web_port),
            "DATABASE_URL": self.database_url,
            "LINEUP_BASE_URL": self.url,
            "LINEUP_SECRET_KEY": self.secret_key,
            "LINEUP_DEMO_DIR": str(self.folder),
            "ENTRA_TENANT_ID": TENANT,
            "ENTRA_CLIENT_ID": CLIENT_ID,
            "ENTRA_CLIENT_SECRET": self.client_secret,
            "ENTRA_AUTHORITY": self.authority,
            "ENTRA_API_AUDIENCE": API_AUDIENCE,
            "S3_ENDPOINT_URL": self.s3_url,
            "S3_BUCKET": BUCKET,
            "S3_REGION": REGION,
            "S3_ACCESS_KEY_ID": S3_ACCESS_KEY,
            "S3_SECRET_ACCESS_KEY": self.s3_secret_key,
            "S3_ADDRESSING_STYLE": "path",
            "EMAIL_HOST": LOOPBACK,
            "EMAIL_PORT": str(self.smtp_port),
        }

    def save(self) -> None:
        """Write in one step, readable by us alone."""
        draft = self.folder / "demo.json.draft"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(self), indent=1))
        draft.replace(self.folder / "demo.json")

    @classmethod
    def read(cls, port: int) -> "DemoAddresses":
        """What an earlier start wrote, else a new demo; a file that cannot be understood counts as none.

        Without its file the old data cannot be known complete, so it is loaded anew.
        """
        try:
            return cls(**(json.loads((folder_of(port) / "demo.json").read_text()) | {"web_port": port}))
        except (FileNotFoundError, ValueError, TypeError):
            return cls(web_port=port)


def load(port: int | str) -> None:
    """Give this process the environment of the demo on this port, unless one is set already (DATABASE_URL decides).

    Raises DemoError when there is no such demo.
    """
    if os.environ.get("DATABASE_URL"):
        os.environ.setdefault("LINEUP_SECRET_KEY", _secret())
        return
    number = int(port) if str(port).isdigit() else 0
    addresses = DemoAddresses.read(number)
    if not addresses.database_server:
        raise DemoError(f"There is no demo on port {port} yet. Start it with: make demo PORT={port}{_others()}")
    os.environ.update(addresses.environment())


def _others() -> str:
    """The demos there are, for who named another port or forgot to name one."""
    ports = sorted(
        int(file.parent.name.removeprefix("demo-")) for file in folder_of(0).parent.glob("demo-[0-9]*/demo.json")
    )
    return f". Demos here: {', '.join(map(str, ports))}; put PORT={ports[0]} before the command." if ports else ""
