"""The one list of what may be opened without being signed in; everything else leads to the sign-in page."""

PUBLIC_ROUTES = frozenset(
    {
        "healthz",
        "readyz",
        "health-deep",
        "metrics",
        "csp-report",
        "favicon",
        "sign-in",
        "sign-in-local",
        "sign-out",
        "social:begin",
        "social:complete",
    }
)
"""Route names. `sign-in-local` answers 404 while the break-glass sign-in is off. `sign-out` because ending a session that has just ended is no reason to sign in again."""

ALWAYS_OPEN_SIGNED_IN = PUBLIC_ROUTES | {"role-not-assigned"}
"""What somebody without any role may still open (P6)."""
