"""The theme: our name, our colours, and where it asks for navigation; dotted names, so that settings import nothing."""

from django.templatetags.static import static

TEAL = {
    # The theme paints with 600 in the light and with 500 in the dark: those two are teal 700 and teal 400.
    "50": "oklch(98.4% .014 180.72)",
    "100": "oklch(95.3% .051 180.801)",
    "200": "oklch(91% .096 180.426)",
    "300": "oklch(85.5% .138 181.071)",
    "400": "oklch(81.5% .146 181.5)",
    "500": "oklch(77.7% .152 181.912)",
    "600": "oklch(51.1% .096 186.391)",
    "700": "oklch(43.7% .078 188.216)",
    "800": "oklch(38.6% .063 188.416)",
    "900": "oklch(32.5% .055 190)",
    "950": "oklch(27.7% .046 192.524)",
}


def _asset(name: str) -> object:
    """The address of a static file, asked for when a page is made: hashed names are not known earlier."""
    return lambda request: static(f"helpdesk/{name}")


STYLES = (
    "desk",
    "blocks",
    "forms",
    "admin",
    "lists",
    "ticket-page",
    "acts",
    "assign",
    "assign-busy",
    "picks",
    "people",
    "hours",
    "extension",
    "files",
    "reports",
    "logs",
    "dashboard",
    "dashboard-charts",
    "dashboard-print",
)
"""In the order in which a later one may say otherwise."""

UNFOLD = {
    "SITE_TITLE": "Lineup",
    "SITE_HEADER": "Lineup",
    "SITE_SUBHEADER": "helpdesk.admin.navigation.organisation",
    "SITE_ICON": _asset("mark.svg"),
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _asset("mark.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": TEAL},
    "STYLES": [_asset(f"{name}.css") for name in STYLES],
    "SCRIPTS": [
        _asset("desk.js"),
        _asset("typed.js"),
        _asset("acts.js"),
        _asset("filters.js"),
        _asset("assign.js"),
        _asset("hours.js"),
        _asset("picks.js"),
        _asset("extension.js"),
        _asset("files-send.js"),
        _asset("files.js"),
        _asset("files-preview.js"),
    ],
    "SIDEBAR": {
        "show_search": False,
        "command_search": False,
        "show_all_applications": False,
        "navigation": "helpdesk.admin.navigation.sidebar",
    },
}
