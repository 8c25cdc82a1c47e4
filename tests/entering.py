"""A browser in which somebody is signed in, without a sign-in: that one has its own tests (helpdesk/tests/sso)."""

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils.crypto import get_random_string

from helpdesk.models import User
from helpdesk.sso import sessions


def enter(client: Client, user: User, **more: Any) -> None:
    """The client is this person's browser from now on, as after a sign-in of this moment; `more` stands in the session too.

    One statement, where the framework's `force_login` takes sixteen: most tests sign somebody in, many do little else.
    """
    session = SessionStore(get_random_string(32, VALID_KEY_CHARS))
    session._session_cache = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        **more,
    }
    sessions.begin(session)
    session.create_model_instance(session._session_cache).save(force_insert=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
