"""The quarantine (A7): a scanner that speaks ClamAV's protocol, one that is silent, and one that dies."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator

import pytest

from helpdesk.models import AdminAlert, Attachment, AuditEvent
from helpdesk.services import scanning
from helpdesk.services.downloads import download_link
from project.demo.s3_faults import Fault
from storage.tests.polyglots import EICAR
from tests.factories import AdminFactory, a_ticket
from tests.files.sending import sent
from workflow.errors import FileInfected, FileNotReady

pytestmark = pytest.mark.django_db


class Scanner(socketserver.BaseRequestHandler):
    """ClamAV's INSTREAM: pieces with their length, ended by a piece of none."""

    def handle(self) -> None:
        stream = self.request.makefile("rb")
        assert stream.readline() == b"nINSTREAM\n"
        content = b""
        while length := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(length)
        verdict = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
        self.request.sendall((self.server.says or verdict) + b"\n")


@pytest.fixture
def scanner(settings) -> Iterator[socketserver.TCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Scanner) as running:
        running.daemon_threads, running.says = True, b""
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.LINEUP_SCANNER = f"127.0.0.1:{running.server_address[1]}"
        yield running
        running.shutdown()


def waiting(name: str = "notes.txt", body: bytes = b"It stops.\n") -> Attachment:
    ticket = a_ticket()
    return sent(ticket.reporter, ticket, name, body)


def scan_of(row: Attachment) -> str:
    return Attachment.objects.get(pk=row.pk).scan


def test_what_is_clean_is_given_out_after_the_scan_and_not_before(s3, scanner, clock):
    row = waiting()

    with pytest.raises(FileNotReady):
        download_link(actor=row.uploaded_by, attachment_id=row.pk)
    assert scanning.sweep_scans(clock.moment) == 1

    assert scan_of(row) == "clean"
    assert download_link(actor=row.uploaded_by, attachment_id=row.pk)


def test_what_is_infected_is_kept_back_for_ever_and_the_admins_told(s3, scanner, clock):
    AdminFactory(email="admin@corp.example")
    row = waiting("eicar.txt", EICAR)

    assert scanning.sweep_scans(clock.moment) == 1

    assert scan_of(row) == "infected"
    with pytest.raises(FileInfected):
        download_link(actor=row.uploaded_by, attachment_id=row.pk)
    assert AuditEvent.objects.get(act="file_infected").after["found"] == "Eicar-Test-Signature"
    assert row.filename in AdminAlert.objects.get().text


def test_a_large_file_reaches_the_scanner_whole(s3, scanner, clock):
    body = b"a line of the log\n" * 200_000 + EICAR
    row = waiting("app.log", body)

    scanning.sweep_scans(clock.moment)

    assert scan_of(row) == "infected"


@pytest.mark.parametrize("says", [b"stream: Can't allocate memory ERROR", b"", b"nonsense"])
def test_a_scanner_without_a_verdict_leaves_the_file_waiting_and_alarms_once_an_hour(says, s3, scanner, clock):
    AdminFactory(email="admin@corp.example")
    row = waiting()
    if says:
        scanner.says = says
    else:
        scanner.shutdown()
        scanner.server_close()

    for minutes in (0, 6, 12):
        assert scanning.sweep_scans(clock.forward(minutes=minutes)) == 0

    assert scan_of(row) == "waiting"
    assert AdminAlert.objects.count() == 1
    with pytest.raises(FileNotReady):
        download_link(actor=row.uploaded_by, attachment_id=row.pk)


def test_a_silent_scanner_holds_nobody_for_ever(s3, settings, clock, monkeypatch):
    monkeypatch.setattr(scanning, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.LINEUP_SCANNER = f"127.0.0.1:{silent.getsockname()[1]}"
        row = waiting()

        assert scanning.sweep_scans(clock.moment) == 0
    assert scan_of(row) == "waiting"


def test_a_file_is_one_workers_until_its_lease_ends(s3, scanner, clock):
    row = waiting()
    Attachment.objects.filter(pk=row.pk).update(scan_leased_until=clock.moment + scanning.LEASE)

    assert scanning.sweep_scans(clock.moment) == 0
    assert scanning.sweep_scans(clock.moment + scanning.LEASE) == 1


def test_s3_away_stops_no_other_file_and_alarms_nobody(s3, scanner, clock):
    AdminFactory(email="admin@corp.example")
    row = waiting()
    s3.faults.set(Fault.BUSY)

    assert scanning.sweep_scans(clock.moment) == 0
    s3.faults.clear()
    assert scanning.sweep_scans(clock.moment + scanning.LEASE) == 1
    assert scan_of(row) == "clean"
    assert AdminAlert.objects.count() == 0


def test_without_a_scanner_nothing_is_held_back(s3, clock):
    row = waiting()

    assert scan_of(row) == "unscanned"
    assert scanning.sweep_scans(clock.moment) == 0
