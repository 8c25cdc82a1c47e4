"""The demo desk (`make demo`) and local development: everything embedded, addresses given by project.demo."""

import os
import sys

from project.demo import environment as demo_environment

try:
    demo_environment.load(os.environ.get("PORT", "8000"))
except demo_environment.DemoError as no_demo:
    # A sentence for the person at the keyboard; a stack trace would hide it.
    sys.exit(str(no_demo))

from project.settings.base import *  # noqa: F403
from project.settings.base import INSTALLED_APPS

ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = [*INSTALLED_APPS, "project.demo"]
LINEUP_CLOCK = "project.demo.clock.shifted_now"
LINEUP_DEMO = True
LINEUP_SAMPLES = True
LINEUP_ADMIN_CONTACT = "ines.almeida@corp.example"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LINEUP_REPORT_ROWS_AT_ONCE = 200
