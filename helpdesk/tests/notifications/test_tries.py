"""Growing pauses, the last try and what counts as a refusal for good (N2)."""

from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

import pytest
from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused

from helpdesk.notifications.tries import ERROR_MAX, LAST_TRY, in_words, is_permanent, pause_after


def test_pauses_double_from_a_minute_to_an_hour():
    pauses = [pause_after(attempts) for attempts in range(1, 10)]

    assert pauses == [timedelta(minutes=m) for m in (1, 2, 4, 8, 16, 32, 60, 60, 60)]


def test_the_last_try_comes_a_day_after_the_first():
    whole = sum((pause_after(attempts) for attempts in range(1, LAST_TRY)), timedelta())

    assert timedelta(hours=24) <= whole < timedelta(hours=25)
    assert pause_after(LAST_TRY) is None
    assert pause_after(LAST_TRY + 5) is None


@pytest.mark.parametrize(
    ("error", "for_good"),
    [
        pytest.param(SMTPRecipientsRefused({"a@x": (550, b"unknown")}), True, id="unknown mailbox"),
        pytest.param(SMTPRecipientsRefused({"a@x": (450, b"greylisted")}), False, id="mailbox busy"),
        pytest.param(SMTPDataError(554, b"content"), True, id="mail refused"),
        pytest.param(SMTPDataError(451, b"later"), False, id="mail put off"),
        pytest.param(SMTPSenderRefused(550, b"not you", "desk@x"), False, id="our sender refused"),
        pytest.param(SMTPAuthenticationError(535, b"wrong"), False, id="our sign-in refused"),
        pytest.param(SMTPServerDisconnected("gone"), False, id="connection lost"),
        pytest.param(TimeoutError("timed out"), False, id="no answer"),
        pytest.param(AnymailRecipientsRefused(), True, id="provider refused the recipient"),
        pytest.param(AnymailInvalidAddress("a@@x"), True, id="address no provider takes"),
        pytest.param(AnymailAPIError("500"), False, id="provider down"),
    ],
)
def test_is_permanent_only_for_this_recipient_or_this_mail(error, for_good):
    assert is_permanent(error) is for_good


def test_in_words_is_one_bounded_line_without_our_secrets(settings):
    settings.EMAIL_HOST_PASSWORD = "hunter2"
    settings.ANYMAIL = {"SENDGRID_API_KEY": "SG.key"}
    answer = b"5.1.1 hunter2 SG.key\r\nBcc: somebody\xff" + b"x" * 2000

    words = in_words(SMTPRecipientsRefused({"a@x": (550, answer)}))

    assert words.startswith("SMTPRecipientsRefused: 550 5.1.1 *** *** Bcc: somebody")
    assert len(words) == ERROR_MAX
    assert "\n" not in words


def test_in_words_of_a_refused_mail_and_of_a_lost_connection():
    assert in_words(SMTPDataError(554, "no")) == "SMTPDataError: 554 no"
    assert in_words(ConnectionRefusedError(111, "Connection refused")) == (
        "ConnectionRefusedError: [Errno 111] Connection refused"
    )
