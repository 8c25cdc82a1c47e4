"""The sample data: what one finds in it, and that every row of it could have come about in real life."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django_q.models import OrmQ
from pytest_django.plugin import DjangoDbBlocker

from helpdesk.models import (
    ApplicationCatalog,
    Assignment,
    Comment,
    Escalation,
    Notification,
    SLARecord,
    Ticket,
    TicketEvent,
    User,
)
from helpdesk.selectors import buckets, people, queues
from project.demo.story.calendar import Calendar
from project.demo.story.play import BEGIN, play
from tests.clock import NOON, held
from tests.kept import kept
from workflow import lineup
from workflow.states import Bucket, Status

UTC_ZONE = ZoneInfo("UTC")
RUNNING = (Status.ASSIGNED, Status.IN_PROGRESS)


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The story played once for all tests of this module, up to the held clock's noon, and taken back after them."""
    with kept(django_db_blocker, lambda: play(now=NOON, travel=held.standing_at)):
        yield


def person(name: str) -> User:
    return User.objects.get(name=name)


def active() -> list[Assignment]:
    return list(Assignment.objects.active().select_related("ticket", "engineer__reporting_authority"))


# --- what there is to see ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("story")
class TestWhatThereIs:
    def test_every_status_and_withdrawn_ones(self):
        found = Counter(Ticket.objects.filter(is_withdrawn=False).values_list("status", flat=True))

        assert set(found) == set(Status)
        assert 55 <= Ticket.objects.count() <= 65
        assert found[Status.UNASSIGNED] >= 4
        assert Ticket.objects.filter(is_withdrawn=True).count() == 3

    def test_four_applications_have_tickets_and_exponentia_is_exp(self):
        codes = Counter(Ticket.objects.values_list("application__code", flat=True))

        assert set(codes) == {"EXP", "HRM", "TRV", "STK"}
        assert ApplicationCatalog.objects.get(code="EXP").name == "Exponentia"

    def test_exactly_two_engineers_hold_nothing(self):
        free = [one.name for one in people.engineers() if not queues.work_of(one)]

        assert sorted(free) == ["Mateo Silva", "Sofia Rossi"]

    def test_people_have_the_roles_and_managers_of_the_sample(self):
        assert person("Daniel Reyes").user_roles.filter(is_granted=True).count() == 2
        assert people.roles_of(person("Alex Morgan")) == frozenset()
        assert person("Asha Nair").reporting_authority == person("Priya Raman")
        assert {one.reporting_authority for one in people.engineers()} == {
            person("Priya Raman"),
            person("Viktor Novak"),
        }

    def test_an_engineer_with_promises_lined_up_and_one_still_to_come(self):
        work = queues.work_of(person("Asha Nair"))

        assert [one.ticket.status for one in work] == ["in_progress", "assigned", "assigned", "assigned"]
        assert [one.is_committed for one in work] == [True, True, True, False]
        assert [one.place for one in work] == [None, 1, 2, 3]

    def test_one_promise_is_due_within_the_hour_and_not_yet_reminded_of(self):
        soon = Assignment.objects.active().filter(
            ticket__status__in=RUNNING, due_at__range=(NOON + timedelta(minutes=31), NOON + timedelta(minutes=60))
        )

        assert [one.reminded_due_at for one in soon] == [None]

    def test_one_engineer_has_just_been_reminded(self):
        reminded = TicketEvent.objects.filter(action="ticket_reminded", timestamp__gte=NOON - timedelta(minutes=30))

        assert reminded.count() == 1
        assert Ticket.objects.get(events=reminded.get()).status == Status.IN_PROGRESS

    def test_one_started_out_of_turn_and_the_passed_over_one_is_at_risk(self):
        kenji = person("Kenji Watanabe")
        queue = queues.queue_of(kenji.pk)
        jumper = Assignment.objects.active().get(engineer=kenji, out_of_turn=True)

        assert [slot.ref for slot in queue.in_progress] == [jumper.pk]
        assert (lineup.forecast(queue, NOON)[queue.waiting[0].ref].at_risk_minutes or 0) > 60

    def test_tickets_past_their_targets_are_flagged(self):
        assert Ticket.objects.filter(status=Status.UNASSIGNED, triage_flagged_at__isnull=False).count() == 1
        assert Assignment.objects.active().filter(acceptance_flagged_at__isnull=False).count() == 1

    def test_escalations_wait_with_both_reporting_authorities(self):
        waiting = Escalation.objects.filter(ticket__status=Status.ESCALATED)

        assert waiting.count() >= 3
        assert {one.escalated_to.name for one in waiting} == {"Priya Raman", "Viktor Novak"}

    def test_both_resolved_buckets_are_filled_today_and_before(self):
        master = person("Maya Fernandes")

        for name in (Bucket.RESOLVED, Bucket.ESCALATION_RESOLVED):
            days = {ticket.resolved_at.date() for ticket in buckets.bucket(name, master)}
            assert NOON.date() in days
            assert len(days) > 3

    @pytest.mark.parametrize(
        ("name", "kinds"),
        [
            ("Daniel Reyes", [("assignments_made__level", "sm1"), ("assignments_made__level", "sm2")]),
            ("Leila Haddad", [("assignments_made__level", "sm1"), ("assignments__ticket__status", "resolved")]),
        ],
    )
    def test_people_with_two_roles_use_both(self, name: str, kinds: list[tuple[str, str]]):
        for field, value in kinds:
            assert User.objects.filter(name=name, **{field: value}).exists(), field

    def test_an_sm2_has_reassigned_what_an_sm1_assigned(self):
        taken = Assignment.objects.filter(is_active=False, level="sm1", ticket__assignment__level="sm2")

        assert taken.count() >= 2
        assert Ticket.objects.filter(assignments__in=taken, status=Status.ESCALATED).exists()

    def test_conversations_are_public_and_internal(self):
        assert set(Comment.objects.values_list("is_internal", flat=True)) == {True, False}


# --- that it could have happened --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("story")
class TestThatItCouldHaveHappened:
    def test_nothing_lies_in_the_future_or_before_the_first_day(self):
        begin = Calendar(now=NOON, zone=UTC_ZONE).moment(BEGIN)
        times = [
            *TicketEvent.objects.values_list("timestamp", flat=True),
            *Comment.objects.values_list("created_at", flat=True),
            *Notification.objects.values_list("created_at", flat=True),
            *Ticket.objects.values_list("updated_at", flat=True),
        ]

        assert begin <= min(times)
        assert max(times) <= NOON

    def test_events_of_a_ticket_stand_in_the_order_of_time_from_its_raise(self):
        by_ticket: dict[int, list[TicketEvent]] = defaultdict(list)
        for event in TicketEvent.objects.order_by("pk"):
            by_ticket[event.ticket_id].append(event)

        assert len(by_ticket) == Ticket.objects.count()
        for events in by_ticket.values():
            assert events[0].action == "ticket_raised"
            assert all(before.timestamp < after.timestamp for before, after in pairwise(events))

    def test_every_assigned_ticket_has_its_one_active_assignment(self):
        holders = Counter(one.ticket_id for one in active())

        assert set(holders.values()) == {1}
        assert set(holders) == set(Ticket.objects.exclude(assignment=None).values_list("pk", flat=True))
        assert all(one.ticket.assignment_id == one.pk for one in active())

    def test_places_are_one_to_n_and_only_of_waiting_tickets(self):
        places: dict[int, list[int]] = defaultdict(list)
        for one in active():
            assert (one.place is not None) == (one.ticket.status == Status.ASSIGNED)
            if one.place is not None:
                places[one.engineer_id].append(one.place)

        assert sum(map(len, places.values())) >= 5
        assert all(sorted(found) == list(range(1, len(found) + 1)) for found in places.values())

    def test_every_due_time_follows_from_start_and_minutes(self):
        planned = [one for one in Assignment.objects.all() if one.starts_at is not None]

        assert len(planned) > 50
        for one in planned:
            assert one.due_at == one.starts_at + timedelta(minutes=one.minutes + one.extra_minutes)

    def test_every_promise_was_given_before_it_was_due_and_stands_in_the_sla_record(self):
        promised = SLARecord.objects.filter(assignment__committed_at__isnull=False).select_related("assignment")

        assert promised.count() > 45
        for record in promised:
            told = TicketEvent.objects.get(
                ticket_id=record.ticket_id, action="ticket_committed", timestamp=record.assignment.committed_at
            )
            assert record.assignment.committed_at < record.original_due_at
            assert told.metadata["due_at"] == record.original_due_at.isoformat()

    def test_each_escalated_ticket_has_one_breach_one_escalation_and_mail_to_its_manager(self):
        late = Ticket.objects.filter(escalated_at__isnull=False)

        assert late.count() >= 9
        for ticket in late:
            breach = SLARecord.objects.get(ticket=ticket, breached=True)
            assert ticket.escalation.assignment_id == breach.assignment_id
            assert timedelta(0) <= ticket.escalated_at - breach.breached_at <= timedelta(minutes=2)
            assert Notification.objects.filter(
                ticket=ticket, kind="escalated", recipient=breach.assignment.engineer.reporting_authority
            ).exists()

    def test_nothing_else_is_breached_or_overdue(self):
        assert not SLARecord.objects.filter(breached=True, ticket__escalated_at__isnull=True).exists()
        overdue = Assignment.objects.active().filter(committed_at__isnull=False, due_at__lte=NOON)
        assert not overdue.filter(ticket__status__in=RUNNING).exists()

    def test_in_time_means_before_the_due_time(self):
        for one in Assignment.objects.active().filter(ticket__status=Status.RESOLVED).select_related("ticket"):
            assert one.ticket.resolved_at < one.due_at

    def test_every_promise_that_came_near_was_reminded_of(self):
        lead = timedelta(minutes=30)
        for one in Assignment.objects.filter(committed_at__isnull=False).select_related("ticket", "sla"):
            end = min(filter(None, (one.sla.resolved_at, one.ended_at, NOON)))
            came_near = max(one.due_at - lead, one.committed_at) + timedelta(minutes=1) < end
            assert (one.reminded_due_at == one.due_at) == came_near, one.ticket.case_id

    def test_case_ids_have_no_gap(self):
        for application in ApplicationCatalog.objects.all():
            numbers = sorted(int(one.case_id.rsplit("-", 1)[1]) for one in application.tickets.all())
            assert numbers == list(range(1001, application.last_sequence + 1))

    def test_field_history_carries_the_times_of_the_story(self):
        for ticket in Ticket.objects.all():
            happened = set(ticket.events.values_list("timestamp", flat=True))
            assert set(ticket.history.values_list("history_date", flat=True)) <= happened
        begin = Calendar(now=NOON, zone=UTC_ZONE).moment(BEGIN)
        for model in (User, ApplicationCatalog):
            assert set(model.history.values_list("history_date", flat=True)) == {begin}


@pytest.mark.usefixtures("story")
class TestMails:
    def test_each_has_the_time_of_its_event(self):
        for mail in Notification.objects.select_related("event"):
            assert mail.created_at == mail.event.timestamp

    def test_old_ones_are_sent_at_their_time_and_those_of_the_last_day_wait_for_the_worker(self):
        a_day_ago = NOON - timedelta(days=1)
        waiting = Notification.objects.filter(created_at__gte=a_day_ago)
        old = Notification.objects.filter(created_at__lt=a_day_ago)

        assert set(waiting.values_list("state", "attempts")) == {("queued", 0)}
        assert Notification.objects.to_send(NOON).count() == waiting.count() > 100
        assert set(old.values_list("state", flat=True)) == {"sent"}
        assert all(mail.sent_at == mail.created_at for mail in old)

    def test_managers_of_old_escalations_were_told(self):
        told = {one.escalated_at < NOON - timedelta(days=1): one.email_sent for one in Escalation.objects.all()}

        assert told == {True: True, False: False}

    def test_no_background_task_is_left_over(self):
        assert not OrmQ.objects.exists()
