"""Making the image: as production for static files, without its environment, which an image must not hold."""

import secrets

from project.settings.base import *  # noqa: F403
from project.settings.storages import MANIFEST

SECRET_KEY = secrets.token_urlsafe(50)
STORAGES = MANIFEST
