"""Who may do what, route by route: the one declaration that the matrix test holds against every answer of the site.

An answer is a status, or the beginning of the address a 302 leads to. Where answers differ, a dictionary names the person, or
the ground on which a ticket is seen. `get` stands for HEAD too, `other` for PUT, PATCH, DELETE and OPTIONS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.access.world import HANDLES, PEOPLE, REPORTS, UNSEEN, ground_of

Answer = int | str
Answers = Answer | Mapping[str, Answer]

# --- people, by what they hold ----------------------------------------------------------------------------------------

STRANGERS = frozenset({"anonymous", "inactive"})
SOMEBODY = frozenset(PEOPLE) - STRANGERS - {"nobody"}
STAFF = SOMEBODY - {"reporter", "other_reporter"}
MASTERS = frozenset({"sm1", "sm2"})
ENGINEERS = frozenset({"engineer", "multi"})
ADMINS = frozenset({"admin"})
ELSE = "everybody else"

# --- named groups of cells --------------------------------------------------------------------------------------------

TO_SIGN_IN = dict.fromkeys(STRANGERS, "/sign-in/")
NO_TOKEN = dict.fromkeys(STRANGERS, 401)
NO_ROLE = {"nobody": 403}

OF_HANDLERS: Answers = {HANDLES: 200, REPORTS: "/my/N-", UNSEEN: 404}
"""The desk's page of a ticket: its mere reporter reads it in the portal."""
OF_VIEWERS: Answers = {HANDLES: 200, REPORTS: 200, UNSEEN: 404}
"""A dialog: whoever sees the ticket and holds the role; whether the act is possible now the dialog says."""
OF_ITS_REPORTER: Answers = {REPORTS: 200, HANDLES: 404, UNSEEN: 404}
"""A page of the portal: the reporter's alone, whatever roles somebody else holds."""
OF_FILES: Answers = {
    HANDLES: "http://127.0.0.1:9/lineup-test/",
    REPORTS: "http://127.0.0.1:9/lineup-test/",
    UNSEEN: 404,
}
"""A file of the ticket: to the bucket, for whoever sees the ticket."""
OF_WHO_SEES: Answers = {HANDLES: 200, REPORTS: 200, UNSEEN: 404}
"""A call that reads the ticket: whoever sees it, each as much as they may."""
SENT_EMPTY: Answers = {REPORTS: 422, HANDLES: 404, UNSEEN: 404}
"""A form of the portal with nothing in it."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One route: who is let in, what those who are not are told, and what the others get."""

    let_in: frozenset[str]
    at_the_address: frozenset[str] = frozenset()
    """Let in at the address but not to the act: an odd method is refused before the role is asked for."""
    refused: Mapping[str, Answer]
    get: Answers
    post: Answers
    other: Answers = 405
    options: Answers | None = None
    put: Answers | None = None
    acts: bool = False
    """Whether a POST of those let in changes something, as signing out does; otherwise nothing may change at all."""
    records: bool = False
    """Whether the audit trail keeps a GET, as it keeps every link to a file."""

    def expected(self, person: str, ticket: str, method: str) -> Answer:
        """The declared answer of one cell."""
        is_odd = method not in {"GET", "HEAD", "POST"}
        if person not in self.let_in and not (is_odd and person in self.at_the_address):
            return self.refused.get(person, 403)
        by_method = {"GET": self.get, "HEAD": self.get, "POST": self.post}
        if method == "OPTIONS" and self.options is not None:
            by_method["OPTIONS"] = self.options
        if self.put is not None:
            by_method["PUT"] = self.put
        answers = by_method.get(method, self.other)
        if not isinstance(answers, Mapping):
            return answers
        return next(answers[key] for key in (person, ground_of(person, ticket), ELSE) if key in answers)


def public(*, get: Answers, post: Answers = 405) -> Row:
    """Open to everybody."""
    return Row(let_in=frozenset(PEOPLE), refused={}, get=get, post=post)


def portal(*, get: Answers, post: Answers = 405, records: bool = False) -> Row:
    """Open to everybody with a role."""
    return Row(let_in=SOMEBODY, refused=TO_SIGN_IN | NO_ROLE, get=get, post=post, records=records)


def desk(*, only: frozenset[str] = STAFF, get: Answers, post: Answers = 405, acts: bool = False) -> Row:
    """Open to the staff, or to some of them; the others are told no."""
    return Row(let_in=only, refused=TO_SIGN_IN | NO_ROLE, get=get, post=post, acts=acts)


def api(
    *,
    only: frozenset[str] = SOMEBODY,
    get: Answers = 200,
    post: Answers = 405,
    write: Answers = 405,
    options: Answers = 200,
    put: Answers | None = None,
) -> Row:
    """A call: strangers get 401, never a redirect. A form is no body it reads (415)."""
    return Row(let_in=only, refused=NO_TOKEN | NO_ROLE, get=get, post=post, other=write, options=options, put=put)


def dialog(*, only: frozenset[str]) -> Row:
    """A dialog of a ticket: a GET opens it, a POST on an old version or with nothing in it shows it again."""
    return replace(desk(only=only, get=OF_VIEWERS, post=OF_VIEWERS), at_the_address=STAFF)


ADMIN_DIALOG = desk(only=ADMINS, get=200, post=200)
CLOSED = {"get": 403, "post": 403}


def pages(model: str, *, only: frozenset[str], change: Row) -> dict[str, Row]:
    """The six addresses every registered model has: a list, a page, and four that nobody uses.

    A POST to a list knows no act and shows the list. The bare address of a row leads to its page without looking it up.
    """
    return {
        f"admin:helpdesk_{model}_changelist": desk(only=only, get=200, post=200),
        f"admin:helpdesk_{model}_change": change,
        f"admin:helpdesk_{model}_add": desk(only=only, **CLOSED),
        f"admin:helpdesk_{model}_delete": desk(only=only, **CLOSED),
        f"admin:helpdesk_{model}_history": desk(only=only, **CLOSED),
        f"desk/helpdesk/{model}/<path:object_id>/": desk(
            only=only, get=f"/desk/helpdesk/{model}/", post=f"/desk/helpdesk/{model}/"
        ),
    }


TABLE: dict[str, Row] = {
    # --- doors ---
    "healthz": public(get=200),
    "favicon": public(get="/static/helpdesk/mark.svg"),
    "readyz": public(get=200),
    "metrics": public(get=404),
    "csp-report": replace(public(get=405, post=204), records=False, acts=True),
    "health-deep": replace(public(get=503), records=True),
    "sign-in": public(get={**dict.fromkeys(STRANGERS, 200), ELSE: "/"}),
    "sign-in-local": public(get=404, post=404),
    "sign-out": Row(
        let_in=frozenset(PEOPLE),
        refused={},
        get=405,
        post={**dict.fromkeys(STRANGERS, "/sign-in/"), ELSE: "http://127.0.0.1:9/"},
        acts=True,
    ),
    "social:begin": public(get=405, post=404),
    "social:complete": public(get=404),
    "role-not-assigned": Row(let_in=SOMEBODY, refused=TO_SIGN_IN | NO_ROLE, get="/", post="/", other="/", options="/"),
    # --- portal ---
    "home": portal(get={"reporter": "/my/", "other_reporter": "/my/", ELSE: "/desk/"}),
    "ticket-door": portal(get={HANDLES: "/desk/helpdesk/ticket/", REPORTS: "/my/N-", UNSEEN: 404}),
    "portal:tickets": portal(get=200),
    "portal:raise": portal(get=200, post=422),
    "portal:ticket": portal(get=OF_ITS_REPORTER),
    "portal:raised": portal(get=OF_ITS_REPORTER),
    "portal:comment": portal(get=405, post=SENT_EMPTY),
    "portal:withdraw": portal(get=405, post=SENT_EMPTY),
    "file": portal(get=OF_FILES, records=True),
    "file-preview": portal(get=OF_FILES, records=True),
    # --- desk ---
    "admin:index": desk(get="/desk/", post="/desk/"),
    "admin:login": Row(let_in=SOMEBODY, refused=TO_SIGN_IN | NO_ROLE, get="/", post="/", other="/"),
    "admin:logout": Row(let_in=STAFF, refused=TO_SIGN_IN | NO_ROLE, get="/", post=307),
    "admin:jsi18n": desk(get=200),
    "admin:workspace": desk(get=405, post={"sm1": "/desk/", ELSE: 403}, acts=True),
    "admin:my-work": desk(only=ENGINEERS, get=200),
    "admin:queues": desk(only=MASTERS, get=200),
    "admin:queues-versions": desk(only=MASTERS, get=200),
    "admin:queues-line": desk(only=MASTERS, get=200),
    "admin:queues-preview": desk(only=MASTERS, get=405, post=422),
    "admin:queues-reorder": desk(only=MASTERS, get=405, post=422),
    "admin:queues-suggest": desk(only=MASTERS, get=405, post=200),
    "admin:queues-move": desk(only=MASTERS, get=405, post=422),
    "admin:extensions": desk(only=MASTERS, get=200),
    "desk/(?P<url>.*)$": desk(get=404, post=404),
    **pages("ticket", only=STAFF, change=desk(get=OF_HANDLERS, post=403)),
    "admin:helpdesk_ticket_comment": desk(get=405, post={HANDLES: 422, REPORTS: "/my/N-", UNSEEN: 404}),
    "admin:helpdesk_ticket_due": desk(only=ENGINEERS, get=OF_VIEWERS),
    "admin:helpdesk_ticket_assign": dialog(only=MASTERS),
    "admin:helpdesk_ticket_reassign": dialog(only=MASTERS),
    "admin:helpdesk_ticket_assign_many": replace(desk(only=MASTERS, get=200, post=200), at_the_address=STAFF),
    "admin:helpdesk_ticket_change_priority": dialog(only=MASTERS),
    "admin:helpdesk_ticket_withdraw": dialog(only=MASTERS),
    "admin:helpdesk_ticket_commit": dialog(only=ENGINEERS),
    "admin:helpdesk_ticket_commit_and_start": dialog(only=ENGINEERS),
    "admin:helpdesk_ticket_start": dialog(only=ENGINEERS),
    "admin:helpdesk_ticket_resolve": dialog(only=ENGINEERS),
    "admin:helpdesk_ticket_request_extension": dialog(only=ENGINEERS),
    "admin:helpdesk_ticket_decide_extension": dialog(only=MASTERS),
    # --- administration ---
    **pages("applicationcatalog", only=ADMINS, change=desk(only=ADMINS, get=200, post=403)),
    "admin:helpdesk_applicationcatalog_add_application": ADMIN_DIALOG,
    "admin:helpdesk_applicationcatalog_edit_application": ADMIN_DIALOG,
    **pages(
        "desksettings",
        only=ADMINS,
        change=desk(only=ADMINS, get="/desk/helpdesk/desksettings/", post="/desk/helpdesk/desksettings/"),
    ),
    "admin:helpdesk_desksettings_edit_settings": ADMIN_DIALOG,
    "admin:helpdesk_desksettings_set_hours": ADMIN_DIALOG,
    **pages("workingcalendar", only=ADMINS, change=desk(only=ADMINS, get=200, post=403)),
    "admin:helpdesk_workingcalendar_regions": desk(only=ADMINS, get=200, post=405),
    "admin:helpdesk_workingcalendar_add_calendar": ADMIN_DIALOG,
    "admin:helpdesk_workingcalendar_edit_calendar": ADMIN_DIALOG,
    "admin:helpdesk_workingcalendar_remove_calendar": ADMIN_DIALOG,
    **pages("adminalert", only=ADMINS, change=desk(only=ADMINS, get=404, post=404)),
    "admin:helpdesk_adminalert_send_again": desk(only=ADMINS, get=200, post="/desk/", acts=True),
    **pages("notification", only=ADMINS, change=desk(only=ADMINS, get=200, post=403)),
    "admin:helpdesk_notification_mail": desk(only=ADMINS, get=200),
    "admin:helpdesk_notification_send_one": desk(only=ADMINS, get=200, post="/desk/", acts=True),
    "admin:helpdesk_notification_send_many": ADMIN_DIALOG,
    "admin:helpdesk_notification_send_all": desk(only=ADMINS, get=200, post="/desk/", acts=True),
    **pages("heartbeat", only=ADMINS, change=desk(only=ADMINS, get=404, post=404)),
    "admin:helpdesk_heartbeat_run_again": desk(only=ADMINS, get=200, post="/desk/", acts=True),
    "admin:history": desk(only=ADMINS, get=200),
    "admin:mail-previews": desk(only=ADMINS, get=200),
    "admin:mail-preview": desk(only=ADMINS, get=404),
    **pages("rolemapping", only=ADMINS, change=desk(only=ADMINS, get=404, post=404)),
    "admin:helpdesk_rolemapping_add_mapping": ADMIN_DIALOG,
    "admin:helpdesk_rolemapping_edit_mapping": ADMIN_DIALOG,
    "admin:helpdesk_rolemapping_delete_mapping": ADMIN_DIALOG,
    **pages("user", only=ADMINS, change=desk(only=ADMINS, get=200, post=403)),
    "admin:helpdesk_user_edit_roles": ADMIN_DIALOG,
    "admin:helpdesk_user_set_authority": ADMIN_DIALOG,
    "admin:helpdesk_user_set_hours": ADMIN_DIALOG,
    "admin:helpdesk_user_end_sessions": ADMIN_DIALOG,
    "admin:helpdesk_user_deactivate": ADMIN_DIALOG,
    "admin:helpdesk_user_activate": ADMIN_DIALOG,
    "admin:helpdesk_user_sheet": desk(only=ADMINS, get=200, post=422),
    "admin:helpdesk_user_sheet_confirm": desk(only=ADMINS, get=405, post="/desk/helpdesk/user/sheet/"),
    "admin:helpdesk_user_sheet_export": desk(only=ADMINS, get=405, post="/desk/helpdesk/user/sheet/"),
    "dashboard:page": desk(only=MASTERS | ADMINS | {"ra", "multi"}, get=200),
    "exports:page": desk(only=ADMINS, get=200),
    "exports:export": desk(only=ADMINS, get=405, post=422),
    "exports:progress": desk(only=ADMINS, get=200),
    "exports:cancel": desk(only=ADMINS, get=405, post="/desk/reports/"),
    "exports:file": replace(desk(only=ADMINS, get="http://127.0.0.1:9/lineup-test/reports/"), records=True),
    # --- API ---
    "api:me": api(),
    "api:tickets": api(post=415),
    "api:ticket": api(get=OF_WHO_SEES),
    "api:ticket-events": api(get=OF_WHO_SEES),
    "api:ticket-comments": api(get=OF_WHO_SEES, post=415),
    "api:ticket-assign": api(only=MASTERS, get=405, post=415),
    "api:ticket-commit": api(only=ENGINEERS, get=405, post=415),
    "api:ticket-start": api(only=ENGINEERS, get=405, post=415),
    "api:ticket-resolve": api(only=ENGINEERS, get=405, post=415),
    "api:ticket-withdraw": api(get=405, post=415),
    "api:ticket-priority": api(only=MASTERS, get=405, post=415),
    "api:ticket-candidates": api(only=MASTERS),
    "api:ticket-extension": api(only=ENGINEERS, get=405, post=415),
    "api:extension-approve": api(only=MASTERS, get=405, post=415),
    "api:extensions": api(only=MASTERS),
    "api:engineer-queue": api(only=STAFF, get={"multi": 404, ELSE: 200}, put=400),
    "api:user-roles": api(only=ADMINS, put=400),
    "reports:summary": api(only=MASTERS | ADMINS | {"ra", "multi"}),
    "api:presign-upload": api(get=405, post=415),
    "api:presign-download": api(get=405, post=415),
    "api:attachment-confirm": api(get=405, post={HANDLES: 200, REPORTS: 200, UNSEEN: 404}),
    "api:attachment-cancel": api(get=405, post={REPORTS: 409, ELSE: 404}),
    "api:schema": api(),
    "api:docs": portal(get=200),
    "api:nothing-here": api(get=404, post=404, write=404, options=404),
}
