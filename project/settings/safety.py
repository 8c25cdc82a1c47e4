"""What the environment of production must be: every variable there where it is needed, well-formed, and safe.

All that is wrong is told at once, each by the variable's name and in words; what stands in a variable is never repeated, as it
may be a secret. docs/configuration.md has the same table for people.
"""

import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from project.settings import environment

Check = Callable[[str], str]
"""From a value to what it must be, when it is not; empty when it is."""

REQUIRED = (
    "LINEUP_SECRET_KEY", "LINEUP_BASE_URL", "LINEUP_ALLOWED_HOSTS", "LINEUP_ADMIN_CONTACT", "LINEUP_MAIL_FROM", "DATABASE_URL",
    "ENTRA_TENANT_ID", "ENTRA_CLIENT_ID", "ENTRA_CLIENT_SECRET", "ENTRA_API_AUDIENCE", "S3_BUCKET", "S3_REGION",
)  # fmt: skip
PLACEHOLDERS = re.compile(r"(?i)^(change.?me|secret|password|todo|example|x+|\.+|<.*>)$|^django-insecure")
HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
MAIL = re.compile(r"[^@\s<>\"']+@" + HOST.pattern)
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")
SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


def check(given: Mapping[str, str]) -> None:
    """Refuse to start with an environment that is not fit for production; the message names all that is wrong with it."""
    told = {name: value.strip() for name, value in given.items() if value.strip()}
    wrong = [*_missing(told), *_unfit(told), *_at_odds(told)]
    if wrong:
        lines = "\n".join(f"  - {line}" for line in wrong)
        raise ImproperlyConfigured(f"Lineup does not start: its environment is not fit for production.\n{lines}\n"
                                   "docs/configuration.md says what each variable is.")  # fmt: skip


def _missing(told: Mapping[str, str]) -> Iterator[str]:
    needed = [*REQUIRED]
    provider = told.get("LINEUP_MAIL_PROVIDER", "smtp")
    needed += {"smtp": ["EMAIL_HOST"], "sendgrid": ["SENDGRID_API_KEY"]}.get(provider, [])
    yield from (f"{name} is required and not set." for name in needed if name not in told)


def _unfit(told: Mapping[str, str]) -> Iterator[str]:
    for name, fits in CHECKS.items():
        must = fits(told[name]) if name in told else ""
        if must:
            yield f"{name} must be {must}."


def _at_odds(told: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with two variables together."""
    for one, other in (("EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"), ("S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")):
        if (one in told) != (other in told):
            yield f"{one} and {other} belong together: set both or neither."
    hosts = {host.lower() for host in told.get("LINEUP_ALLOWED_HOSTS", "").replace(" ", "").split(",")}
    base = _host_of(told.get("LINEUP_BASE_URL", ""))
    if base and "LINEUP_ALLOWED_HOSTS" in told and base not in hosts:
        yield "LINEUP_ALLOWED_HOSTS must hold the host of LINEUP_BASE_URL, which the links in mails lead to."
    is_plain = told.get("EMAIL_USE_TLS", "off").lower() in environment.OFF
    if "EMAIL_HOST_PASSWORD" in told and is_plain and told.get("EMAIL_HOST") not in {"localhost", "127.0.0.1"}:
        yield "EMAIL_USE_TLS must be on where EMAIL_HOST_PASSWORD is set: the password would cross the network in the clear."
    if "S3_KMS_KEY_ID" in told and told.get("S3_ENCRYPTION") != "aws:kms":
        yield "S3_KMS_KEY_ID is only used with S3_ENCRYPTION aws:kms."


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _secret_key(value: str) -> str:
    is_strong = len(value) >= 50 and len(set(value)) >= 10 and not PLACEHOLDERS.search(value)
    return "" if is_strong else "at least 50 random characters"


def _secret(value: str) -> str:
    return "the secret itself, not a placeholder" if PLACEHOLDERS.search(value) else ""


def _token(value: str) -> str:
    is_strong = bool(re.fullmatch(r"[A-Za-z0-9._~+/=-]{32,}", value)) and len(set(value)) >= 10
    return "" if is_strong else "at least 32 random letters and digits"


def _origin(value: str) -> str:
    must = "an address like https://lineup.corp.example, with https:// and without a path"
    return "" if _is_https(value) and urlsplit(value).path in {"", "/"} and not urlsplit(value).query else must


def _https(value: str) -> str:
    return "" if _is_https(value) else "an address that begins with https://"


def _is_https(value: str) -> bool:
    try:
        parts = urlsplit(value)
        is_address = bool(parts.hostname and HOST.fullmatch(parts.hostname)) and (parts.port or 1) > 0
    except ValueError:
        return False
    return is_address and parts.scheme == "https" and parts.username is None and not parts.fragment


def _hosts(value: str) -> str:
    names = [name.strip() for name in value.split(",")]
    return "" if all(HOST.fullmatch(name) for name in names) else "host names separated by commas, without wildcards"


def _host(value: str) -> str:
    return "" if HOST.fullmatch(value) else "a host name"


def _mail(value: str) -> str:
    return "" if MAIL.fullmatch(value) else "a mail address"


def _sender(value: str) -> str:
    is_one = not re.search(r"[\r\n]", value) and bool(MAIL.fullmatch(parseaddr(value)[1]))
    return "" if is_one else "a sender like Lineup <lineup@corp.example>"


def _one_line(value: str) -> str:
    return "" if value.isprintable() and len(value) <= 100 else "one line of at most 100 characters"


def _zone(value: str) -> str:
    return "" if value in zoneinfo.available_timezones() else "a time zone like Europe/Berlin"


def _uuid(value: str) -> str:
    return "" if environment.is_uuid(value) else "an id of Entra ID, a UUID"


def _uuids(value: str) -> str:
    are_ids = all(environment.is_uuid(one.strip()) for one in value.split(","))
    return "" if are_ids else "client ids, UUIDs separated by commas"


def _tenant(value: str) -> str:
    must = "the id of your own tenant, a UUID: not common, not personal accounts"
    return "" if environment.is_one_tenant(value) else must


def _audience(value: str) -> str:
    is_one = environment.is_uuid(value) or bool(re.fullmatch(r"api://[\w./-]+", value))
    return "" if is_one else "the API's client id, a UUID, or its api:// address"


def _database(value: str) -> str:
    must = "an address like postgresql://user:password@host:5432/name"
    try:
        parts = urlsplit(value)
        is_one = parts.scheme in {"postgres", "postgresql"} and len(parts.path) > 1 and (parts.port or 1) > 0
        modes = parse_qs(parts.query).get("sslmode", ["require"])
    except ValueError:
        return must
    if not is_one or not set(modes) <= SSL_MODES:
        return must
    return "one with a password of its own" if PLACEHOLDERS.search(unquote(parts.password or "")) else ""


def _number(least: int, most: int) -> Check:
    def fits(value: str) -> str:
        is_number = value.isascii() and value.isdigit() and least <= int(value) <= most
        return "" if is_number else f"a whole number from {least:,} to {most:,}"

    return fits


def _flag(value: str) -> str:
    return "" if value.lower() in environment.ON | environment.OFF else "on or off"


def _one_of(*words: str) -> Check:
    return lambda value: "" if value in words else f"{', '.join(words[:-1])} or {words[-1]}"


def _like(pattern: re.Pattern[str], must: str) -> Check:
    return lambda value: "" if pattern.fullmatch(value) else must


CHECKS: dict[str, Check] = {
    "LINEUP_SECRET_KEY": _secret_key,
    "LINEUP_BASE_URL": _origin,
    "LINEUP_ALLOWED_HOSTS": _hosts,
    "LINEUP_ADMIN_CONTACT": _mail,
    "LINEUP_ORGANISATION": _one_line,
    "LINEUP_TIME_ZONE": _zone,
    "DATABASE_URL": _database,
    "LINEUP_REPORTS_DATABASE_URL": _database,
    "ENTRA_TENANT_ID": _tenant,
    "ENTRA_CLIENT_ID": _uuid,
    "ENTRA_CLIENT_SECRET": _secret,
    "ENTRA_API_AUDIENCE": _audience,
    "ENTRA_API_CLIENTS": _uuids,
    "ENTRA_AUTHORITY": _https,
    "LINEUP_SESSION_HOURS": _number(1, 24),
    "LINEUP_SESSION_IDLE_MINUTES": _number(1, 480),
    "LINEUP_BREAK_GLASS": _flag,
    "LINEUP_WEB_PORT": _number(1, 65535),
    "LINEUP_WEB_WORKERS": _number(1, 64),
    "LINEUP_DATABASE_APP_ROLE": _like(re.compile(r"[a-z_][a-z0-9_]{0,62}"), "the name of a role of the database"),
    "LINEUP_PROXIES": _number(0, 9),
    "LINEUP_CALLS_PER_PERSON": _number(0, 1_000_000),
    "LINEUP_CALLS_PER_ADDRESS": _number(0, 1_000_000),
    "LINEUP_LINKS_PER_PERSON": _number(0, 1_000_000),
    "LINEUP_METRICS_TOKEN": _token,
    "LINEUP_MAIL_PROVIDER": _one_of("smtp", "ses", "sendgrid"),
    "LINEUP_MAIL_FROM": _sender,
    "LINEUP_MAIL_DOMAIN": _host,
    "EMAIL_HOST": _host,
    "EMAIL_PORT": _number(1, 65535),
    "EMAIL_HOST_PASSWORD": _secret,
    "EMAIL_USE_TLS": _flag,
    "SENDGRID_API_KEY": _secret,
    "S3_BUCKET": _like(BUCKET, "the name of a bucket"),
    "S3_REGION": _like(REGION, "a region like eu-central-1"),
    "S3_ENDPOINT_URL": _https,
    "S3_ADDRESSING_STYLE": _one_of("virtual", "path"),
    "S3_SECRET_ACCESS_KEY": _secret,
    "S3_ENCRYPTION": _one_of("AES256", "aws:kms"),
}
"""What can be said of a variable by itself; files, links, the logo, the scanner and the broker say it where they are read."""
