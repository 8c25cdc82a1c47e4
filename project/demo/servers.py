"""The four embedded servers of one demo: database, files, sign-in, mail."""

from contextlib import ExitStack
from dataclasses import dataclass

from project.demo import postgres
from project.demo.entra import EntraServer
from project.demo.entra_flow import Registration
from project.demo.environment import (
    API_AUDIENCE,
    BUCKET,
    CALLBACK_PATH,
    CLIENT_ID,
    S3_ACCESS_KEY,
    SIGNED_OUT_PATHS,
    TENANT,
    DemoAddresses,
)
from project.demo.mail import MailServer
from project.demo.ports import HIGHEST_PORT, first_free
from project.demo.s3 import S3Server

INNER_PORTS = ("postgres_port", "s3_port", "idp_port", "smtp_port", "mail_port")
DISTANCE = 10_000


@dataclass
class Servers:
    """What the runner may want to talk to."""

    entra: EntraServer
    mail: MailServer


def choose_inner_ports(addresses: DemoAddresses) -> None:
    """The ports of last time, else those 10,000 above the web port; one that is taken moves on alone."""
    base = addresses.web_port + (
        DISTANCE if addresses.web_port + DISTANCE + len(INNER_PORTS) < HIGHEST_PORT else -DISTANCE
    )
    wanted = [getattr(addresses, name) or base + number for number, name in enumerate(INNER_PORTS)]
    for name, port in zip(INNER_PORTS, wanted, strict=True):
        reserved = {addresses.web_port, *(getattr(addresses, other) for other in INNER_PORTS), *wanted} - {port}
        setattr(addresses, name, first_free(port, taken=reserved))


def start(addresses: DemoAddresses, stack: ExitStack) -> Servers:
    """Start all four; the stack stops them in the opposite order."""
    database = postgres.ensure(addresses.folder / "postgres", addresses.postgres_port, dies_with_us=True)
    stack.callback(database.stop)
    addresses.database_server = database.url
    stack.enter_context(
        S3Server(
            addresses.folder / "s3",
            addresses.s3_port,
            access_key=S3_ACCESS_KEY,
            secret_key=addresses.s3_secret_key,
            bucket=BUCKET,
            cors_origins=addresses.origins,
        )
    )
    registration = Registration(
        tenant=TENANT,
        client_id=CLIENT_ID,
        client_secret=addresses.client_secret,
        api_audience=API_AUDIENCE,
        redirect_uris=[origin + CALLBACK_PATH for origin in addresses.origins],
        logout_uris=[origin + path for origin in addresses.origins for path in SIGNED_OUT_PATHS],
    )
    entra = stack.enter_context(EntraServer(registration, addresses.idp_port, demo_secret=addresses.demo_secret))
    mail = stack.enter_context(
        MailServer(addresses.folder / "mail", smtp_port=addresses.smtp_port, page_port=addresses.mail_port)
    )
    return Servers(entra=entra, mail=mail)
