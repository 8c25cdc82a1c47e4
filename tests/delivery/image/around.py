"""What an installation has around the desk, on loopback: a certificate authority, Entra ID and S3 behind TLS, a mail server, Postgres."""

import datetime as dt
import ipaddress
import ssl
from contextlib import ExitStack
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from project.demo.entra import EntraServer
from project.demo.ports import LOOPBACK
from project.demo.s3 import S3Server
from project.demo.web import Service


class Certificates:
    """An authority of this proof's own, and one certificate for everything on loopback."""

    def __init__(self, folder: Path) -> None:
        self.authority, self.certificate, self.key = folder / "ca.pem", folder / "lineup.crt", folder / "lineup.key"
        ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        ca = _certificate(
            "Authority of the proof", ca_key.public_key(), "Authority of the proof", ca_key, is_authority=True
        )
        own = _certificate(LOOPBACK, key.public_key(), "Authority of the proof", ca_key, is_authority=False)
        self.authority.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        self.certificate.write_bytes(own.public_bytes(serialization.Encoding.PEM))
        self.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def context(self) -> ssl.SSLContext:
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        found.load_cert_chain(self.certificate, self.key)
        return found


def _certificate(
    name: str, key: ec.EllipticCurvePublicKey, issuer: str, signer: ec.EllipticCurvePrivateKey, *, is_authority: bool
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=is_authority, crl_sign=is_authority, content_commitment=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    if not is_authority:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))])
        made = made.add_extension(names, critical=False)
    return made.sign(signer, hashes.SHA256())


class Secured(Service):
    """A service of the demo that speaks TLS; mixed in before it."""

    certificates: Certificates

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self._listener.socket = self.certificates.context().wrap_socket(self._listener.socket, server_side=True)

    @property
    def url(self) -> str:
        return f"https://{LOOPBACK}:{self.port}"


def secured(service: type[Service], certificates: Certificates) -> type[Service]:
    """The service with TLS."""
    return type(f"Secured{service.__name__}", (Secured, service), {"certificates": certificates})


def start(
    stack: ExitStack, kind: type[Service], certificates: Certificates, *arguments: object, **options: object
) -> Service:
    return stack.enter_context(secured(kind, certificates)(*arguments, **options))  # type: ignore[arg-type]


__all__ = ["Certificates", "EntraServer", "S3Server", "start"]
