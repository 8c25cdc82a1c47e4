"""How many of the promises that are decided were kept (rules 8)."""

from __future__ import annotations


def compliance(on_time: int, breached: int) -> float | None:
    """The share of tickets resolved on time among these and the breached, 0 to 100 with one decimal, halves rounded up.

    None while nothing has been decided.
    """
    decided = on_time + breached
    return (2000 * on_time + decided) // (2 * decided) / 10 if decided else None
