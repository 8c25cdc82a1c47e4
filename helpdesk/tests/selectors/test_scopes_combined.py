"""A bucket and the staff's scope, taken together as the lists take them, hold what each alone allows (P9)."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from helpdesk.models import User
from helpdesk.selectors import access, buckets
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.tickets import resolve_ticket, withdraw_ticket
from tests.clock import NOON, held
from tests.factories import EngineerFactory, RAFactory, ReporterFactory, a_promise, a_ticket, in_progress
from workflow.states import Bucket

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, User]]:
    """The tickets, made once for all tests of this module, which only look at them, and taken back after them."""
    held.set(NOON)
    with django_db_blocker.unblock(), transaction.atomic():
        yield tickets_of_every_bucket()
        transaction.set_rollback(True)


def tickets_of_every_bucket() -> dict[str, User]:
    """Around a reporting authority, their engineer, a foreign engineer and a reporter."""
    authority, reporter = RAFactory(), ReporterFactory()
    own, foreign = EngineerFactory(reporting_authority=authority), EngineerFactory()
    for engineer in (own, foreign):
        done = in_progress(ticket=a_ticket(reporter=reporter), engineer=engineer, minutes=600)
        resolve_ticket(actor=engineer, ticket_id=done.pk, note="Done.")
        late = in_progress(engineer=engineer, minutes=30)
        in_progress(engineer=engineer, minutes=30)
        a_promise(engineer=engineer, minutes=6000)
        sweep_escalations(held.forward(hours=1))
        resolve_ticket(actor=engineer, ticket_id=late.pk, note="Late.")
    for who in (reporter, authority, own):
        gone = a_ticket(reporter=who)
        withdraw_ticket(actor=who, ticket_id=gone.pk, reason="Gone.")
        a_ticket(reporter=who)
    return {"authority": authority, "own": own, "foreign": foreign, "reporter": reporter}


@pytest.mark.parametrize("name", list(Bucket))
@pytest.mark.parametrize("kind", ["authority", "own", "foreign", "reporter"])
def test_both_together_hold_what_each_alone_allows(people: dict[str, User], kind: str, name: Bucket) -> None:
    person = people[kind]
    listed, handled = set(buckets.bucket(name, person)), set(access.handled_by(person))

    assert listed <= set(access.visible_to(person))
    assert set(buckets.bucket(name, person) & access.handled_by(person)) == listed & handled
    assert handled <= set(access.visible_to(person))


def test_an_authority_reads_own_engineers_and_all_that_escalated(people: dict[str, User]) -> None:
    counted = {name: buckets.bucket(name, people["authority"]).count() for name in Bucket}

    assert counted == {
        Bucket.UNASSIGNED: 1,
        Bucket.OPEN: 4,
        Bucket.MINE: 0,
        Bucket.REPORTED: 2,
        Bucket.ESCALATED: 2,
        Bucket.STRANDED: 0,
        Bucket.RESOLVED: 1,
        Bucket.ESCALATION_RESOLVED: 2,
        Bucket.WITHDRAWN: 1,
        Bucket.BREACHED: 4,
        Bucket.DECIDED: 5,
    }
