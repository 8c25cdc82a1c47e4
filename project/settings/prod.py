"""Production: environment only; refuses to start with a missing or unsafe value."""

from django.core.exceptions import ImproperlyConfigured

from project.settings import environment
from project.settings.base import *  # noqa: F403
from project.settings.base import EMAIL_BACKEND, ENTRA_AUTHORITY, ENTRA_TENANT_ID, LINEUP_BASE_URL

REQUIRED = (
    "LINEUP_SECRET_KEY", "LINEUP_BASE_URL", "LINEUP_ALLOWED_HOSTS", "LINEUP_ADMIN_CONTACT", "LINEUP_MAIL_FROM", "DATABASE_URL",
    "ENTRA_TENANT_ID", "ENTRA_CLIENT_ID", "ENTRA_CLIENT_SECRET", "ENTRA_API_AUDIENCE", "S3_BUCKET", "S3_REGION",
)  # fmt: skip
for _name in REQUIRED:
    environment.text(_name)
if not LINEUP_BASE_URL.startswith("https://"):
    raise ImproperlyConfigured(
        "LINEUP_BASE_URL must begin with https:// in production: mails link to it and cookies depend on it."
    )
if not environment.is_one_tenant(ENTRA_TENANT_ID):
    raise ImproperlyConfigured(
        "ENTRA_TENANT_ID must be the id of your own tenant, a UUID: not common, not personal accounts."
    )
if not ENTRA_AUTHORITY.startswith("https://"):
    raise ImproperlyConfigured(
        "ENTRA_AUTHORITY must begin with https://: the keys that prove a sign-in are read there."
    )
if not EMAIL_BACKEND:
    raise ImproperlyConfigured("LINEUP_MAIL_PROVIDER must be smtp, ses or sendgrid.")

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
