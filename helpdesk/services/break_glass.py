"""The local sign-in for the day Entra ID does not answer: password and one-time code, counted, recorded and told (P1)."""

import ipaddress
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from helpdesk.models import User, UserRole
from helpdesk.notifications.moments import stamp, zone_of
from helpdesk.services import alerts, audit, tries
from helpdesk.services.roles import decide_role
from workflow.roles import Role

REASON = "A break-glass account, made on the server."
NAMES = re.compile(r"^[a-z0-9][a-z0-9._-]{2,59}$")


class Refused(Exception):  # noqa: N818 - named after what happened
    """Name, password and code do not belong together; which of them, nobody is told."""


class Locked(Exception):  # noqa: N818 - named after what happened
    """Too many tries for this account or from this address, whether they exist or not."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class NameUnusable(ValueError):  # noqa: N818 - named after what happened
    """The name cannot be that of a new break-glass account; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """What is shown once, when the account is made, and is known to nobody afterwards."""

    username: str
    password: str
    otpauth: str


def sign_in(*, username: str, password: str, code: str, address: str, now: datetime) -> User:
    """The person, if all three prove it. Each use and each refusal is recorded, and all admins are told.

    Asks nobody but the database. Counted before anything is looked at; a name that does not exist takes the same way and
    the same time as one that does. Raises Refused or Locked.
    """
    keys = (_of_address(address), _of_account(username))
    locks = [_take(key, now) for key in keys]
    with transaction.atomic():
        person = _account(username)
        if _proves(person, password, code) and person is not None:
            tries.forgive(*keys)
            _record_use(person, address, now)
            return person
    _record_refusal(person, address, until=max(filter(None, locks), default=None), now=now)
    raise Refused


@transaction.atomic
def make_account(*, username: str, renew: bool, now: datetime) -> Account:
    """A local account with the role admin, or with `renew` new secrets for one there is; old sessions of it end.

    Raises NameUnusable for a name that is taken or not a plain one.
    """
    person = _to_be_made(username, renew=renew)
    password = secrets.token_urlsafe(18)
    person.set_password(password)
    person.is_active = True
    person._history_date, person._history_user = now, None
    person.save()
    decide_role(
        actor=None, user=person, role=Role.ADMIN, decision=UserRole.Decision.GIVEN.value, reason=REASON, now=now
    )
    TOTPDevice.objects.filter(user=person).delete()
    device = TOTPDevice.objects.create(user=person, name="break-glass", confirmed=True)
    tries.forgive(_of_account(username))
    audit.note(act="break_glass_set_up", actor=None, subject=person, after={"renewed": renew}, now=now)
    made = f"{'New secrets' if renew else 'An account'} ({username}) came from the server's own command line."
    _tell("set up", f"{username}:{now.isoformat()}", made, now)
    return Account(username=username, password=password, otpauth=device.config_url)


def _to_be_made(username: str, *, renew: bool) -> User:
    if not NAMES.match(username):
        raise NameUnusable("A name has 3 to 60 small letters, digits, dots, hyphens and underscores.")
    found = User.objects.select_for_update().filter(username=username).first()
    if renew != (found is not None) or (found is not None and found.azure_ad_id):
        raise NameUnusable(
            "There is no break-glass account of this name."
            if renew
            else "The name is taken; --renew makes new secrets."
        )
    return found or User(username=username, name=f"Break-glass {username}")


def _take(key: str, now: datetime) -> datetime | None:
    is_admitted, until = tries.take(key, now=now)
    if not is_admitted:
        raise Locked(until or now)
    return until


def _account(username: str) -> User | None:
    """Only accounts made for this: nobody of Entra ID has a password that counts here."""
    return User.objects.active().filter(username=username, azure_ad_id="", tenant_id="").first()


def _proves(person: User | None, password: str, code: str) -> bool:
    """Whether password and code are right; a code counts once, and is not used up by a wrong password."""
    device = TOTPDevice.objects.select_for_update().filter(user_id=person.pk if person else 0, confirmed=True).first()
    if person is None:
        make_password(password)
        return False
    is_right = person.check_password(password)
    return is_right and device is not None and bool(device.verify_token(code))


def _record_use(person: User, address: str, now: datetime) -> None:
    audit.note(act="break_glass_used", actor=person, subject=person, after={"address": address}, now=now)
    _tell("used", f"{person.username}:{now.isoformat()}", f"{person.name} signed in from {address}.", now)


@transaction.atomic
def _record_refusal(person: User | None, address: str, *, until: datetime | None, now: datetime) -> None:
    """A name that is no account is not written down: it may be a password in the wrong field."""
    after = {"address": address, "locked_until": until.isoformat() if until else None}
    label = "" if person else "a name that is no account"
    audit.note(act="break_glass_refused", actor=None, subject=person, subject_label=label, after=after, now=now)
    whose = f"for {person.name}" if person else "with a name that is no account"
    # At most one mail in ten minutes: who guesses must not fill the admins' mailboxes.
    _tell("refused", str(int(now.timestamp()) // 600), f"A sign-in {whose} from {address} was refused.", now)


def _tell(what: str, key: str, sentence: str, now: datetime) -> None:
    moment = stamp(now, zone_of(""))
    text = (
        f"{sentence}\n\nWhen: {moment}\n\n"
        "The break-glass sign-in is for the day nobody can sign in with Microsoft. If this was not one of you, switch it "
        f"off (LINEUP_BREAK_GLASS), which also ends its sessions, and look at the audit trail: {settings.LINEUP_BASE_URL}/desk/\n"
    )
    alerts.tell_admins(
        key=f"break-glass {what}:{key}",
        subject=f"Lineup: break-glass sign-in {what}",
        text=text,
        now=now,
    )


def _of_account(username: str) -> str:
    return f"account:{sha256(username.casefold().encode('utf-8', 'replace')).hexdigest()[:40]}"


def _of_address(address: str) -> str:
    """One key for a whole IPv6 network, which one machine can have."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "address:unknown"
    return f"address:{ipaddress.ip_network(f'{ip}/64', strict=False) if ip.version == 6 else ip}"
