"""`python -m project.backup make-key | dump FOLDER | verify FILE | restore FILE`; the database is DATABASE_URL."""

import argparse
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from project.backup.dumping import dump, thin_out
from project.backup.errors import BackupError
from project.backup.restoring import Head, restore, verify
from project.backup.sealing import key_of, make_key
from project.settings import environment


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    try:
        print(_done(options))
    except (BackupError, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m project.backup", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("make-key", help="print a new key for LINEUP_BACKUP_KEY")
    one = commands.add_parser("dump", help="write a sealed dump of the database into a folder")
    one.add_argument("folder", type=Path)
    one.add_argument("--keep", type=int, metavar="N", help="then remove all but the newest N of the folder")
    commands.add_parser("verify", help="open a file to its end, changing nothing").add_argument("file", type=Path)
    commands.add_parser("restore", help="fill an empty database from a file").add_argument("file", type=Path)
    return parser.parse_args(arguments)


def _done(options: argparse.Namespace) -> str:
    """Do it and say what was done."""
    if options.command == "make-key":
        return make_key()
    key = key_of(environment.text("LINEUP_BACKUP_KEY", ""))
    if options.command == "verify":
        return f"The backup is whole: {_described(verify(options.file, key))}."
    address = environment.text("DATABASE_URL")
    if options.command == "restore":
        head = restore(address, options.file, key)
        return f"Restored, every row equal: {_described(head)}. Now run: manage.py upgrade"
    path = dump(address, options.folder, key)
    gone = thin_out(options.folder, options.keep) if options.keep else []
    return f"{path}{f'; removed {len(gone)} older ones' if gone else ''}"


def _described(head: Head) -> str:
    rows = sum(int(values[0]) for values in head.fingerprints.values() if len(values) == 2 and len(values[1]) == 32)
    return f"{len(head.fingerprints)} tables and sequences with {rows:,} rows, made {head.made_at}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
