"""What the mails say, the same in HTML and text (N1)."""

import re
from copy import deepcopy
from html.parser import HTMLParser

import pytest
from django.conf import settings as django_settings
from django.template.loader import render_to_string
from django.test import override_settings

from helpdesk.models import Notification, Ticket
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.registry import MessageUnknown
from helpdesk.notifications.render import TEXT_WIDTH, Mail, render, wrapped
from helpdesk.tests.notifications.samples import SAMPLES, a_file, a_row, mail_of
from tests.factories import (
    SM1Factory,
    a_ticket,
)

pytestmark = pytest.mark.django_db
UNDEFINED = "UNDEFINED-VARIABLE"


@pytest.fixture
def strict_templates():
    """Templates in which an undefined variable shows."""
    templates = deepcopy(django_settings.TEMPLATES)
    templates[0]["OPTIONS"]["string_if_invalid"] = UNDEFINED
    with override_settings(TEMPLATES=templates):
        yield


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.skipping = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipping = tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.words += data.split()

    def handle_endtag(self, tag: str) -> None:
        self.skipping = False


def in_words(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return " ".join(parser.words)


def unwrapped(text: str) -> str:
    return " ".join(re.sub(r"^> ?", "", text, flags=re.MULTILINE).split())


def said(html: str) -> str:
    cell = re.search(r'<td class="cell said"[^>]*>(.*?)</td>', html, re.DOTALL)
    assert cell is not None
    return in_words(cell.group(1))


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_mail_carries_all_facts_in_both_forms(sample, ticket, strict_templates):
    a_file(ticket, "screen.png", size=1_400_000)
    recipient = SM1Factory(time_zone="Asia/Kolkata")

    mail = mail_of(sample, ticket=ticket, recipient=recipient, actor=SM1Factory(name="Sam Master"))

    for form in (unwrapped(mail.text), in_words(mail.html)):
        for fact in (
            ticket.case_id,
            "The export <stops> at page 3",
            "First line & more. Second <b>line</b>.",
            "▲ High",
            "Expenses & travel",
            "Rita O'Hara",
            "Wed 4 Mar 2026, 17:30 IST",
            f"http://testserver/tickets/{ticket.case_id}/",
            "screen.png (1.3 MB)",
            "You get this mail because you are a scrum master.",
            "Asia/Kolkata",
        ):
            assert fact in form, fact
    assert UNDEFINED not in mail.subject + mail.text + mail.html
    assert mail.subject.startswith(f"[{ticket.case_id}] ")
    assert f'href="http://testserver/tickets/{ticket.case_id}/"' in mail.html


def test_both_forms_say_the_same_sentence_and_the_same_details(ticket):
    recipient, actor = SM1Factory(), SM1Factory(name="Sam Master")
    different = {}

    for sample in SAMPLES:
        mail = mail_of(sample, ticket=ticket, recipient=recipient, actor=actor)
        text, html = (form.replace(":", "") for form in (unwrapped(mail.text), in_words(mail.html)))
        sentence = said(mail.html).replace(":", "")
        told = html[html.index(sentence) : html.index("Open the ticket")]
        if len(sentence.split()) < 5 or told not in text:
            different[sample] = (told, text)

    assert different == {}


def test_text_lines_hold_76_characters_at_most(ticket):
    Ticket.objects.filter(pk=ticket.pk).update(description="word " * 400, title="word " * 39)
    ticket.refresh_from_db()
    recipient = SM1Factory()

    texts = {sample: mail_of(sample, ticket=ticket, recipient=recipient).text for sample in SAMPLES}

    assert {name: max(map(len, text.splitlines())) for name, text in texts.items()} == dict.fromkeys(
        SAMPLES, TEXT_WIDTH
    )


def test_wrapped_keeps_addresses_whole_and_quotes_quoted():
    address = "https://desk.corp.example/tickets/" + "x" * 80

    lines = wrapped(f"{address}\n> {'word ' * 20}").splitlines()

    assert lines == [address, "> " + " ".join(["word"] * 15), "> " + " ".join(["word"] * 5)]


def test_assigned_says_who_and_when_it_is_expected_and_never_promises(ticket):
    text = mail_of("assigned", ticket=ticket, actor=SM1Factory(name="Sam Master")).text

    assert "Assigned by: Sam Master" in text
    assert "Expected due: Wed 4 Mar 2026, 21:00 UTC" in text
    assert "Lined up behind: N-EXP-1001" in text
    assert "> You know the export best." in text
    assert "promise" not in text.lower()


def to_the_new_engineer(row: Notification) -> Mail:
    row.payload["engineer_id"] = row.recipient_id
    row.save(update_fields=["payload"])
    return render(Letter.read(row.pk))


def test_a_detail_without_a_value_is_left_out(ticket):
    row = a_row("assigned to somebody free", ticket=ticket)
    row.payload["due_at"] = None

    text = render(Letter(row)).text

    assert "due:" not in text
    assert "Lined up behind" not in text


def test_reassigned_speaks_to_each_of_the_two(ticket):
    row = a_row("reassigned", ticket=ticket, actor=SM1Factory(name="Sam Master"))

    to_previous = render(Letter.read(row.pk))
    to_new = to_the_new_engineer(row)

    assert "Sam Master assigned this ticket to you; it was with Pavel Previous." in unwrapped(to_new.text)
    assert "Assigned to you, before with Pavel Previous" in to_new.subject
    assert "Sam Master assigned this ticket to Elif Engineer. It has left your line" in unwrapped(to_previous.text)
    assert "Now with Elif Engineer" in to_previous.subject
    assert "Expected due" not in to_previous.text
    assert all("> You know the export best." in mail.text for mail in (to_new, to_previous))


def test_reassigned_after_an_escalation_names_the_promise_that_passed(ticket):
    text = to_the_new_engineer(a_row("reassigned, escalated", ticket=ticket)).text

    assert "Promise that passed: Wed 4 Mar 2026, 21:00 UTC" in text
    assert "Planned start" not in text
    assert "resolution time" not in text


def test_due_moved_lists_every_case_with_from_to_and_whether_it_is_promised(ticket):
    text = unwrapped(mail_of("due moved", ticket=ticket).text)

    assert "N-HRM-1002: due Wed 4 Mar 2026, 17:00 UTC (was Wed 4 Mar 2026, 13:00 UTC)" in text
    assert "N-HRM-1003: expected Wed 4 Mar 2026, 18:00 UTC (was Wed 4 Mar 2026, 13:00 UTC)" in text
    assert "Elif Engineer gave N-EXP-1001 its resolution time" in text


def test_escalated_without_an_authority_says_so(ticket):
    text = unwrapped(mail_of("escalated without authority", ticket=ticket).text)

    assert "to every other reporting authority and the admins because Elif Engineer has no reporting authority." in text


def test_confirmed_files_are_listed_and_without_any_it_says_none(ticket):
    assert "Attachments: none" in mail_of("assigned", ticket=ticket).text

    a_file(ticket, "small.log", size=10)
    a_file(ticket, "late.pdf", pending=True)
    text = mail_of("assigned", ticket=ticket).text

    assert "- small.log (10 bytes)" in text
    assert "late.pdf" not in text


@pytest.mark.parametrize("sample", ["raised", "receipt"])
def test_mails_about_a_new_ticket_name_files_still_uploading(sample):
    ticket = a_ticket(files_announced=3)
    a_file(ticket, "done.png")
    a_file(ticket, "late.pdf", pending=True)

    text = mail_of(sample, ticket=ticket).text

    assert "- done.png (1.5 KB)" in text
    assert "- late.pdf (still uploading)" in text
    assert text.count("- an announced file (still uploading)") == 1


def test_what_the_system_did_is_said_in_its_name(ticket):
    assert "Rejected by: Lineup" in mail_of("extension closed", ticket=ticket, actor=None).text


def test_html_stands_without_a_style_sheet_and_keeps_the_dark_and_the_narrow_view(ticket):
    html = mail_of("assigned", ticket=ticket).html

    assert 'name="color-scheme" content="light dark"' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media (max-width: 620px)" in html
    assert re.search(r'<table class="sheet"[^>]* width="600"[^>]* style="[^"]*width: 600px', html)
    assert "<link" not in html
    assert "<script" not in html
    assert re.findall(r"""(?:src|href)=["'](?!http://testserver/tickets/)""", html) == []


def test_style_sheet_names_only_classes_that_the_templates_use(ticket, settings):
    settings.LINEUP_LOGO = b"\x89PNG\r\n\x1a\n" + bytes(8) + (64).to_bytes(4) + (32).to_bytes(4)
    a_file(ticket, "screen.png")
    html = mail_of("assigned", ticket=ticket).html
    named = set(re.findall(r"\.([a-z][a-z-]+)", render_to_string("helpdesk/email/mail.css")))

    assert named <= {one for classes in re.findall(r'class="([^"]+)"', html) for one in classes.split()}


def test_a_mail_takes_at_most_five_statements(ticket, django_assert_max_num_queries):
    for number in range(5):
        a_file(ticket, f"{number}.png", internal=True)
    rows = [a_row(sample, ticket=ticket, recipient=ticket.reporter) for sample in SAMPLES]

    for row in rows:
        with django_assert_max_num_queries(5):
            render(Letter.read(row.pk))


def test_a_kind_without_a_mail_is_refused_loudly(ticket):
    row = a_row("assigned", ticket=ticket)
    row.kind = "pigeon"

    with pytest.raises(MessageUnknown):
        render(Letter(row))
