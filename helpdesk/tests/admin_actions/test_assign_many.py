"""Several tickets to one engineer: order, what it would come to, all or nothing, conflicts, authority (A2-A7)."""

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.models import Assignment, AuditEvent, Ticket, TicketEvent, User
from helpdesk.selectors.tickets import version_of
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.tickets import change_priority
from helpdesk.tests.admin_actions.scenes import signed_in
from tests.factories import AdminFactory, EngineerFactory, SM1Factory, SM2Factory, UserFactory, a_ticket, in_progress
from workflow.roles import Workspace

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/helpdesk/ticket/assign-many/"
PROMPT = "Selected member is already engaged in another task"
LIST = {"HX-Target": "assign-many-list"}


def opened(client: Client, tickets: Sequence[Ticket], **more: object) -> str:
    """The dialog as the list opens it."""
    query = urlencode([("tickets", ticket.pk) for ticket in tickets] + list(more.items()))
    return unescape(client.get(f"{ADDRESS}?{query}").content.decode())


def looked_at(tickets: Sequence[Ticket]) -> list[str]:
    """The versions a dialog opened now carries."""
    fresh = Ticket.objects.select_related("assignment").in_bulk([ticket.pk for ticket in tickets])
    return [f"{ticket.pk}:{version_of(fresh[ticket.pk])}" for ticket in tickets]


def typed(tickets: Sequence[Ticket], engineer: User, **more: object) -> dict[str, object]:
    """What the dialog sends."""
    return {
        "_form_submitted": "on",
        "tickets": [ticket.pk for ticket in tickets],
        "seen": looked_at(tickets),
        "engineer_id": engineer.pk,
        **more,
    }


def words(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


def chosen(page: str) -> list[int]:
    """The tickets of the dialog in its order."""
    return [int(pk) for pk in re.findall(r'name="tickets" value="(\d+)"', page)]


def line_of(engineer: User) -> list[int]:
    """The waiting tickets of an engineer in order."""
    waiting = Assignment.objects.filter(engineer=engineer, is_active=True, place__isnull=False)
    return list(waiting.order_by("place").values_list("ticket_id", flat=True))


@pytest.fixture
def asha() -> User:
    return EngineerFactory(name="Asha Rao")


@pytest.fixture
def three() -> list[Ticket]:
    return [a_ticket(priority=priority) for priority in ("low", "high", "medium")]


def test_list_of_the_unassigned_has_boxes_for_scrum_masters_only(three):
    as_sm = signed_in(SM1Factory()).get("/desk/helpdesk/ticket/?bucket=unassigned").content.decode()
    as_admin = signed_in(AdminFactory()).get("/desk/helpdesk/ticket/?bucket=unassigned").content.decode()
    others = signed_in(SM1Factory()).get("/desk/helpdesk/ticket/?bucket=open").content.decode()

    assert len(re.findall(r'name="tickets" value="\d+" form="picks"', as_sm)) == 3
    assert f'hx-get="{ADDRESS}"' in as_sm
    for page in (as_admin, others):
        assert "data-pick" not in page
        assert ADDRESS not in page


def test_dialog_shows_the_tickets_in_the_order_sent_and_one_table_for_all(asha, three):
    in_progress(engineer=asha, minutes=60)

    page = opened(signed_in(SM1Factory()), three[::-1])

    assert chosen(page) == [ticket.pk for ticket in three[::-1]]
    assert "Assign 3 tickets" in page
    row = page[page.index('data-words="asha rao"') :]
    assert re.findall(r">(today|tomorrow|\w{3} \d+ \w{3}) (\d\d:\d\d)</time>", row)[1:3] == [
        ("today", "13:00"),
        ("Fri 6 Mar", "01:00"),
    ]


def test_due_time_of_each_is_asked_for_with_the_engineer_and_the_order(asha, three):
    client = signed_in(SM1Factory())
    query = urlencode([*(("tickets", ticket.pk) for ticket in three), ("engineer_id", asha.pk)])

    part = unescape(client.get(f"{ADDRESS}?{query}", headers=LIST).content.decode())
    turned = urlencode([*(("tickets", ticket.pk) for ticket in three[::-1]), ("engineer_id", asha.pk)])
    other = unescape(client.get(f"{ADDRESS}?{turned}", headers=LIST).content.decode())

    due = r'expected by <time title="[^"]*">([^<]*)</time>'
    assert re.findall(due, part) == ["tomorrow 12:00", "tomorrow 16:00", "Fri 6 Mar 00:00"]
    assert re.findall(due, other) == ["today 20:00", "tomorrow 00:00", "Fri 6 Mar 00:00"]


def test_dialog_costs_the_same_for_one_and_for_many(django_assert_max_num_queries):
    client = signed_in(SM1Factory())
    many = [a_ticket() for _ in range(12)]
    for _ in range(6):
        in_progress(engineer=EngineerFactory())
    opened(client, many[:1])

    with django_assert_max_num_queries(12):
        page = opened(client, many)

    assert len(chosen(page)) == 12


def test_they_are_given_in_the_order_sent_under_the_level_of_the_open_tab(asha, three):
    both = UserFactory(roles=["sm1", "sm2"])
    client = signed_in(both)
    session = client.session
    session["workspace"] = Workspace.TRIAGE_SM1.value
    session.save()
    order = [three[2], three[0], three[1]]

    answer = client.post(ADDRESS, typed(order, asha))

    assert answer.headers["HX-Redirect"] == reverse("admin:helpdesk_ticket_changelist")
    assert line_of(asha) == [ticket.pk for ticket in order]
    stored = Assignment.objects.filter(engineer=asha)
    assert {(one.level, one.assigned_by) for one in stored} == {("sm1", both)}
    said = client.get("/desk/helpdesk/ticket/?bucket=unassigned").content.decode()
    assert "3 tickets are assigned to Asha Rao: the first starts today 12:00, the last is expected by" in said


def test_busy_engineer_brings_the_prompt_and_assign_anyway_lines_them_up(asha, three):
    working = in_progress(engineer=asha, minutes=60)
    client = signed_in(SM1Factory())

    page = words(client.post(ADDRESS, typed(three, asha)))
    before = line_of(asha)
    client.post(ADDRESS, typed(three, asha, assign_anyway="on"))

    assert PROMPT in page
    assert working.case_id in page
    assert "Assign later" in page
    assert chosen(page) == [ticket.pk for ticket in three]
    assert before == []
    assert line_of(asha) == [ticket.pk for ticket in three]


def test_own_ticket_among_them_is_named_and_needs_the_confirmation(three):
    engineer = UserFactory(name="Asha Rao", roles=["engineer", "reporter"])
    own = a_ticket(reporter=engineer)
    client = signed_in(SM1Factory())

    page = words(client.post(ADDRESS, typed([*three, own], engineer)))
    before = Assignment.objects.count()
    client.post(ADDRESS, typed([*three, own], engineer, confirm_own_ticket="on"))

    assert f"Asha Rao reported {own.case_id}" in page
    assert "assign-own-asked" in page
    assert before == 0
    assert line_of(engineer) == [*(ticket.pk for ticket in three), own.pk]


def test_one_that_changed_meanwhile_refuses_all_names_it_and_keeps_the_choice(asha, three):
    sent = typed(three, asha)
    ravi = SM2Factory(name="Ravi Menon")
    assign_ticket(actor=ravi, ticket_id=three[1].pk, engineer_id=EngineerFactory(name="Omar").pk)
    client = signed_in(SM1Factory())

    page = words(client.post(ADDRESS, sent))

    assert f'<span class="desk-case">{three[1].case_id}</span> changed since you opened this' in page
    assert "<strong>Ravi Menon</strong> assigned it to <strong>Omar</strong>" in page
    assert "data-reload" in page
    assert chosen(page) == [ticket.pk for ticket in three]
    assert line_of(asha) == []
    again = words(client.post(ADDRESS, {**sent, "seen": re.findall(r'name="seen" value="([^"]+)"', page)}))
    assert "changed since you opened this" in again, "showing the refusal is not looking again"


def test_opened_anew_the_one_assigned_meanwhile_is_closed_and_can_be_taken_out(asha, three):
    assign_ticket(actor=SM2Factory(), ticket_id=three[1].pk, engineer_id=EngineerFactory().pk)
    client = signed_in(SM1Factory())

    page = opened(client, three)
    without = re.findall(r'data-take-out.*?hx-get="([^"]+)"', page, re.DOTALL)[1]
    rest = words(client.get(without))

    assert f"{three[1].case_id} is assigned and cannot be assigned." in page
    assert "act-submit" not in page
    assert chosen(rest) == [three[0].pk, three[2].pk]
    assert "act-submit" in rest


def test_change_of_priority_in_between_is_a_conflict_too(asha, three):
    sent = typed(three, asha)
    change_priority(actor=SM2Factory(), ticket_id=three[0].pk, priority="high", reason="Month end")

    page = words(signed_in(SM1Factory()).post(ADDRESS, sent))

    assert "changed its priority" in page
    assert line_of(asha) == []


def test_without_the_versions_looked_at_nothing_is_assigned(asha, three):
    page = words(signed_in(SM1Factory()).post(ADDRESS, typed(three, asha, seen=[])))

    assert "changed since you opened this" in page
    assert line_of(asha) == []


def test_sent_twice_they_are_assigned_once(asha, three):
    sent, client = typed(three, asha), signed_in(SM1Factory())
    client.post(ADDRESS, sent)
    events = TicketEvent.objects.count()

    second = client.post(ADDRESS, {**sent, "assign_anyway": "on"})

    assert "changed since you opened this" in words(second)
    assert line_of(asha) == [ticket.pk for ticket in three]
    assert TicketEvent.objects.count() == events


def test_sm1_cannot_take_what_sm2_assigned_even_with_its_true_version(asha, three):
    assign_ticket(actor=SM2Factory(name="Ravi Menon"), ticket_id=three[0].pk, engineer_id=EngineerFactory().pk)

    page = words(signed_in(SM1Factory()).post(ADDRESS, typed(three, asha)))

    assert f"{three[0].case_id} was assigned by SM2 Ravi Menon; only SM2 can change it." in page
    assert line_of(asha) == []


@pytest.mark.parametrize(
    ("field", "value"), [("level", "sm2"), ("assigned_level", "sm2"), ("assigned_by", "0"), ("assigned_by_id", "0")]
)
def test_forged_level_or_assigner_is_refused_as_a_whole_and_kept(asha, three, field, value):
    sent = typed(three, asha, **{field: value if value != "0" else SM2Factory().pk})

    answer = signed_in(SM1Factory()).post(ADDRESS, sent)

    assert answer.status_code == 403
    assert line_of(asha) == []
    assert AuditEvent.objects.filter(act="forged_identity").count() == 1


@pytest.mark.parametrize(
    "sent",
    [[], ["x"], ["-1"], ["0"], ["99999999999999999999"], ["9" * 5000], ["1 OR 1=1"]],
    ids=lambda sent: "".join(sent)[:30] or "none",
)
def test_what_is_no_ticket_is_not_assigned(asha, sent):
    answer = signed_in(SM1Factory()).post(
        ADDRESS, {"_form_submitted": "on", "tickets": sent, "engineer_id": asha.pk, "assign_anyway": "on"}
    )

    assert answer.status_code == 200
    assert "No ticket is chosen." in words(answer)
    assert Assignment.objects.count() == 0


def test_a_page_of_tickets_is_the_most_at_once(asha):
    many = [a_ticket() for _ in range(26)]
    client = signed_in(SM1Factory())

    too_many = words(client.post(ADDRESS, typed(many, asha)))
    page = opened(client, many)
    client.post(ADDRESS, typed(many[:25], asha))

    assert "At most 25 tickets can be assigned at once." in too_many
    assert "At most 25 tickets can be assigned at once." in page
    assert "act-submit" not in page
    assert len(line_of(asha)) == 25


def test_no_engineer_chosen_is_asked_for(asha, three):
    page = words(signed_in(SM1Factory()).post(ADDRESS, {**typed(three, asha), "engineer_id": ""}))

    assert "Please choose an engineer." in page
    assert chosen(page) == [ticket.pk for ticket in three]


def test_who_is_no_engineer_is_refused_in_words_that_name_the_ticket(three):
    outsider = SM2Factory(name="Ravi Menon")

    page = words(signed_in(SM1Factory()).post(ADDRESS, typed(three, outsider)))

    assert f"{three[0].case_id}: Ravi Menon is not an active assignee." in page
    assert Assignment.objects.count() == 0
