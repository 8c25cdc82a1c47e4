"""Fields nobody offered are not taken: every form x every column of every table outside its list (T6, A4)."""

import json
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.http import HttpResponse

from helpdesk.api.errors import MOST_NAMED
from helpdesk.models import AuditEvent
from helpdesk.services.identity import ASSIGNER, LEVEL
from reports.exports.forms import ReportForm
from tests.access.addresses import addresses
from tests.access.routes import every_route
from tests.access.table import TABLE
from tests.access.world import World, undone
from tests.access.writes import WITHOUT_FORM, WRITES, Write

pytestmark = pytest.mark.django_db

ROUTES = every_route()
IDENTITY = {*ASSIGNER, *LEVEL}
FORMS = sorted(key for key, write in WRITES.items() if not write.is_call)
CALLS = sorted(key for key, write in WRITES.items() if write.is_call)
UNCOMPARED = frozenset({"django_session", "django_q_ormq", "helpdesk_callcount"})
"""Tables whose rows are other ones each time."""


def answers_posts(key: str) -> bool:
    """Whether anybody gets past a POST to the route."""
    post = TABLE[key].post
    told = set(post.values()) if isinstance(post, dict) else {post}
    is_only_shown = key.endswith(("_changelist", "/<path:object_id>/")) or key == "admin:helpdesk_desksettings_change"
    return bool(told - {403, 404, 405}) and not is_only_shown


def test_every_route_that_takes_a_post_has_its_act_here():
    assert sorted(key for key in TABLE if answers_posts(key)) == sorted({*WRITES, *WITHOUT_FORM})


@pytest.mark.parametrize("key", FORMS)
def test_columns_outside_the_form_change_nothing(key, world):
    plain = plainly(key, world)
    hostile = outcome(key, world, unasked(key, world))

    assert plain.changes, "the act itself must do something, or this proves nothing"
    assert hostile.facts == plain.facts, blamed(key, world, plain)


@pytest.mark.parametrize("key", CALLS)
def test_a_call_refuses_every_column_it_does_not_name_and_changes_nothing(key, world):
    plain, asked = outcome(key, world, {}), unasked(key, world)

    assert plain.status in {200, 201}
    assert plain.changes, "the act itself must do something, or this proves nothing"
    for some in as_many_as_are_named(asked):
        hostile = outcome(key, world, some)
        assert (hostile.status, hostile.changes) == (400, set())
        assert set(hostile.told["errors"]) == set(some)


@pytest.mark.parametrize("key", FORMS)
def test_a_true_identity_is_not_used_either(key, world):
    """Naming oneself and a level one holds is no forgery, and the row is filled from the session all the same."""
    who = WRITES[key].who
    true = dict.fromkeys(ASSIGNER, world.users[who].pk) | (dict.fromkeys(LEVEL, who) if who in {"sm1", "sm2"} else {})

    assert outcome(key, world, true).facts == plainly(key, world).facts


@pytest.mark.parametrize("field", sorted(IDENTITY))
@pytest.mark.parametrize("key", FORMS)
def test_a_forged_assigner_or_level_is_refused_and_kept(key, field, world):
    write = WRITES[key]
    other = {"sm1": "sm2"}.get(write.who, "sm1")
    claimed = world.users[other].pk if field in ASSIGNER else other

    forged = outcome(key, world, {field: claimed})

    assert forged.status == 403
    assert {table for table, _ in forged.changes} == {"helpdesk_auditevent"}
    assert [(one.act, one.actor) for one in forged.kept] == [("forged_identity", world.users[write.who])]


@pytest.mark.parametrize("sent", ["0", "-1", "1 OR 1=1", "sm3", "null", "SM2", "[2]"])
@pytest.mark.parametrize("field", sorted(IDENTITY))
def test_an_odd_claim_is_refused_like_a_false_one(field, sent, world):
    forged = outcome("admin:helpdesk_ticket_assign", world, {field: sent})

    assert forged.status == 403
    assert [one.act for one in forged.kept] == ["forged_identity"]


class Outcome:
    """What an act came to: its status, the rows that are new or gone, and what the audit trail kept."""

    def __init__(
        self,
        response: HttpResponse,
        before: set[tuple[str, str]],
        after: set[tuple[str, str]],
        kept: list[AuditEvent],
    ):
        self.status = status_of(response)
        self.told = json.loads(response.content) if "json" in response.get("Content-Type", "") else {}
        self.changes = before ^ after
        self.kept = kept

    @property
    def facts(self) -> tuple[int, set[tuple[str, str]]]:
        """What two of them are compared by."""
        return self.status, self.changes

    def __repr__(self) -> str:
        return f"{self.status} {sorted(self.changes)}"


def plainly(key: str, world: World) -> Outcome:
    """The act as it is offered; done once for all comparisons with it."""
    if key not in world.known:
        world.known[key] = outcome(key, world, {})
    return world.known[key]


def outcome(key: str, world: World, more: dict[str, Any]) -> Outcome:
    """Do the act with some fields more, and undo it; ids are given out as if it had never been done."""
    write = WRITES[key]
    counters = sequences()
    with undone():
        write.before(world)
        known = AuditEvent.objects.count()
        address = addresses(ROUTES[key], world)[write.ticket]
        sent = {**more, **filled(write, world, address)}
        before = rows()
        body = {"data": sent, "content_type": "application/json"} if write.is_call else {"data": sent}
        response = world.clients[write.who].post(address, **body, headers={"X-Request-ID": "the-same-each-time"})
        kept = list(AuditEvent.objects.order_by("pk").select_related("actor")[known:])
        result = Outcome(response, before, rows(), kept)
    restore(counters)
    return result


def status_of(response: HttpResponse) -> int:
    """The status; of a dialog that is shown again instead of done, none that counts as done."""
    shown_again = response.status_code == 200 and not response.streaming and b"dialog-form" in response.content
    return 422 if shown_again else int(response.status_code)


def filled(write: Write, world: World, address: str) -> dict[str, Any]:
    """The form as it is shown, filled in."""
    if write.is_call:
        return dict(write.fill(world))
    shown: dict[str, Any] = {}
    if write.is_dialog:
        form = world.clients[write.who].get(address).context["form"]
        shown = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in shown.items() if value is not None and value is not False}
    return {**given, "_form_submitted": "True", **write.fill(world)}


def unasked(key: str, world: World) -> dict[str, Any]:
    """Every column of every table that the form does not offer, with a value that would do harm."""
    write, counters = WRITES[key], sequences()
    with undone():
        write.before(world)
        address = addresses(ROUTES[key], world)[write.ticket]
        offered = {*filled(write, world, address), *offered_by(key, write, world, address), *IDENTITY, "next"}
    restore(counters)
    return {name: value for name, value in hostile(world).items() if name not in offered}


def offered_by(key: str, write: Write, world: World, address: str) -> set[str]:
    """The fields a page offers besides those filled in: optional ones."""
    if write.is_call:
        return set(write.optional)
    if write.is_dialog:
        return set(world.clients[write.who].get(address).context["form"].fields)
    return {
        "portal:raise": {"files_announced"},
        "portal:withdraw": {"repeats"},
        "admin:helpdesk_ticket_comment": {"internal"},
        "exports:export": set(ReportForm.base_fields),
    }.get(key, set())


def hostile(world: World) -> dict[str, Any]:
    """Column by column, under the names a form could carry it."""
    values: dict[str, Any] = {"pk": world.tickets["self"].pk, "actor": world.users["admin"].pk}
    for model in apps.get_app_config("helpdesk").get_models():
        for field in model._meta.concrete_fields:
            value = harm(field, world)
            values |= {field.name: value, field.attname: value}
    return values


def as_many_as_are_named(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields in parts as large as one refusal names one by one."""
    names = sorted(asked)
    return [
        {name: asked[name] for name in names[start : start + MOST_NAMED]} for start in range(0, len(names), MOST_NAMED)
    ]


def harm(field: models.Field, world: World) -> Any:
    """A value of the column's kind that is not what is there."""
    if field.is_relation or field.primary_key:
        return world.users["other_reporter"].pk
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField):
        return "2001-01-01T00:00:00Z"
    if isinstance(field, models.DateField):
        return "2001-01-01"
    if isinstance(field, models.IntegerField):
        return 77
    return "resolved" if field.name == "status" else "hostile"


def blamed(key: str, world: World, plain: Outcome) -> str:
    """Which single fields made the difference."""
    found = [
        name for name, value in unasked(key, world).items() if outcome(key, world, {name: value}).facts != plain.facts
    ]
    return f"{key} takes {', '.join(found) or 'several fields together'}"


def rows() -> set[tuple[str, str]]:
    """Every row of every table, as words."""
    tables = sorted({model._meta.db_table for model in apps.get_models()} - UNCOMPARED)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{one}', {as_words(one)} FROM \"{one}\" t" for one in tables))  # noqa: S608
        return set(cursor.fetchall())


def as_words(table: str) -> str:
    """A row of the table, without a key that is drawn by lot."""
    return "(to_jsonb(t) - 'id')::text" if table == "helpdesk_importdraft" else "t::text"


def sequences() -> list[tuple[str, int | None]]:
    """Where the counters of ids stand; they do not go back by themselves when a row is undone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        return list(cursor.fetchall())


def restore(counters: list[tuple[str, int | None]]) -> None:
    """Put the counters back, all of them in one statement."""
    names, values = [f'"{name}"' for name, _ in counters], [value for _, value in counters]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(name::regclass, coalesce(value, 1), value IS NOT NULL)"
            " FROM unnest(%s::text[], %s::bigint[]) AS counter (name, value)",
            [names, values],
        )
