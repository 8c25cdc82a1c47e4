"""What holds everywhere. Values that differ come from the environment (docs/configuration.md) or from demo, test and prod."""

from pathlib import Path

from project.settings import broker, databases, environment, files, looks
from project.unfold import UNFOLD  # noqa: F401  (a Django setting)

BASE_DIR = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = environment.text("LINEUP_SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS = environment.words("LINEUP_ALLOWED_HOSTS")
LINEUP_BASE_URL = environment.text("LINEUP_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [LINEUP_BASE_URL]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "project.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "social_django",
    "simple_history",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "import_export",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_q",
    "anymail",
    "helpdesk",
    "reports",
]

MIDDLEWARE = [
    "project.middleware.RequestIdMiddleware",
    "project.requests_seen.RequestsSeenMiddleware",
    "project.time_limit.TimeLimitMiddleware",
    "project.middleware.SecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "project.middleware.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "helpdesk.admission.AdmissionMiddleware",
    "helpdesk.sso.middleware.SignedInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "helpdesk.portal.middleware.TimeZoneMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.portal.context.desk",
            ],
        },
    },
]

DATABASES = databases.all_of_them()
LINEUP_REPORTS_DATABASE = databases.of_reports(DATABASES)
# The role that web and clusters sign in with, where another one owns the tables (deploy/postgres/roles.sql).
LINEUP_DATABASE_APP_ROLE = environment.text("LINEUP_DATABASE_APP_ROLE", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "helpdesk.User"
AUTHENTICATION_BACKENDS = [
    "helpdesk.sso.backend.EntraBackend",
    "helpdesk.sso.local.BreakGlassBackend",
    "guardian.backends.ObjectPermissionBackend",
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
# The organisation's zone: dates of report (T2) and every time shown to somebody whose own zone is not known.
TIME_ZONE = environment.text("LINEUP_TIME_ZONE", "UTC")

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".local" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Signed in for a working day at most, and for half an hour without a request (helpdesk/sso/sessions.py).
LINEUP_SESSION_HOURS = environment.number("LINEUP_SESSION_HOURS", 8)
LINEUP_SESSION_IDLE_MINUTES = environment.number("LINEUP_SESSION_IDLE_MINUTES", 30)
SESSION_COOKIE_AGE = LINEUP_SESSION_HOURS * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Whether each request leaves a line in the log, as in production (project/requests_seen.py).
LINEUP_REQUEST_LOG = False
# How long one request may hold a web worker; without a limit but in production (project/time_limit.py).
LINEUP_REQUEST_SECONDS = 0
# The largest body of all, a sheet of people with its form; it is held in memory, so that no disk is needed.
LINEUP_LARGEST_BODY = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = LINEUP_LARGEST_BODY
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Sign-in with Entra ID: v2 endpoints of one tenant.
ENTRA_TENANT_ID = environment.text("ENTRA_TENANT_ID", "")
ENTRA_AUTHORITY = environment.text("ENTRA_AUTHORITY", f"https://login.microsoftonline.com/{ENTRA_TENANT_ID}").rstrip(
    "/"
)
ENTRA_API_AUDIENCE = environment.text("ENTRA_API_AUDIENCE", "")
# Client ids of the programs that may call the API; none named: every program of the tenant that Entra ID lets.
ENTRA_API_CLIENTS = environment.words("ENTRA_API_CLIENTS")
SOCIAL_AUTH_URL_NAMESPACE = "social"
SOCIAL_AUTH_ENTRA_KEY = environment.text("ENTRA_CLIENT_ID", "")
SOCIAL_AUTH_ENTRA_SECRET = environment.text("ENTRA_CLIENT_SECRET", "")
SOCIAL_AUTH_ENTRA_TENANT_ID = ENTRA_TENANT_ID
SOCIAL_AUTH_STRATEGY = "social_django.strategy.DjangoStrategy"
SOCIAL_AUTH_STORAGE = "social_django.models.DjangoStorage"
SOCIAL_AUTH_JSONFIELD_ENABLED = True
SOCIAL_AUTH_REQUIRE_POST = True
SOCIAL_AUTH_ENTRA_REQUESTS_TIMEOUT = 5
SOCIAL_AUTH_PIPELINE = (
    "social_core.pipeline.social_auth.social_details",
    "social_core.pipeline.social_auth.social_uid",
    "helpdesk.sso.pipeline.find_or_make_person",
    "social_core.pipeline.social_auth.social_user",
    "social_core.pipeline.social_auth.associate_user",
    "helpdesk.sso.pipeline.refresh_person",
)

# The local sign-in for the day Entra ID is away: off unless switched on (docs/entra.md). Its tries are counted in
# helpdesk/services/tries.py, so the device itself keeps no count of its own.
LINEUP_BREAK_GLASS = environment.flag("LINEUP_BREAK_GLASS", default=False)
LINEUP_PROXIES = environment.number("LINEUP_PROXIES", 0)
OTP_TOTP_ISSUER = "Lineup"
OTP_TOTP_THROTTLE_FACTOR = 0

# S3: attachments go from the browser straight to the bucket.
S3 = files.bucket()
LINEUP_FILES = files.limits()
LINEUP_UPLOAD_SECONDS = files.upload_seconds()
LINEUP_DOWNLOAD_SECONDS = files.download_seconds()
# ClamAV's address; without one no file is held back.
LINEUP_SCANNER = files.scanner()

# Mail: SMTP by default; amazon_ses and sendgrid through anymail.
MAIL_PROVIDERS = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "ses": "anymail.backends.amazon_ses.EmailBackend",
    "sendgrid": "anymail.backends.sendgrid.EmailBackend",
}
EMAIL_BACKEND = MAIL_PROVIDERS.get(environment.text("LINEUP_MAIL_PROVIDER", "smtp"), "")
EMAIL_HOST = environment.text("EMAIL_HOST", "localhost")
EMAIL_PORT = environment.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
ANYMAIL = {
    "SENDGRID_API_KEY": environment.text("SENDGRID_API_KEY", ""),
    "REQUESTS_TIMEOUT": EMAIL_TIMEOUT,
    "AMAZON_SES_CLIENT_PARAMS": {
        "config": {"connect_timeout": 5, "read_timeout": EMAIL_TIMEOUT, "retries": {"total_max_attempts": 1}}
    },
}
DEFAULT_FROM_EMAIL = environment.text("LINEUP_MAIL_FROM", "Lineup <lineup@localhost>")
LINEUP_MAIL_DOMAIN = environment.text("LINEUP_MAIL_DOMAIN", "lineup.local")

# The organisation.
LINEUP_ORGANISATION = environment.text("LINEUP_ORGANISATION", "Corp Example")
# The bytes of its logo, which every mail carries.
LINEUP_LOGO = looks.logo()
LINEUP_ADMIN_CONTACT = environment.text("LINEUP_ADMIN_CONTACT", "")
LINEUP_CLOCK = "helpdesk.clock.database_now"
LINEUP_DEMO = False
# Whether `manage.py load_sample` may fill this database with people and tickets that do not exist.
LINEUP_SAMPLES = False

# django-q2 only ticks: see docs/decisions and the traps it works around.
Q_CLUSTER = {
    "name": "lineup",
    **broker.chosen(),
    "workers": 2,
    "queue_limit": 2,
    "timeout": 60,
    "retry": 150,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "poll": 0.2,
    "save_limit": 250,
    "label": "Background work",
}

# Rows up to which a report is answered in the request; a longer one is prepared by a worker (reports/exports/runs.py).
LINEUP_REPORT_ROWS_AT_ONCE = 5_000

# Whoever shows this token may read /metrics; without one nobody may (project/metrics.py).
LINEUP_METRICS_TOKEN = environment.text("LINEUP_METRICS_TOKEN", "")

# Calls of the API in a minute, 0 for no limit (helpdesk/services/limits.py).
LINEUP_CALLS_PER_PERSON = environment.number("LINEUP_CALLS_PER_PERSON", 300)
LINEUP_CALLS_PER_ADDRESS = environment.number("LINEUP_CALLS_PER_ADDRESS", 3000)
LINEUP_CALLS_OF_KIND = {"links": environment.number("LINEUP_LINKS_PER_PERSON", 60)}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "helpdesk.sso.bearer.EntraBearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["helpdesk.api.permissions.DeclaredRoles"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["helpdesk.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "helpdesk.api.schema.DeskSchema",
    "EXCEPTION_HANDLER": "helpdesk.api.errors.problem",
    "UNAUTHENTICATED_USER": None,
    # A format is asked for with `Accept` alone: `?format=` would be a parameter that no call has.
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lineup API",
    "DESCRIPTION": "Tickets, queues and promises of in-house applications.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "helpdesk.api.schema.add_problem"],
    "ENUM_NAME_OVERRIDES": {
        "LevelEnum": "helpdesk.api.ticket_shapes.LEVELS",
        "RoleEnum": "workflow.roles.Role.choices",
        "StatusEnum": "workflow.states.Status.choices",
        "ExtensionStatusEnum": "workflow.states.ExtensionStatus.choices",
    },
}

# guardian: no row for anonymous people; grants of tickets live in a table of their own (models/grants.py).
ANONYMOUS_USER_NAME = None
SIMPLE_HISTORY_REVERT_DISABLED = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "project.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "filters": {"short_refusals": {"()": "project.logs.ShortRefusals"}},
    "loggers": {"django.request": {"filters": ["short_refusals"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
