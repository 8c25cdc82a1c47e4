"""The demo's database: made, migrated, and filled once with the sample story."""

import psycopg
from psycopg import sql

from project.demo import children
from project.demo.environment import DATABASE, DemoAddresses
from project.demo.mail_box import MailBox


def prepare(addresses: DemoAddresses, mails: MailBox) -> bool:
    """Leave a migrated database with the complete story; whether it was made anew.

    Loading is all or nothing: a database whose loading was cut off is thrown away, with the mails it caused.
    """
    fresh = is_missing(addresses)
    if fresh:
        addresses.loaded = False
        addresses.save()
        mails.clear()
        _make_empty(addresses)
    arguments = ["manage.py", "demo_prepare", *(["--story"] if fresh else [])]
    what = "The sample data could not be made." if fresh else "The database could not be brought up to date."
    children.run_to_end("prepare", arguments, addresses.environment(), addresses.folder / "logs", failure=what)
    if fresh:
        addresses.loaded = True
        addresses.save()
    return fresh


def is_missing(addresses: DemoAddresses) -> bool:
    """Whether the story must be loaded: it never was to the end, or its database is gone."""
    return not addresses.loaded or not _exists(addresses)


def _exists(addresses: DemoAddresses) -> bool:
    with psycopg.connect(addresses.database_server) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is not None


def _make_empty(addresses: DemoAddresses) -> None:
    name = sql.Identifier(DATABASE)
    with psycopg.connect(addresses.database_server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
