"""Every kind of mail of rules.md 6 has one message class and one template triplet, and no template is left over."""

from dataclasses import fields
from pathlib import Path

import pytest
from django.conf import settings

from helpdesk.notifications import messages
from helpdesk.notifications.registry import (
    Message,
    MessageIncomplete,
    MessageUnknown,
    message_for,
    register,
    registered,
)
from helpdesk.tests.notifications.samples import SAMPLES
from workflow.audience import TABLE, Kind
from workflow.facts import TicketRaised

TEMPLATES = Path(settings.BASE_DIR) / "helpdesk" / "templates" / "helpdesk" / "email"
SHARED = {"base_subject.txt", "base.txt", "base.html", "_facts.txt", "_facts.html", "mail.css"}


def test_every_kind_has_one_message_and_every_message_a_kind():
    assert messages.__all__
    assert set(registered()) == set(Kind)


def test_every_kind_has_its_three_templates_and_no_template_is_left_over():
    wanted = {f"{kind.value}{end}" for kind in Kind for end in ("_subject.txt", ".txt", ".html")}

    assert {path.name for path in TEMPLATES.iterdir()} == wanted | SHARED


def test_a_message_tells_the_facts_that_the_audience_table_sends_under_its_kind():
    sent = {kind: {fact for fact, lines in TABLE.items() for line in lines if line.kind is kind} for kind in Kind}

    assert {kind: set(message_for(kind).tells) for kind in Kind} == sent


def test_every_kind_has_a_sample():
    assert {kind for kind, _ in SAMPLES.values()} == set(Kind)


@pytest.mark.parametrize("sample", SAMPLES)
def test_samples_are_facts_their_message_tells(sample):
    kind, fact = SAMPLES[sample]

    assert type(fact) in message_for(kind).tells
    assert set(fact.as_metadata()) == {field.name for field in fields(fact)}


def test_an_unknown_kind_is_refused_loudly():
    with pytest.raises(MessageUnknown, match="no mail for the kind 'pigeon'"):
        message_for("pigeon")


@pytest.mark.parametrize("lacking", ["kind", "purpose", "tells"])
def test_a_message_that_lacks_an_attribute_is_refused(lacking):
    whole = {"kind": Kind.RAISED, "purpose": "To be refused.", "tells": (TicketRaised,)}
    message = type("Half", (Message,), {name: value for name, value in whole.items() if name != lacking})

    with pytest.raises(MessageIncomplete, match=f"Half has no {lacking}"):
        register(message)


def test_a_second_message_for_a_kind_is_refused():
    second = type("Second", (Message,), {"kind": Kind.RAISED, "purpose": "Again.", "tells": (TicketRaised,)})

    with pytest.raises(MessageIncomplete, match="Raised is the mail of raised already"):
        register(second)
