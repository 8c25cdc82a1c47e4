"""The mail catcher, spoken to by smtplib and a plain HTTP client."""

import smtplib
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests

from project.demo.mail import MailServer
from project.demo.mail_box import MailBox
from project.demo.ports import LOOPBACK, any_free

JSON = {"Accept": "application/json"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with MailServer(tmp_path, smtp_port=any_free()) as running:
        yield running


def send(
    server: MailServer,
    to: str = "asha.nair@corp.example",
    subject: str = "N-EXP-1001 für Asha: assigned",
    *,
    timeout: float = 5,
) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Lineup <lineup@localhost>", to, subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("Für dich: <plain>")
    message.add_alternative("<h1>For you</h1><script>alert(1)</script>", subtype="html")
    with smtplib.SMTP(LOOPBACK, server.smtp_port, timeout=timeout) as client:
        client.send_message(message)


def listed(server: MailServer, **query: str) -> list[dict[str, object]]:
    answer: list[dict[str, object]] = requests.get(server.url, params=query, headers=JSON, timeout=5).json()
    return answer


def test_a_mail_is_listed_as_json_with_all_its_parts(server: MailServer) -> None:
    send(server)

    (mail,) = listed(server)

    assert (mail["to"], mail["subject"]) == (["asha.nair@corp.example"], "N-EXP-1001 für Asha: assigned")
    assert str(mail["text"]).strip() == "Für dich: <plain>"
    assert "<h1>For you</h1>" in str(mail["html"])
    assert mail["headers"]["Auto-Submitted"] == "auto-generated"  # type: ignore[index]
    assert abs(datetime.fromisoformat(str(mail["received_at"])) - datetime.now(UTC)).total_seconds() < 10


def test_the_list_is_newest_first_and_filters_by_address_and_subject(server: MailServer) -> None:
    for number, to in enumerate(("a@corp.example", "b@corp.example", "a@corp.example")):
        send(server, to, f"mail {number}")

    assert [mail["subject"] for mail in listed(server)] == ["mail 2", "mail 1", "mail 0"]
    assert [mail["subject"] for mail in listed(server, to="A@corp.example")] == ["mail 2", "mail 0"]
    assert listed(server, to="corp.example") == []
    assert [mail["subject"] for mail in listed(server, about="mail 1")] == ["mail 1"]
    assert listed(server, to="a@corp.example", about="mail 1") == []


def test_a_person_sees_a_page_and_the_html_stays_locked_in_its_frame(server: MailServer) -> None:
    send(server, subject="<b>hostile</b>")
    (mail,) = listed(server)

    page = requests.get(server.url, timeout=5)
    one = requests.get(f"{server.url}/mail/{mail['id']}", timeout=5)
    html = requests.get(f"{server.url}/mail/{mail['id']}/html", timeout=5)

    assert "&lt;b&gt;hostile&lt;/b&gt;" in page.text
    assert "<b>hostile" not in page.text + one.text
    assert "Für dich: &lt;plain&gt;" in one.text
    assert f'sandbox src="/mail/{mail["id"]}/html"' in one.text
    assert html.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "<h1>For you</h1>" in html.text
    assert requests.get(f"{server.url}/mail/none", timeout=5).status_code == 404


def test_only_a_program_can_clear_the_list(server: MailServer) -> None:
    send(server)

    assert requests.delete(server.url, timeout=5).status_code == 404
    assert len(listed(server)) == 1
    assert requests.delete(server.url, headers=JSON, timeout=5).status_code == 204
    assert listed(server) == []


def test_mails_outlive_the_server_and_the_oldest_go_first(tmp_path: Path) -> None:
    box = MailBox(tmp_path, kept=3)
    for number in range(5):
        box.add(["a@corp.example"], f"Subject: mail {number}\r\n\r\nhello".encode(), datetime.now(UTC))

    again = MailBox(tmp_path, kept=3)

    assert [mail.subject for mail in again.mails()] == ["mail 4", "mail 3", "mail 2"]
    assert len(list(tmp_path.iterdir())) == 3


def test_it_fails_as_real_mail_servers_do_and_recovers(server: MailServer) -> None:
    server.answer_temporarily_no()
    with pytest.raises(smtplib.SMTPDataError, match="451"):
        send(server)
    server.take_mail()
    server.answer_permanently_no()
    with pytest.raises(smtplib.SMTPDataError, match="550"):
        send(server)
    server.refuse_connections()
    with pytest.raises(ConnectionRefusedError):
        send(server)

    server.take_mail()
    send(server)
    assert len(listed(server)) == 1


def test_a_hanging_server_meets_the_senders_timeout(server: MailServer) -> None:
    server.hang(5)
    begin = time.monotonic()

    with pytest.raises((socket.timeout, smtplib.SMTPServerDisconnected)):
        send(server, timeout=0.3)

    assert time.monotonic() - begin < 3
    assert listed(server) == []


def test_a_program_can_ask_for_an_outage_and_for_its_end(server: MailServer) -> None:
    def ask(state: str, headers: dict[str, str] = JSON) -> int:
        return requests.put(f"{server.url}/smtp/{state}", headers=headers, timeout=5).status_code

    assert (ask("down", {}), ask("unheard-of"), listed(server)) == (404, 404, [])

    assert ask("down") == 204
    with pytest.raises(ConnectionRefusedError):
        send(server)
    assert ask("up") == 204
    assert ask("busy") == 204
    with pytest.raises(smtplib.SMTPDataError, match="451"):
        send(server)
    assert ask("refusing") == 204
    with pytest.raises(smtplib.SMTPDataError, match="550"):
        send(server)
    assert ask("up") == 204
    send(server)

    assert len(listed(server)) == 1
