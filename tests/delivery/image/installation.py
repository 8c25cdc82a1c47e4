"""One installation of the image on loopback: what is around it, its environment, and its containers."""

import os
import secrets
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

from project.demo.entra import EntraServer
from project.demo.entra_flow import Registration
from project.demo.mail import MailServer
from project.demo.ports import LOOPBACK, any_free
from project.demo.postgres import ensure
from project.demo.postgres_binaries import find
from project.demo.s3 import S3Server
from tests.delivery.image.around import Certificates, start
from tests.delivery.image.build import Image
from tests.delivery.image.container import Container
from tests.house.source import ROOT

TENANT = "1e0a4b7c-5d2f-4c1e-9a63-0c8f5b7d2e10"
CLIENT = "6f3c2d9a-8b14-4e57-b0a1-7d4e9c5f1a22"
AUDIENCE = "b27d5e80-3c96-4f0b-8e4d-2a1f6c9b7d33"
AUTHORITY_INSIDE = "/etc/ssl/installation.pem"
NGINX = ["/usr/sbin/nginx", "-c", "/etc/nginx/proof.conf", "-g", "daemon off;"]


class Installation:
    """The desk as `compose.yaml` puts it together; `stack` ends everything."""

    def __init__(self, image: Image, place: Path, stack: ExitStack) -> None:
        self.image, self.place, self.stack = image, place, stack
        self.web_port, self.plain_port, self.port = any_free(), any_free(), any_free()
        self.url = f"https://{LOOPBACK}:{self.port}"
        self.certificates = Certificates(place)
        self.passwords = {name: secrets.token_urlsafe(24) for name in ("OWNER", "APP", "BACKUP")}
        self.client_secret, self.s3_secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._database()
        self.mail = stack.enter_context(MailServer(place / "mail", smtp_port=any_free()))
        self.s3 = start(
            stack,
            S3Server,
            self.certificates,
            place / "s3",
            access_key="proof",
            secret_key=self.s3_secret,
            bucket="lineup",
        )
        registration = Registration(
            tenant=TENANT, client_id=CLIENT, client_secret=self.client_secret, api_audience=AUDIENCE,
            redirect_uris=[f"{self.url}/auth/complete/entra/"], logout_uris=[f"{self.url}/sign-in/"],
        )  # fmt: skip
        self.entra: EntraServer = start(stack, EntraServer, self.certificates, registration)  # type: ignore[assignment]
        self._mounted_files()

    def run(self, name: str, command: list[str] | None = None, *, user: str = "", **change: str) -> Container:
        """Start a container of the image; it ends with the proof at the latest."""
        container = Container(self.image, self.environment(**change), self.place / f"{name}.log", command, user)
        self.stack.callback(container.stop, 5)
        return container

    def environment(self, **change: str) -> dict[str, str]:
        """What compose.yaml gives web and clusters; an empty value takes one away."""
        own = {
            "LINEUP_SECRET_KEY": self.client_secret + self.s3_secret,
            "LINEUP_BASE_URL": self.url,
            "LINEUP_ALLOWED_HOSTS": LOOPBACK,
            "LINEUP_ADMIN_CONTACT": "desk-admin@corp.example",
            "LINEUP_MAIL_FROM": "Lineup <lineup@corp.example>",
            "LINEUP_PROXIES": "1",
            "LINEUP_DATABASE_APP_ROLE": "lineup_app",
            "LINEUP_WEB_PORT": str(self.web_port),
            "LINEUP_WEB_WORKERS": "2",
            "DATABASE_URL": self.address("app"),
            "ENTRA_TENANT_ID": TENANT,
            "ENTRA_CLIENT_ID": CLIENT,
            "ENTRA_CLIENT_SECRET": self.client_secret,
            "ENTRA_API_AUDIENCE": AUDIENCE,
            "ENTRA_AUTHORITY": self.entra.authority,
            "S3_BUCKET": "lineup",
            "S3_REGION": "eu-central-1",
            "S3_ENDPOINT_URL": self.s3.url,
            "S3_ADDRESSING_STYLE": "path",
            "S3_ACCESS_KEY_ID": "proof",
            "S3_SECRET_ACCESS_KEY": self.s3_secret,
            "EMAIL_HOST": LOOPBACK,
            "EMAIL_PORT": str(self.mail.smtp_port),
            "SSL_CERT_FILE": AUTHORITY_INSIDE,
            "REQUESTS_CA_BUNDLE": AUTHORITY_INSIDE,
            "AWS_CA_BUNDLE": AUTHORITY_INSIDE,
        }
        return {name: value for name, value in (own | change).items() if value}

    def address(self, role: str) -> str:
        """The database as the owner, the app or the backup role reaches it."""
        password = self.passwords[role.upper()]
        return f"postgresql://lineup_{role}:{password}@{LOOPBACK}:{self.postgres.port}/lineup"

    def _database(self) -> None:
        """A Postgres as its image makes it: roles.sql is run once by psql, with the passwords in the environment."""
        self.postgres = ensure(self.place / "postgres", disposable=True, dies_with_us=True)
        self.stack.callback(self.postgres.stop)
        psql = find(self.place / "postgres", None).path("psql")
        told = {f"LINEUP_{name}_PASSWORD": value for name, value in self.passwords.items()}
        done = subprocess.run(
            [
                psql,
                "--no-psqlrc",
                "--quiet",
                "--file",
                str(ROOT / "deploy" / "postgres" / "roles.sql"),
                self.postgres.url,
            ],
            env={"PATH": os.environ["PATH"]} | told,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def _mounted_files(self) -> None:
        """What compose.yaml mounts: the authority, and the proxy's configuration with its certificate."""
        etc = self.image.root / "etc"
        shutil.copy(self.certificates.authority, self.image.root / AUTHORITY_INSIDE.lstrip("/"))
        (etc / "nginx" / "tls").mkdir()
        for path in (self.certificates.certificate, self.certificates.key):
            target = etc / "nginx" / "tls" / path.name
            shutil.copy(path, target)
            target.chmod(0o444)
        text = (ROOT / "deploy" / "proxy" / "nginx.conf").read_text()
        for said, here in (
            ("listen 8080", f"listen {LOOPBACK}:{self.plain_port}"),
            ("listen 8443 ssl default_server;", f"listen {LOOPBACK}:{self.port} ssl http2 default_server;"),
            ("http://web:8000", f"http://{LOOPBACK}:{self.web_port}"),
            # Debian's nginx is older than the one of compose.yaml and says HTTP/2 with the port.
            ("        http2 on;\n", ""),
            ("proxy_set_header Host $host;", "proxy_set_header Host $http_host;"),
        ):
            assert text.count(said) == 1, f"nginx.conf has {text.count(said)} times {said!r}"
            text = text.replace(said, here)
        (etc / "nginx" / "proof.conf").write_text(text)
