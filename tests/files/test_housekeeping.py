"""Bucket and tickets say the same: abandoned uploads, objects without a file, files without an object (A6, F5)."""

from io import StringIO

import pytest
import requests
from django.core.management import CommandError, call_command

from helpdesk.models import AdminAlert, Attachment
from helpdesk.services import discarding, housekeeping
from helpdesk.services.attachments import confirm
from project.demo.s3_faults import Fault
from storage.s3 import Bucket
from tests.factories import AdminFactory, a_ticket
from tests.files.sending import PICTURE, announced, digest, put, sent

pytestmark = pytest.mark.django_db


def keys(s3) -> list[str]:
    return sorted(stored.key for stored in s3.store.objects("lineup"))


def stray(settings, key: str) -> str:
    """An object that no ticket has."""
    link = Bucket(settings.S3).presign_put(
        key, content_type="image/png", size=len(PICTURE), sha256=digest(PICTURE), expires=60
    )
    assert requests.put(link.url, data=PICTURE, headers=link.headers, timeout=10).status_code == 200
    return key


def test_uploads_nobody_confirmed_are_forgotten_after_a_day(s3, clock):
    ticket = a_ticket()
    kept = sent(ticket.reporter, ticket, "kept.png")
    arrived, never = (announced(ticket.reporter, ticket, name) for name in ("arrived.png", "never.png"))
    put(ticket.reporter, arrived)

    assert housekeeping.sweep_unconfirmed(clock.forward(hours=23)) == 0
    assert housekeeping.sweep_unconfirmed(clock.forward(hours=2)) == 2

    assert [row.pk for row in Attachment.objects.all()] == [kept.pk]
    assert discarding.sweep_discarded(clock.forward(minutes=16)) == 2
    assert keys(s3) == [kept.s3_key]
    assert never.pk != arrived.pk


def test_a_silent_s3_keeps_what_arrived_until_it_speaks_again(s3, clock):
    ticket = a_ticket()
    put(ticket.reporter, announced(ticket.reporter, ticket))
    s3.faults.set(Fault.BUSY)

    assert housekeeping.sweep_unconfirmed(clock.forward(days=2)) == 1
    assert discarding.sweep_discarded(clock.forward(minutes=16)) == 0
    s3.faults.clear()
    assert discarding.sweep_discarded(clock.moment) == 1

    assert keys(s3) == []


def test_orphans_planted_both_ways_are_all_found_and_strays_cleared(s3, settings):
    AdminFactory(email="admin@corp.example")
    tickets = [a_ticket() for _ in range(3)]
    files = [sent(one.reporter, one, f"{number}.png") for one in tickets for number in range(4)]
    planted = sorted(stray(settings, f"2026/03/0{day}/N-AP1-1001/stray-{day}.png") for day in range(1, 6))
    gone = sorted(row.s3_key for row in files[::3])
    for key in gone:
        s3.store.delete("lineup", key)
    on_its_way = announced(tickets[0].reporter, tickets[0], "later.png")
    put(tickets[0].reporter, on_its_way)

    found = housekeeping.reconcile(delete=True)

    assert (found.strays, sorted(found.lost), found.deleted) == (planted, gone, len(planted))
    assert keys(s3) == sorted([row.s3_key for row in files if row.s3_key not in gone] + [on_its_way.s3_key])
    assert AdminAlert.objects.get().text.count("\n") == len(gone)
    assert confirm(actor=tickets[0].reporter, attachment_id=on_its_way.pk).state == "confirmed"


def test_only_the_last_days_are_looked_at_when_asked(s3, settings, clock):
    old = stray(settings, "2025/01/01/N-AP1-1001/stray.png")
    new = stray(settings, f"{clock.moment:%Y/%m/%d}/N-AP1-1001/stray.png")

    assert housekeeping.reconcile(delete=False, days=31).strays == [new]
    assert housekeeping.reconcile(delete=False).strays == [old, new]
    assert keys(s3) == [old, new]


def test_the_command_says_what_does_not_agree_and_ends_with_one(s3, settings):
    key, said = stray(settings, "2026/03/01/N-AP1-1001/stray.png"), StringIO()

    with pytest.raises(CommandError) as ended:
        call_command("reconcile_files", stdout=said)
    call_command("reconcile_files", delete=True, stdout=said)

    assert ended.value.returncode == 1
    assert said.getvalue().splitlines() == [
        f"without a ticket: {key}",
        "1 without a ticket (0 deleted), 0 missing.",
        f"without a ticket: {key}",
        "1 without a ticket (1 deleted), 0 missing.",
    ]


def test_the_command_says_plainly_when_s3_is_away(s3):
    s3.faults.set(Fault.REFUSE)

    with pytest.raises(CommandError, match="does not answer"):
        call_command("reconcile_files")
