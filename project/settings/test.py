"""The tests: real Postgres (the embedded one unless DATABASE_URL names another), no network, a clock that tests hold."""

import os

from project.settings import environment
from project.settings.base import *  # noqa: F403
from project.settings.base import DATABASES, Q_CLUSTER
from storage.s3_config import S3Config

SECRET_KEY = "only-for-tests-" + "x" * 40
ALLOWED_HOSTS = ["*"]
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("LINEUP_TEST_DB", "test_lineup")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LINEUP_CLOCK = "tests.clock.held"
LINEUP_SAMPLES = True
LINEUP_BASE_URL = "http://testserver"
CSRF_TRUSTED_ORIGINS = [LINEUP_BASE_URL]
LINEUP_ADMIN_CONTACT = "desk-admin@corp.example"
ENTRA_TENANT_ID = "11111111-2222-3333-4444-555555555555"
ENTRA_AUTHORITY = f"http://127.0.0.1:9/{ENTRA_TENANT_ID}"
ENTRA_API_AUDIENCE = "22222222-2222-3333-4444-555555555555"
SOCIAL_AUTH_ENTRA_TENANT_ID = ENTRA_TENANT_ID
SOCIAL_AUTH_ENTRA_KEY = "33333333-2222-3333-4444-555555555555"
SOCIAL_AUTH_ENTRA_SECRET = "test"  # noqa: S105 - of no tenant
S3 = S3Config(
    bucket="lineup-test",
    region="eu-central-1",
    endpoint_url="http://127.0.0.1:9",
    addressing_style="path",
    access_key_id="test",
    secret_access_key="test",  # noqa: S106 - of no bucket
    connect_timeout=0.2,
    read_timeout=0.2,
    attempts=1,
)
# Counted as anywhere, but no test comes near: those of the limits set their own.
LINEUP_CALLS_PER_PERSON = environment.number("LINEUP_CALLS_PER_PERSON", 1_000_000)
LINEUP_CALLS_PER_ADDRESS = environment.number("LINEUP_CALLS_PER_ADDRESS", 1_000_000)
LINEUP_CALLS_OF_KIND = {"links": environment.number("LINEUP_LINKS_PER_PERSON", 1_000_000)}
# Static files are found where they are: there is no collected folder to warn about.
WHITENOISE_AUTOREFRESH = True
Q_CLUSTER = {**Q_CLUSTER, "sync": False}
