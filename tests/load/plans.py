"""`python -m tests.load.plans [WORD] [--write docs/plans]`: the plans on the database that DATABASE_URL names (docs/performance.md)."""

import argparse
import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.test")
django.setup()

from helpdesk.models import Ticket  # noqa: E402
from tests.load.explained import first_pages  # noqa: E402

LIMIT_MS = 50.0


def main() -> int:
    """Print a line a list, slow ones with their plan; fails where one takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="only kinds and buckets with this word")
    parser.add_argument("--write", type=Path, help="a folder for one file a kind of person")
    chosen = parser.parse_args()
    slow, pages = 0, list(first_pages(chosen.word))
    print(f"{Ticket.objects.count():,} tickets")
    for page in pages:
        print(f"{page.kind:<14} {page.bucket:<20} {page.rows:>3} rows {page.milliseconds:>8.1f} ms")
        slow += page.milliseconds > LIMIT_MS
        if page.milliseconds > LIMIT_MS or chosen.word:
            print(page.plan)
    if chosen.write:
        for kind in dict.fromkeys(page.kind for page in pages):
            blocks = [
                f"-- {page.kind}, {page.bucket}: {page.rows} rows in {page.milliseconds:.1f} ms\n{page.plan}\n"
                for page in pages
                if page.kind == kind
            ]
            (chosen.write / f"{kind.replace(' ', '-')}.txt").write_text("\n".join(blocks))
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
