"""The contract, refusal by refusal: whatever an operation of the document may answer beside its success is provoked here.

The codes any call may answer are in test_any_call.py; what each answers in the end is in test_successes.py.
"""

from typing import Any

import pytest
from django.urls import resolve

from helpdesk.api.refusals import OWN, RULES, refusals_of
from helpdesk.api.refusals import listed_refusals as listed
from helpdesk.models import AuditEvent
from helpdesk.tests.api.calling import refusal
from project.demo.s3 import S3Server
from tests.access.calls import Call, every_call
from tests.api import acts, people, tickets
from tests.api.making import Tools

pytestmark = pytest.mark.django_db

CALLS = every_call()
TABLE = acts.REFUSED | people.REFUSED | tickets.REFUSED
ROWS = [(operation, code) for operation in sorted(TABLE) for code in sorted(TABLE[operation])]
CONFLICT_TOO = {("extension_decide", "queue_changed"): 409}
"""Also without a version of the caller's."""


def handler_of(call: Call) -> Any:
    """What answers the operation."""
    address = call.path
    for place in call.places:
        address = address.replace("{" + place + "}", "1")
    return getattr(resolve(address).func.cls, call.method.lower())


def own_codes(call: Call) -> set[str]:
    """The refusals of its rules, and that of a version it must have."""
    handler = handler_of(call)
    named = refusals_of(handler)
    return (set(named.codes) & set(RULES)) | ({"if_match_required"} if named.if_match == "required" else set())


def test_every_refusal_an_operation_names_is_in_the_table_and_no_other():
    named = {name: own_codes(call) for name, call in CALLS.items() if own_codes(call)}

    assert {name: sorted(codes) for name, codes in named.items()} == {
        name: sorted(codes) for name, codes in TABLE.items()
    }


@pytest.mark.parametrize(("operation", "code"), ROWS)
def test_it_is_refused_with_its_code_and_status_in_the_one_shape(operation, code, settings, monkeypatch, s3: S3Server):
    call = CALLS[operation]
    statuses = [status for status, codes in listed(call.method, handler_of(call)).items() if code in codes]

    answer = TABLE[operation][code](Tools(settings, monkeypatch, s3))

    assert refusal(answer) == (CONFLICT_TOO.get((operation, code), statuses[-1]), code)
    told = answer.json()
    assert told["detail"].strip()
    assert ("errors" in told) is (code == "field_invalid")
    assert code in RULES or code in OWN


def test_a_forged_assigner_is_kept_on_record(settings, monkeypatch, s3: S3Server):
    acts.REFUSED["ticket_assign"]["assigner_forged"](Tools(settings, monkeypatch, s3))

    assert AuditEvent.objects.filter(act="forged_identity").count() == 1
