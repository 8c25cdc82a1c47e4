"""Section 6 row by row, N4 and P5."""

from dataclasses import replace

import pytest

from workflow import facts
from workflow.audience import TABLE, Kind, Parties, escalated_to, who_hears
from workflow.states import Level, Priority
from workflow.tests.builders import at
from workflow.tests.test_facts import subclasses

REPORTER, ASHA, OMAR, SAM, RAVI, RANA, RITA, ADA = range(1, 9)

PEOPLE = Parties(
    reporter=REPORTER,
    assignee=ASHA,
    assignee_name="Asha",
    assigner=SAM,
    ra=RANA,
    every_sm=(SAM, RAVI),
    other_ras=(RITA,),
    admins=(ADA,),
    actor=RAVI,
)

RAISED = facts.TicketRaised(application_code="EXP", title="Down", priority=Priority.HIGH)
ASSIGNED = facts.TicketAssigned(engineer_id=ASHA, engineer_name="Asha", level=Level.SM1)
REASSIGNED = facts.TicketReassigned(
    engineer_id=ASHA,
    engineer_name="Asha",
    level=Level.SM1,
    previous_engineer_id=OMAR,
    previous_engineer_name="Omar",
)
ESCALATED = facts.TicketEscalated(due_at=at("14:00"), engineer_id=ASHA, engineer_name="Asha")
RESOLVED = facts.TicketResolved(note="Restarted it")
WITHDRAWN = facts.TicketWithdrawn(reason="Asked twice")
PUBLIC, INTERNAL = facts.CommentAdded(internal=False), facts.CommentAdded(internal=True)
TIMES = {"due_from": at("14:00"), "due_to": at("18:00")}
MOVED = facts.DuesMoved(
    engineer_id=ASHA,
    moves=(
        facts.DueMove(case_id="N-1", is_promise=False, **TIMES),
        facts.DueMove(case_id="N-2", is_promise=True, **TIMES),
    ),
    cause_case_id="N-1",
    cause="moved ahead",
)
ASKED = facts.ExtensionRequested(extra_minutes=30, comment="Slow", due_at=at("14:00"), due_if_approved=at("14:30"))
APPROVED = facts.ExtensionApproved(extra_minutes=30, approvers=("Sam", "Ravi"), **TIMES)
SMS = {SAM, RAVI}


def mails(fact: facts.Fact, people: Parties = PEOPLE) -> dict[int, Kind]:
    """Who gets which kind; fails when somebody gets two."""
    found = who_hears(fact, people)
    assert len({one.person_id for one in found}) == len(found)
    return {one.person_id: one.kind for one in found}


def reasons(fact: facts.Fact, people: Parties) -> dict[int, str]:
    return {one.person_id: one.because for one in who_hears(fact, people)}


@pytest.mark.parametrize(
    ("fact", "people", "expected"),
    [
        pytest.param(
            RAISED,
            replace(PEOPLE, assignee=None, actor=REPORTER),
            {SAM: "raised", RAVI: "raised", REPORTER: "receipt"},
            id="raised and receipt",
        ),
        pytest.param(ASSIGNED, PEOPLE, {ASHA: "assigned"}, id="assigned"),
        pytest.param(
            REASSIGNED,
            replace(PEOPLE, previous_assignee=OMAR),
            {ASHA: "reassigned", OMAR: "reassigned"},
            id="reassigned: the new and the previous assignee",
        ),
        pytest.param(MOVED, PEOPLE, {ASHA: "due_moved"}, id="due_moved: one mail a decision"),
        pytest.param(
            replace(MOVED, moves=MOVED.moves[:1]), PEOPLE, {}, id="C8 only expected times moved: nobody is told"
        ),
        pytest.param(facts.TicketReminded(due_at=at("14:00")), PEOPLE, {ASHA: "due_soon"}, id="due_soon"),
        pytest.param(ASKED, PEOPLE, dict.fromkeys(SMS, "extension_requested"), id="extension_requested"),
        pytest.param(APPROVED, PEOPLE, dict.fromkeys({REPORTER, ASHA}, "extension_approved"), id="extension_approved"),
        pytest.param(
            facts.ExtensionRejected(extra_minutes=30), PEOPLE, {ASHA: "extension_rejected"}, id="extension_rejected"
        ),
        pytest.param(
            ESCALATED, replace(PEOPLE, actor=None), dict.fromkeys({RANA, *SMS}, "escalated"), id="escalated: RA and SMs"
        ),
        pytest.param(RESOLVED, PEOPLE, dict.fromkeys({REPORTER, *SMS}, "resolved"), id="resolved"),
        pytest.param(
            PUBLIC, PEOPLE, dict.fromkeys({REPORTER, ASHA}, "commented"), id="commented, public: reporter and assignee"
        ),
        pytest.param(PUBLIC, replace(PEOPLE, actor=ASHA), {REPORTER: "commented"}, id="commented: never its author"),
        pytest.param(PUBLIC, replace(PEOPLE, actor=REPORTER), {ASHA: "commented"}, id="commented by the reporter"),
        pytest.param(
            INTERNAL, PEOPLE, dict.fromkeys({ASHA, SAM}, "commented"), id="commented, internal: assignee and assigner"
        ),
        pytest.param(INTERNAL, replace(PEOPLE, actor=SAM), {ASHA: "commented"}, id="internal by the assigner"),
        pytest.param(INTERNAL, replace(PEOPLE, actor=ASHA), {SAM: "commented"}, id="internal by the assignee"),
        pytest.param(
            INTERNAL,
            replace(PEOPLE, every_sm=(RAVI,)),
            {ASHA: "commented"},
            id="internal: an assigner who is no SM any more hears nothing",
        ),
        pytest.param(
            WITHDRAWN,
            replace(PEOPLE, assignee=None, actor=REPORTER),
            dict.fromkeys(SMS, "withdrawn"),
            id="withdrawn by its reporter",
        ),
        pytest.param(
            WITHDRAWN,
            replace(PEOPLE, assignee=None, actor=SAM),
            dict.fromkeys({REPORTER, *SMS}, "withdrawn"),
            id="withdrawn by an SM",
        ),
        pytest.param(
            facts.TriageStale(since=at("09:00"), target_minutes=30),
            replace(PEOPLE, assignee=None, actor=None),
            dict.fromkeys(SMS, "stale"),
            id="stale: not assigned",
        ),
        pytest.param(
            facts.AcceptanceStale(since=at("09:00"), target_minutes=30, engineer_name="Asha"),
            replace(PEOPLE, actor=None),
            dict.fromkeys(SMS, "stale"),
            id="stale: not accepted",
        ),
        pytest.param(facts.TicketStarted(), PEOPLE, {}, id="nobody is told of a start"),
        pytest.param(facts.ExtensionVoted(level=Level.SM1, approves=True), PEOPLE, {}, id="nor of one vote"),
    ],
)
def test_section_6(fact, people, expected):
    assert mails(fact, people) == expected


def test_every_fact_has_its_line_and_every_kind_is_sent():
    assert set(TABLE) == subclasses(facts.Fact)
    assert {hear.kind for line in TABLE.values() for hear in line} == set(Kind)


def test_n4_someone_with_two_parts_gets_one_mail_per_fact():
    sm_reports = replace(PEOPLE, reporter=SAM, assignee=None, actor=SAM)
    ra_is_sm = replace(PEOPLE, ra=SAM, actor=None)

    assert mails(RAISED, sm_reports) == {SAM: "raised", RAVI: "raised"}
    assert mails(ESCALATED, ra_is_sm) == {SAM: "escalated", RAVI: "escalated"}
    assert mails(PUBLIC, replace(PEOPLE, reporter=ASHA)) == {ASHA: "commented"}


@pytest.mark.parametrize("fact", [RAISED, REASSIGNED, ESCALATED, RESOLVED, PUBLIC, INTERNAL, APPROVED])
def test_n4_nobody_inactive_gets_any(fact):
    everybody = frozenset(range(1, 9))

    assert mails(fact, replace(PEOPLE, previous_assignee=OMAR, inactive=everybody)) == {}
    for gone in everybody:
        assert gone not in mails(fact, replace(PEOPLE, previous_assignee=OMAR, inactive=frozenset({gone})))


@pytest.mark.parametrize(
    "people",
    [
        pytest.param(replace(PEOPLE, every_sm=()), id="N4 no SM exists"),
        pytest.param(replace(PEOPLE, inactive=frozenset(SMS)), id="N4 no SM is active"),
    ],
)
def test_n4_without_an_sm_the_admins_hear_and_it_says_so(people):
    found = reasons(RESOLVED, people)

    assert set(found) == {REPORTER, ADA}
    assert found[ADA] == "You get this mail as an admin because the desk has no active scrum master."
    assert found[REPORTER] == "You get this mail because you are its reporter."


@pytest.mark.parametrize(
    ("people", "told", "reason"),
    [
        pytest.param(PEOPLE, (RANA,), "", id="P5 the RA"),
        pytest.param(
            replace(PEOPLE, ra=None), (RITA, ADA), "Asha has no reporting authority", id="P5 none: every RA and admins"
        ),
        pytest.param(
            replace(PEOPLE, inactive=frozenset({RANA}), other_ras=(RANA, RITA)),
            (RITA, ADA),
            "the reporting authority of Asha is inactive",
            id="P5 inactive: every other RA and the admins",
        ),
        pytest.param(
            replace(PEOPLE, ra=ASHA, other_ras=(ASHA, RITA)),
            (RITA, ADA),
            "Asha is their own reporting authority",
            id="P5 the engineer is their own: every other RA and the admins",
        ),
        pytest.param(
            replace(PEOPLE, ra=None, assignee_name="", other_ras=(ADA,)),
            (ADA,),
            "the assignee has no reporting authority",
            id="P5 an admin who is an RA too is named once",
        ),
    ],
)
def test_p5_escalated_to(people, told, reason):
    found = escalated_to(people)

    assert (found.ids, found.reason) == (told, reason)
    assert mails(ESCALATED, people) == dict.fromkeys({*told, *SMS}, "escalated")


def test_p5_the_mail_says_why_it_went_to_others():
    found = reasons(ESCALATED, replace(PEOPLE, ra=None))

    assert (
        found[RITA]
        == found[ADA]
        == (
            "You get this mail because Asha has no reporting authority; "
            "it goes to every other reporting authority and the admins."
        )
    )
    assert (
        reasons(ESCALATED, PEOPLE)[RANA] == "You get this mail because you are the reporting authority of its assignee."
    )
