"""What an admin decides for applications and for the whole desk."""

from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from helpdesk import clock
from helpdesk.models import ApplicationCatalog, ApplicationCode, DeskSettings, User
from helpdesk.selectors import desk
from helpdesk.services import acting, administering, audit
from workflow.errors import ApplicationMissing, FieldInvalid, RoleNeeded
from workflow.roles import Role
from workflow.texts import clean_line, is_blank

Row = TypeVar("Row", ApplicationCatalog, DeskSettings)

TARGETS = tuple(
    f"{kind}_{priority}" for kind in ("resolution", "triage", "acceptance") for priority in ("high", "medium", "low")
)
"""The nine targets of an application, in minutes (C4, E4)."""


@transaction.atomic
def save_application(
    *,
    actor: User,
    application_id: int | None = None,
    name: str,
    code: str,
    is_retired: bool = False,
    **targets: int,
) -> ApplicationCatalog:
    """Add an application, or change one; its field history says who did it.

    Changed targets count for later tickets and assignments only (C4). A code that another application ever used is refused, and
    the case ids given out under an earlier code stay as they are (T1).
    """
    _check_admin(actor)
    application = _held(application_id)
    before = _application_state(application) if application.pk else {}
    application.name, application.code, application.is_retired = clean_line(name), code.strip().upper(), is_retired
    for target in TARGETS:
        if target in targets:
            setattr(application, target, targets[target])
    if is_blank(application.name):
        raise FieldInvalid({"name": ["This name shows nothing; please give one that can be read."]})
    _check_code(application)
    now = clock.now()
    saved = _saved(application, actor, now)
    _note("application_saved", actor, saved.name, before, _application_state(saved), now)
    return saved


@transaction.atomic
def save_desk_settings(*, actor: User, sm2_may_override: bool, reminder_lead_minutes: int) -> DeskSettings:
    """Set the switches of the desk; they count from the next act and sweep on."""
    administering.alone(actor=actor)
    settings = desk.settings()
    before = _settings_state(settings)
    settings.sm2_may_override, settings.reminder_lead_minutes = sm2_may_override, reminder_lead_minutes
    now = clock.now()
    saved = _saved(settings, actor, now)
    _note("settings_saved", actor, "The desk", before, _settings_state(saved), now)
    return saved


def _check_admin(actor: User) -> None:
    if not acting.current_person(actor).holds(Role.ADMIN):
        raise RoleNeeded(needs=Role.ADMIN.label)


def _held(application_id: int | None) -> ApplicationCatalog:
    """The application under its lock, which raising a ticket takes as well; a new one has none."""
    if application_id is None:
        return ApplicationCatalog()
    try:
        return ApplicationCatalog.objects.counted(application_id)
    except ApplicationCatalog.DoesNotExist:
        raise ApplicationMissing from None


def _check_code(application: ApplicationCatalog) -> None:
    taken = ApplicationCode.objects.filter(code=application.code).exclude(application_id=application.pk)
    if taken.exists():
        raise FieldInvalid({"code": ["This code was used by another application; a code is never given twice."]})


def _application_state(application: ApplicationCatalog) -> dict[str, Any]:
    """What an admin decides about it, as the record keeps it."""
    targets = {target: int(getattr(application, target)) for target in TARGETS}
    return {"name": application.name, "code": application.code, "retired": application.is_retired, **targets}


def _settings_state(settings: DeskSettings) -> dict[str, Any]:
    return {
        "sm2_may_override": settings.sm2_may_override,
        "reminder_lead_minutes": settings.reminder_lead_minutes,
    }


def _note(act: str, actor: User, label: str, before: dict[str, Any], after: dict[str, Any], now: datetime) -> None:
    """Keep what was changed; saving what stands there already is no change."""
    if before != after:
        audit.note(act=act, actor=actor, subject_label=label, before=before, after=after, now=now)


def _saved(row: Row, actor: User, now: datetime) -> Row:
    """Checked by the model's own limits, then saved with the person and the moment in its field history."""
    try:
        row.full_clean(validate_constraints=True)
    except ValidationError as error:
        raise FieldInvalid(dict(error.message_dict)) from error
    changed: Any = row
    changed._history_user, changed._history_date = actor, now
    row.save()
    return row
