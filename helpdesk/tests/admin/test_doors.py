"""Who gets into the desk: nobody by default, staff where a page names their role."""

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from helpdesk.admin.base import DeskModelAdmin
from helpdesk.models import (
    AdminAlert,
    ApplicationCatalog,
    Comment,
    DeskSettings,
    Heartbeat,
    Notification,
    RoleMapping,
    Ticket,
    TicketEvent,
    User,
    WorkingCalendar,
)
from helpdesk.tests.admin.desk import browser, list_of, page_of
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_ticket,
    in_progress,
)

pytestmark = pytest.mark.django_db

NAMED = sorted({pattern.name for pattern in admin.site.get_urls() if isinstance(pattern, URLPattern) and pattern.name})
OF_MODELS = sorted(
    {
        pattern.name
        for resolver in admin.site.get_urls()
        if isinstance(resolver, URLResolver)
        for pattern in resolver.url_patterns
        if pattern.name
    }
)
ADMIN_ONLY = [name for name in OF_MODELS if "_ticket_" not in name]


def address(name: str, ticket: Ticket) -> str:
    """The address behind a name, with whatever argument it takes."""
    for args in ((), (ticket.pk,), ("triage_sm1",)):
        try:
            return reverse(f"admin:{name}", args=args)
        except NoReverseMatch:
            continue
    raise AssertionError(name)


def test_only_what_is_listed_here_has_pages():
    assert set(admin.site._registry) == {
        AdminAlert,
        ApplicationCatalog,
        DeskSettings,
        Heartbeat,
        Notification,
        RoleMapping,
        Ticket,
        User,
        WorkingCalendar,
    }


def test_the_desk_has_no_password_pages_and_no_app_lists():
    assert not {"password_change", "password_change_done", "view_on_site", "app_list", "search"} & set(NAMED)
    assert browser(AdminFactory()).get("/desk/helpdesk/").status_code == 404
    assert browser(AdminFactory()).get("/desk/auth/group/").status_code == 404


EVERY = [*NAMED, *OF_MODELS]


def answers(client: Client, names: list[str], ticket: Ticket) -> dict[str, int]:
    """What each address answers to a GET."""
    return {name: client.get(address(name, ticket)).status_code for name in names}


def test_anonymous_people_are_led_to_the_sign_in_page_from_everywhere():
    ticket, client = a_ticket(), Client()

    led_to = {name: client.get(address(name, ticket)).url.partition("?")[0] for name in EVERY}

    assert led_to == dict.fromkeys(EVERY, reverse("sign-in"))


def test_people_without_a_role_are_refused_everywhere():
    assert answers(browser(UserFactory()), EVERY, a_ticket()) == dict.fromkeys(EVERY, 403)


def test_reporters_are_refused_everywhere():
    names = [name for name in EVERY if name not in {"login", "logout"}]
    ticket = a_ticket()

    assert answers(browser(ticket.reporter), names, ticket) == dict.fromkeys(names, 403)


@pytest.mark.parametrize("factory", [SM1Factory, SM2Factory, EngineerFactory, RAFactory])
def test_administration_is_for_admins_only(factory):
    assert answers(browser(factory()), ADMIN_ONLY, a_ticket()) == dict.fromkeys(ADMIN_ONLY, 403)


@pytest.mark.parametrize("factory", [SM1Factory, SM2Factory, EngineerFactory, RAFactory, AdminFactory])
def test_nobody_adds_deletes_or_reverts_rows(factory):
    names = [name for name in OF_MODELS if name.endswith(("_add", "_delete", "_history"))]

    assert answers(browser(factory()), names, a_ticket()) == dict.fromkeys(names, 403)


def test_a_page_that_declares_no_roles_refuses_everybody():
    page = DeskModelAdmin(Comment, admin.site)
    request = RequestFactory().get("/desk/")
    request.user = UserFactory(roles=["reporter", "sm1", "sm2", "engineer", "ra", "admin"])

    asked = (page.has_view_permission, page.has_add_permission, page.has_change_permission, page.has_delete_permission)
    assert [may(request) for may in (*asked, page.has_module_permission)] == [False] * 5
    with pytest.raises(PermissionDenied):
        page.changelist_view(request)


def test_a_post_to_a_page_changes_nothing():
    ticket = a_ticket()
    before = (ticket.version, TicketEvent.objects.count())

    answer = browser(AdminFactory()).post(page_of(ticket), {"status": "resolved", "title": "Mine"})

    ticket.refresh_from_db()
    assert answer.status_code == 403
    assert (ticket.version, TicketEvent.objects.count()) == before


def test_looking_at_every_page_changes_nothing():
    ticket = in_progress()
    before = (Ticket.objects.get(pk=ticket.pk).version, TicketEvent.objects.count())
    client = browser(UserFactory(roles=["sm1", "sm2", "engineer", "ra", "admin"]))

    for name in EVERY:
        client.get(address(name, ticket))

    assert (Ticket.objects.get(pk=ticket.pk).version, TicketEvent.objects.count()) == before


def test_an_inactive_person_is_led_to_the_sign_in_page():
    master = SM1Factory()
    client = browser(master)
    master.is_active = False
    master.save()

    assert client.get(list_of("unassigned")).status_code == 302


def test_a_ticket_somebody_only_reported_is_read_in_the_portal():
    engineer = EngineerFactory()
    ticket = a_ticket(reporter=engineer)

    answer = browser(engineer).get(page_of(ticket))

    assert answer.url == reverse("portal:ticket", args=(ticket.case_id,))


def test_a_missing_and_a_foreign_ticket_answer_alike():
    foreign, client = a_ticket(), browser(EngineerFactory())

    for reference in (foreign.pk, "0", "9" * 21, "abc", "1%27--"):
        assert client.get(f"/desk/helpdesk/ticket/{reference}/change/").status_code == 404


def test_signing_out_needs_a_post():
    client = browser(SM1Factory())

    answer = client.get(reverse("admin:logout"))

    assert answer.url == reverse("home")
    assert "_auth_user_id" in client.session
