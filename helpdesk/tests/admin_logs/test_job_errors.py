"""What a failed run left is read without opening its pickle, whatever it is, and stays text."""

import pickle

import pytest
from django.urls import reverse

from helpdesk.models import Heartbeat
from helpdesk.selectors import job_errors, jobs
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.admin_logs.hostile import CORPUS, alive_in
from helpdesk.tests.admin_logs.worker import failures, ran
from tests.clock import held
from tests.factories import AdminFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def read():
    client, address = browser(AdminFactory()), reverse("admin:helpdesk_heartbeat_changelist")

    def now() -> str:
        return client.get(address).content.decode()

    return now


class _Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was opened",))


HOSTILE = {
    "calls something": pickle.dumps(_Bomb()),
    "calls something in an old way": pickle.dumps(_Bomb(), 0),
    "says it is longer than it is": b"\x80\x05\x8d" + b"\xff" * 8 + b"a.",
    "two texts": pickle.dumps(("a", "b")),
    "a number": pickle.dumps(7),
    "nothing": pickle.dumps(None),
    "no mark at all": b"",
    "never stops": b"\x80\x05\x8c\x01a",
    "no pickle": b"\xff\xfe\xfd",
    "a name": b"cos\nsystem\n(S'id'\ntR.",
    "blank": pickle.dumps(" \n \x00 "),
}


@pytest.mark.parametrize("left", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_pickle_is_never_opened_and_stops_no_page(left, read):
    ran("helpdesk.tasks.tick", left=left)

    shown = read()

    assert job_errors.UNREADABLE in shown or "The log of the worker says why." in shown


def test_a_pickle_that_asks_for_all_memory_is_read_like_any_other():
    """Opened, its mark of a place would make room for four thousand million entries."""
    ran("helpdesk.tasks.tick", left=b"\x80\x05\x8c\x01ar\xff\xff\xff\xff.")

    assert [one.error for one in failures()] == ["a"]


def test_what_is_no_base64_and_what_is_too_long_is_not_looked_at():
    assert job_errors.last_line("*" * 40) == job_errors.UNREADABLE
    assert job_errors.last_line("é") == job_errors.UNREADABLE
    ran("helpdesk.tasks.tick", left=pickle.dumps("ValueError: " + "x" * job_errors.LONGEST, -1))
    assert [one.error for one in failures()] == [""]


def test_letters_that_no_page_can_hold_are_left_out(read):
    ran("helpdesk.tasks.tick", left=pickle.dumps("ValueError: \ud800\x1b[31m\u202ered", -1))

    assert [one.error for one in failures()] == ["ValueError: [31mred"]
    assert "ValueError: [31mred" in read()


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_hostile_text_stays_text(text, read):
    ran(text[:200], left=pickle.dumps(f"x\nValueError: {text}", -1))
    Heartbeat.objects.create(name=f"{jobs.CLUSTER}{text[:20]} 7", beat_at=held.moment)
    Heartbeat.objects.create(name=f"{jobs.FAILED}{text[:30]}", beat_at=held.moment)

    assert alive_in(read()) == []
