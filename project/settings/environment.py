"""Reading the environment: the only place where settings look outside, so that a missing value has one clear sentence.

What is wrong is told by the variable's name and in words; its value never is, as it may be a secret in the wrong place.
"""

import os
import uuid

from django.core.exceptions import ImproperlyConfigured

ON = {"1", "true", "yes", "on"}
OFF = {"0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    """Value of an environment variable; without a default the variable is required."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(
            f"The environment variable {name} is required and not set. See docs/configuration.md."
        )
    return value


def number(name: str, default: int) -> int:
    """A whole number; anything else is refused by name."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"The environment variable {name} must be a whole number.")
    return int(value)


def flag(name: str, *, default: bool) -> bool:
    """A switch: 1/true/yes/on or 0/false/no/off."""
    value = text(name, "on" if default else "off").lower()
    if value not in ON | OFF:
        raise ImproperlyConfigured(f"The environment variable {name} must be on or off.")
    return value in ON


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default or " ").split(",") if word.strip()]


def is_uuid(value: str) -> bool:
    """Whether it is an id as Entra ID gives them: 32 hexadecimal digits in their five groups."""
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def is_one_tenant(name: str) -> bool:
    """Whether it is the id of one organisation's tenant: `common` and personal accounts would let in people of anywhere."""
    return is_uuid(name) and name.lower() != "9188040d-6c67-4c5b-b112-36a304b66dad"
