"""What must never stand in a log, and its removal from what is about to be written there.

Our own lines hold no secrets to begin with; this is for what others put into theirs: libraries their addresses, the database the
row it refused, a traceback the message of whatever broke.
"""

import re
from functools import cache
from urllib.parse import quote

from django.conf import settings

HIDDEN = "[hidden]"
SHORTEST = 8
"""Characters of a secret of ours; what is shorter would hide half the log."""

NAMES = (
    "access_token", "id_token", "refresh_token", "client_secret", "client_assertion", "code", "code_verifier", "csrfmiddlewaretoken",
    "password", "passwd", "secret", "secret_key", "token", "otp_token", "nonce", "session_state", "api_key", "apikey", "authorization",
    "cookie", "set-cookie", "x-csrftoken", "sessionid", "csrftoken", "__Host-session", "__Host-csrf",
    "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "AWSAccessKeyId", "Signature",
    "body", "text", "html", "description", "note", "comment",
)  # fmt: skip
"""What stands behind these names in addresses, headers, forms and printed values is hidden, the words of mails and tickets too."""

_NAMED = "|".join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True))
PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), shown)
    for pattern, shown in (
        # A value printed by Python or JSON: 'name': 'value', name="value"; also one printed twice, where quotes have more bars.
        (
            rf"""(\b(?:{_NAMED})\\*["']?\s*[:=]\s*)"""
            r"""(?:\\+(["'])[^\r\n]*?\\+\2|b?"(?:[^"\\]|\\+[^\\])*"|b?'(?:[^'\\]|\\+[^\\])*')""",
            rf"\1{HIDDEN}",
        ),
        # A header with everything behind it.
        (r"\b((?:authorization|cookie|set-cookie|x-csrftoken)\s*[:=]\s*)(?!\[hidden\])[^\r\n]+", rf"\1{HIDDEN}"),
        # A part of an address or a form.
        (rf"""(?<![\w-])((?:{_NAMED})=)(?!\[hidden\])[^&\s"'<>,;)]+""", rf"\1{HIDDEN}"),
        (r"\b((?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}", rf"\1{HIDDEN}"),
        # Begun where no such letter stands before it: else each eyJ in a long run of them would be tried to its end.
        (r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}", HIDDEN),
        (r"(://)[^/\s@]+@", rf"\1{HIDDEN}@"),
        # What Postgres adds to a refusal: the row itself.
        (r"((?-i:DETAIL|CONTEXT):\s*)(?!\[hidden\])[^\r\n]+(?:\n\t[^\r\n]*)*", rf"\1{HIDDEN}"),
    )
)


def without_secrets(text: str) -> str:
    """The text as it may be written down."""
    for secret in _ours():
        text = text.replace(secret, HIDDEN)
    for pattern, shown in PATTERNS:
        text = pattern.sub(shown, text)
    return text


@cache
def _ours() -> tuple[str, ...]:
    """The secrets of this process's own settings, as they are and as they stand in an address; the longest first."""
    database = settings.DATABASES["default"]
    known = (
        settings.SECRET_KEY,
        settings.SOCIAL_AUTH_ENTRA_SECRET,
        settings.S3.secret_access_key,
        settings.EMAIL_HOST_PASSWORD,
        str(settings.ANYMAIL.get("SENDGRID_API_KEY", "")),
        settings.LINEUP_METRICS_TOKEN,
        str(database.get("PASSWORD") or ""),
    )
    told = {form for secret in known for form in (secret, quote(secret, safe="")) if len(secret) >= SHORTEST}
    return tuple(sorted(told, key=len, reverse=True))
