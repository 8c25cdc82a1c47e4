"""One act of the story, before it is carried out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Who does what with which issue, and when.

    `by` is a sample person's key, or `reporter`, `engineer` or `sm` (who assigned it), found when it happens; empty where
    the act names its person by itself. `told` is what the act needs besides.
    """

    at: datetime
    issue: str
    do: str
    by: str = ""
    told: dict[str, Any] = field(default_factory=dict)
