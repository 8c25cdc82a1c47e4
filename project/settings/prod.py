"""Production: environment only; refuses to start with a missing, malformed or unsafe value, and names all of them."""

import logging
import os

from project.settings import safety

safety.check(os.environ)

from project.settings.base import *  # noqa: E402, F403
from project.settings.base import LINEUP_PROXIES, LOGGING  # noqa: E402
from project.settings.storages import MANIFEST  # noqa: E402

LINEUP_REQUEST_SECONDS = 30
LINEUP_REQUEST_LOG = True
SECURE_SSL_REDIRECT = True
# Asked from within, by supervisors and by the monitoring, which come without the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^health/deep$", r"^metrics$"]
# Believed only where a proxy of ours stands before the desk and writes it anew.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if LINEUP_PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
STORAGES = MANIFEST

# One JSON object a line, the warnings of libraries as well; a line that cannot be written breaks nothing.
LOGGING = {**LOGGING, "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}}}
logging.captureWarnings(True)
logging.raiseExceptions = False
