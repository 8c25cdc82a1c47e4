"""No page finds a ticket by itself: every row a face shows comes through the scope of the selectors (P9)."""

import ast

import pytest
from django.apps import apps

from helpdesk.models import Ticket
from tests.house import scopes, source

FACES = (
    "helpdesk/admin",
    "helpdesk/portal",
    "helpdesk/api",
    "helpdesk/sso",
    "helpdesk/templatetags",
    "project",
    "reports",
)
"""What answers people and programs; the embedded servers and the story of the demo are among `project`, see below."""

GUARDIANS_PLACE = {"helpdesk/models/grants.py"}
"""The model of the grants is made of guardian's; nothing else speaks with it."""

CASES = [
    (scopes.unscoped_rows, "Ticket.objects.filter(pk=1)", "access.visible_to(user).filter(pk=1)"),
    (scopes.unscoped_rows, "models.Comment._default_manager.all()", "ticket.comments.all()"),
    (scopes.unscoped_rows, "Ticket.history.all()", "User.history.all()"),
    (
        scopes.unscoped_rows,
        "Attachment.objects.filter(ticket=OuterRef('pk') + 1)",
        "Attachment.objects.filter(ticket=OuterRef('pk'), state='x').count()",
    ),
    (scopes.unscoped_rows, "get_object_or_404(Ticket, pk=1)", "get_template('x')"),
    (scopes.unscoped_rows, "apps.get_model('helpdesk', 'Ticket')", "apps.get_app_config('helpdesk')"),
    (scopes.unscoped_rows, "with connection.cursor() as rows: pass", "rows = cursor_of(page)"),
    (scopes.asks_guardian, "from guardian.shortcuts import get_objects_for_user", "from guardians import x"),
    (scopes.asks_guardian, "import guardian", "guardian = 1"),
    (scopes.asks_guardian, "request.user.has_perm('x', ticket)", "site.has_permission(request)"),
]


@pytest.mark.parametrize(("checker", "bad", "good"), CASES)
def test_checker_catches_its_case_and_nothing_else(checker, bad, good):
    assert list(checker(bad))
    assert list(checker(good)) == []


def test_every_table_that_hangs_on_a_ticket_is_named():
    """A new table with a key to a ticket cannot be forgotten in the list above."""
    hanging = {
        model.__name__
        for model in apps.get_app_config("helpdesk").get_models()
        if any(field.related_model is Ticket for field in model._meta.concrete_fields)
        and "Historical" not in model.__name__
    }

    assert hanging - scopes.TICKET_TABLES == set()


def test_faces_read_tickets_through_the_selectors_only():
    files = [path for path in source.sources(*FACES) if "demo" not in path.parts]
    found = source.findings(files, scopes.unscoped_rows)

    assert [line for line in found if not line.startswith("project/health.py")] == []


def test_nobody_asks_guardian():
    found = source.findings(source.sources(*source.PACKAGES), scopes.asks_guardian)

    assert {line.split(":")[0] for line in found} == GUARDIANS_PLACE


def test_the_grants_are_written_and_read_in_one_place_each():
    """By services/grants.py and selectors/access.py; a sample desk is written by its loader."""
    naming = set()
    for path in source.sources(*source.PACKAGES):
        names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        if "TicketUserObjectPermission" in names:
            naming.add(str(path.relative_to(source.ROOT)))

    assert naming == {"helpdesk/services/grants.py", "helpdesk/selectors/access.py"}
