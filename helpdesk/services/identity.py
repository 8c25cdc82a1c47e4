"""What a request says about who acts: checked against the caller, never trusted and never corrected (A4)."""

from collections.abc import Mapping, Sequence

from helpdesk.models import User
from helpdesk.selectors import people
from workflow.errors import AssignerForged, LevelNotHeld
from workflow.roles import ROLE_OF_LEVEL
from workflow.states import Level

ASSIGNER = ("assigned_by", "assigned_by_id")
LEVEL = ("level", "assigned_level")


def check_claimed(*, actor: User, sent: Mapping[str, Sequence[str]]) -> None:
    """Refuse a form that names somebody else as the assigner, or a level the caller does not hold.

    What it names truly is not used either: the row is filled from the signed-in person and the open tab. A field left
    empty claims nothing.
    """
    if any(said != str(actor.pk) for said in _said(sent, ASSIGNER)):
        raise AssignerForged
    for said in _said(sent, LEVEL):
        _check_level(actor, said)


def _said(sent: Mapping[str, Sequence[str]], names: Sequence[str]) -> list[str]:
    return [said.strip() for name in names for said in sent.get(name, ()) if said.strip()]


def _check_level(actor: User, said: str) -> None:
    level = next((one for one in Level if one.value == said.lower()), None)
    if level is None or ROLE_OF_LEVEL[level] not in people.roles_of(actor):
        raise LevelNotHeld(level=level or said)
