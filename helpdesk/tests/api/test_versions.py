"""`If-Match` as callers and the proxies between send it (A6)."""

import pytest

from helpdesk.models import Ticket
from helpdesk.tests.api.calling import Caller, refusal
from tests.factories import SM1Factory, a_ticket

pytestmark = pytest.mark.django_db

SENT = {"priority": "low", "reason": "Not so urgent."}


def changed(with_tag: str) -> object:
    """A change of a ticket under what is made of its tag."""
    ticket, master = a_ticket(), Caller(SM1Factory())
    tag = master.get(f"tickets/{ticket.pk}/")["ETag"]
    return master.post(f"tickets/{ticket.pk}/priority/", SENT, **{"If-Match": with_tag.replace("TAG", tag)})


@pytest.mark.parametrize("sent", ["TAG", " TAG ", "W/TAG", "*"], ids=["as read", "in blanks", "made weak", "whatever"])
def test_the_version_that_was_read_is_taken_however_it_comes_back(sent):
    assert changed(sent).status_code == 200


@pytest.mark.parametrize(
    "sent",
    ["", '"', '""', "1.0", '"1.1"', 'W/"1.1"', 'w/"1.0"', 'TAG, "x"', '"' + "a" * 300 + '"', '"\xe9"'],
    ids=["empty", "half", "no version", "bare", "another", "another, weak", "no prefix", "two", "long", "letters"],
)
def test_what_is_no_version_of_the_ticket_is_stale_and_changes_nothing(sent):
    answer = changed(sent)

    assert refusal(answer) == (412, "changed_since_loaded")
    assert Ticket.objects.get().priority == "medium"
