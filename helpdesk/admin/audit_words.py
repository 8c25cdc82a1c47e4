"""The audit trail in words: what changed, from what to what."""

from typing import Any

from helpdesk.models import AuditEvent, RoleMapping
from helpdesk.services.audit import ACTS
from workflow.roles import Role

DASH = "\N{EN DASH}"
SOURCES = {"azure": "Entra ID", "admin": "admin"}


def act_of(event: AuditEvent) -> str:
    """The act by its name."""
    return ACTS.get(event.act, event.act)


def change_of(event: AuditEvent) -> str:
    """Before -> after in one line; what did not change is left out."""
    before, after = event.before or {}, event.after or {}
    if "role" in after and "holds" in after:
        return f"{_role(after['role'])}: {_held(before)} → {_held(after)}"
    if "shown_in_page" in after:
        return _file(after)
    if "claim" in (after or before):
        return _arrow(_mapping(before), _mapping(after))
    names = [
        name for name in (*before, *(one for one in after if one not in before)) if before.get(name) != after.get(name)
    ]
    return "; ".join(_one(name, before, after) for name in names)


def _one(name: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    word = name.replace("_", " ").capitalize()
    if name not in before:
        return f"{word}: {_value(after.get(name))}"
    return f"{word}: {_value(before[name])} → {_value(after.get(name))}"


def _value(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (", ".join(map(_word, value)) or "none") if isinstance(value, list) else str(value)


def _word(value: Any) -> str:
    """One of a list: roles by their names."""
    return _role(value) if isinstance(value, str) else str(value)


def _file(fetched: dict[str, Any]) -> str:
    how = "shown in the page" if fetched["shown_in_page"] else "downloaded"
    return f"{fetched['filename']} (file {fetched['attachment']}), {how}"


def _held(state: dict[str, Any]) -> str:
    said = "held" if state.get("holds") else "not held"
    return f"{said} ({SOURCES.get(state.get('source', ''), 'unknown')})"


def _role(name: str) -> str:
    return next((role.label for role in Role if role.value == name), name)


def _mapping(state: dict[str, Any]) -> str:
    if not state:
        return ""
    claim = next((label for value, label in RoleMapping.Claim.choices if value == state["claim"]), state["claim"])
    return f"{claim} {state['value']} gives {_role(state['role'])}"


def _arrow(before: str, after: str) -> str:
    return " → ".join(one for one in (before, after or "deleted") if one)
