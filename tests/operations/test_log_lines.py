"""The log of production: whatever is thrown at the desk, every line is one JSON object of ours and none holds a secret (W9)."""

import json
import logging
from itertools import product
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from gunicorn.glogging import CONFIG_DEFAULTS

from helpdesk import trace
from helpdesk.models import Notification, TicketEvent
from helpdesk.notifications import delivery
from project import gunicorn
from project.logs import LONGEST, JsonLines
from tests.factories import ReporterFactory, SM1Factory, a_ticket
from tests.operations.environment import production
from tests.operations.production_log import breaks

pytestmark = pytest.mark.django_db

FORGED = '{"level": "CRITICAL", "message": "forged-4711", "logger": "helpdesk.audit", "request_id": "forged-4711"}'
BREAKS = (
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
    "\x00\n",
    "\\n",
    "\x1b[2K\n",
    "%0a",
    "&#10;",
    "\x00\r\x85",
    "\b\b\n",
    "\t\n",
)
TAILS = (
    FORGED,
    "}" + FORGED,
    '"}\n' + FORGED,
    "',}\n" + FORGED,
    "\x1b[31mred\x1b[0m" + FORGED,
    "ERROR root forged-4711",
    "2026-03-04 00:00:00 INFO helpdesk forged-4711",
    "]]}}" + FORGED,
    '\\"},' + FORGED,
    "\u202e" + FORGED,
)
HEADS = ("", "GET / HTTP/1.1", '{"a":', '"', "%s %d %(x)s {x}")
HOSTILE = [f"{head}{brk}{tail}" for head, brk, tail in product(HEADS, BREAKS, TAILS)]


def test_w9_production_writes_json_lines():
    made = production()

    assert made.LOGGING["handlers"] == {"console": {"class": "logging.StreamHandler", "formatter": "json"}}
    assert made.LOGGING["formatters"]["json"] == {"()": "project.logs.JsonLines"}
    assert made.LINEUP_REQUEST_LOG is True


def test_w9_the_web_server_writes_them_too():
    configured = {**CONFIG_DEFAULTS, **gunicorn.logconfig_dict}

    assert {one["formatter"] for one in configured["handlers"].values()} == {"json"}
    assert configured["formatters"]["json"] == {"()": "project.logs.JsonLines"}
    assert gunicorn.accesslog is None, "the desk writes a line for each request itself"


def test_w9_a_thousand_hostile_inputs_forge_no_line(log, settings):
    """As path, header, field, argument, name and message of an error, in turn."""
    assert len(HOSTILE) >= 1000
    settings.LINEUP_REQUEST_LOG = True
    logger, client = logging.getLogger("helpdesk.hostile"), Client(raise_request_exception=False)
    person = ReporterFactory()

    for place, hostile in enumerate(HOSTILE):
        safe = hostile.encode("utf-8", "replace").decode()
        match place % 8:
            case 0:
                client.get(f"/nowhere/{quote(safe)}/?next={quote(safe)}")
            case 1:
                client.get("/sign-in/", headers={"x-request-id": safe, "user-agent": safe, "referer": safe})
            case 2:
                client.post(
                    "/csp-report/", json.dumps({"csp-report": {"blocked-uri": safe}}), content_type="application/json"
                )
            case 3:
                logger.warning("Said by %s", hostile)
            case 4:
                logger.warning(hostile)
            case 5:
                person.name = safe.replace("\x00", "")[:100]
                logger.error("%(who)s did %(what)r", {"who": person.name, "what": hostile})
            case 6:
                breaks(logger, hostile)
            case 7:
                client.post("/api/tickets/", safe.encode(), content_type=f"application/{safe.splitlines()[0][:20]}")

    lines = log.lines()
    assert len(lines) >= 700
    assert {line["logger"] for line in lines} <= {
        "helpdesk.hostile",
        "django.request",
        "project.csp",
        "project.requests_seen",
        "django.security.csrf",
        "helpdesk.services.audit",
    }
    assert [line for line in lines if "forged" in str(line["request_id"]) or line["level"] == "CRITICAL"] == []
    assert log.text.isascii()
    assert not set(log.text) - {"\n"} & {chr(code) for code in range(32)}


def test_w9_hostile_titles_and_names_through_the_desk_forge_no_line(log, monkeypatch):
    monkeypatch.setattr(delivery, "render", lambda letter: 1 / 0)
    for hostile in HOSTILE[::37]:
        word = hostile.replace("\x00", "").encode("utf-8", "replace").decode()
        ticket = a_ticket(title=word[:150], reporter=ReporterFactory(name=word[:90]))
        with transaction.atomic():
            delivery._mark_failed(delivery.Claim(notification_id=0, now=ticket.created_at), word)
        logging.getLogger("helpdesk.notifications.delivery").warning("Mail %s was not taken: %s", ticket, word)

    assert all(line["logger"].startswith(("helpdesk", "django")) for line in log.lines())


@pytest.mark.parametrize("record", [("%d", ("no number",)), ("%s %s", ("one",)), ("%(a)s", ({"b": 1},)), (object(), ()), ("\ud800\n%s", ("\udfff",))], ids=["kind", "too few", "name", "object", "half a letter"])  # fmt: skip
def test_w9_a_message_that_does_not_fit_is_written_all_the_same(record):
    message, arguments = record
    line = JsonLines().format(logging.LogRecord("helpdesk", logging.WARNING, "here.py", 1, message, arguments, None))

    assert json.loads(line)["message"].startswith(str(message).partition("%s")[0])
    assert (line.isascii(), line.splitlines()) == (True, [line])


def test_w9_a_message_without_end_is_cut_in_the_middle(log):
    logging.getLogger("helpdesk.hostile").warning("begin %s end", "x" * (LONGEST * 3))

    (line,) = log.lines()
    assert line["message"].startswith("begin x")
    assert line["message"].endswith("x end")
    assert len(line["message"]) < LONGEST + 100


# --- one id from the edge to the event --------------------------------------------------------------------------------


def test_o8_every_line_of_a_request_carries_its_id_and_its_own_line_says_what_it_was(log, settings):
    settings.LINEUP_REQUEST_LOG = True
    client = Client()
    client.force_login(reporter := ReporterFactory())

    client.get("/desk/my-work/?secret=1", headers={"x-request-id": "req-12345678"})

    lines = [line for line in log.lines() if line["logger"].startswith(("django.request", "project"))]
    assert {line["request_id"] for line in lines} == {"req-12345678"}
    (seen,) = [line for line in lines if line["logger"] == "project.requests_seen"]
    assert (seen["message"], seen["route"], seen["status"], seen["user_id"]) == (
        "GET /desk/my-work/",
        "admin:my-work",
        403,
        reporter.pk,
    )
    assert seen["milliseconds"] >= 0


def test_o8_the_line_that_django_writes_after_the_last_door_carries_it_too(log):
    Client().post(
        "/csp-report/", b"x" * 9000, content_type="application/csp-report", headers={"x-request-id": "req-12345678"}
    )

    (line,) = [line for line in log.lines() if line["logger"] == "django.request"]
    assert (line["message"], line["request_id"]) == ("Request Entity Too Large: /csp-report/", "req-12345678")


def test_o8_an_event_its_task_its_mail_and_their_lines_carry_the_id_of_the_request(log, mailoutbox):
    SM1Factory()
    with trace.under("req-87654321"):
        ticket = a_ticket()
    assert set(TicketEvent.objects.filter(ticket=ticket).values_list("request_id", flat=True)) == {"req-87654321"}

    row = Notification.objects.filter(ticket=ticket).first()
    message = delivery._message(row, delivery.render(delivery.Letter.read(row.pk)))

    assert message.extra_headers["X-Request-ID"] == "req-87654321"
    with trace.under("req-00000001"):
        logging.getLogger("helpdesk.hostile").warning("in a task")
    assert log.lines()[-1]["request_id"] == "req-00000001"
