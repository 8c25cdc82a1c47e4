"""Ten thousand names that somebody might try, the same ones each time."""

import random

PIECES = (
    "../", "..\\", "/", "\\", "C:\\", "....//", "%2e%2e%2f", "\0", "\r\nX-Header: a", "\t", "\x1b[31m", "\x7f", " ", "\u3000", ".", "..",
    "\u202e", "\u2066", "\u2069", "\u200f", "\u061c", "\ufeff", "\u200d", "\u2028", "\ue000", "\ud800", "\udfff", "\U000e0041",
    "\uff0f", "\u2024", "\u2044", "\u2215", "\uff0e", "e\u0301", "\u00e9", "\u212a", "\u4e2d\u6587", "\u0645\u0644\u0641", "\U0001f600",
    "a", "report", "Z", "0", "-", "_", "~", '"', "'", ";", "=", "&", "?", "#", "%", "<script>", "${x}", "`id`", "$(id)", "|", "*", ":",
    "CON", "nul", ".htaccess", ".pdf", ".PNG", ".exe", ".tar.gz", ".p\u200ddf", "." + "x" * 40, "long" * 80, "\u0430" * 300,
)  # fmt: skip


def names(count: int = 10_000) -> list[str]:
    dice = random.Random(20251111)
    return ["".join(dice.choices(PIECES, k=dice.randint(0, 12))) for _ in range(count)]
