"""How long somebody stays signed in: a working day at most, and half an hour without a request (settings).

Sessions live by real time, like the cookies and tokens they come from, also where the demo shifts the desk's clock.
"""

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

BEGAN = "signed_in_at"
SEEN = "seen_at"
STEP_SECONDS = 60
"""How exactly the last request is remembered, so that not every request writes."""


def begin(session: SessionBase) -> None:
    """Start both clocks, at the sign-in."""
    session[BEGAN] = session[SEEN] = _now()


def has_ended(session: SessionBase) -> bool:
    """Whether the session of somebody signed in is over; one whose clocks were never started starts them now."""
    if BEGAN not in session or SEEN not in session:
        begin(session)
    return _is_idle(session) or _is_too_old(session)


def is_cut_off(session: SessionBase) -> bool:
    """Whether it has lasted as long as any may while its holder was at work: not that somebody went home."""
    return has_ended(session) and not _is_idle(session)


def _is_idle(session: SessionBase) -> bool:
    return bool(_now() - session[SEEN] > settings.LINEUP_SESSION_IDLE_MINUTES * 60)


def _is_too_old(session: SessionBase) -> bool:
    return bool(_now() - session[BEGAN] > settings.LINEUP_SESSION_HOURS * 60 * 60)


def keep(session: SessionBase) -> None:
    """Remember that somebody is at work."""
    if _now() - session[SEEN] >= STEP_SECONDS:
        session[SEEN] = _now()


def _now() -> int:
    return int(timezone.now().timestamp())
