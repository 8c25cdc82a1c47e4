import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from helpdesk.models import User
from helpdesk.portal.context import tabs_of
from helpdesk.portal.middleware import TimeZoneMiddleware
from tests.entering import enter
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    UserFactory,
    a_ticket,
    an_assignment,
)

pytestmark = pytest.mark.django_db


def test_home_sends_a_reporter_to_the_portal_and_staff_to_the_desk(client):
    enter(client, ReporterFactory())
    assert client.get("/")["Location"] == "/my/"

    for factory in (SM1Factory, EngineerFactory, RAFactory, AdminFactory):
        enter(client, factory())
        assert client.get("/")["Location"] == "/desk/"


def test_home_comes_back_to_the_portal_when_that_was_last(client):
    enter(client, SM1Factory(last_workspace="my_tickets"))

    assert client.get("/")["Location"] == "/my/"


def test_a_mails_link_leads_to_the_page_its_reader_can_open(client):
    reporter, engineer, master = ReporterFactory(), EngineerFactory(), SM1Factory()
    ticket = a_ticket(reporter=reporter)
    an_assignment(ticket=ticket, engineer=engineer, by=master)

    def door(person):
        enter(client, person)
        answer = client.get(f"/tickets/{ticket.case_id}/")
        return answer.get("Location", answer.status_code)

    assert door(reporter) == f"/my/{ticket.case_id}/"
    assert door(master) == door(engineer) == f"/desk/helpdesk/ticket/{ticket.pk}/change/"
    assert door(ReporterFactory()) == door(EngineerFactory()) == 404


def test_staff_who_reported_a_ticket_come_to_the_desks_page(client):
    master = SM1Factory()
    ticket = a_ticket(reporter=master)
    enter(client, master)

    assert client.get(f"/tickets/{ticket.case_id}/")["Location"] == f"/desk/helpdesk/ticket/{ticket.pk}/change/"


def test_the_tabs_are_the_workspaces_of_the_roles(client):
    enter(client, UserFactory(roles=["sm1", "engineer"]))
    page = client.get("/my/").content.decode()

    assert re.findall(r'class="tab"[^>]*>([^<]+)<', page) == ["My tickets", "Triage (SM1)", "My work"]
    assert page.count('<form method="post" action="/desk/workspace/') == 2

    enter(client, ReporterFactory())
    assert 'class="tab"' not in client.get("/my/").content.decode()


def test_strangers_have_no_tabs(rf):
    request = rf.get("/")
    assert tabs_of(request) == ()

    request.user = AnonymousUser()
    assert tabs_of(request) == ()


@pytest.mark.parametrize(
    "address", ["/my/", "/my/?show=resolved", "/my/new/", "/my/{case}/", "/my/{case}/raised/", "/sign-in/", "/nowhere/"]
)
def test_pages_keep_the_strict_policy(client, address):
    reporter = ReporterFactory()
    ticket = a_ticket(reporter=reporter)
    if address != "/sign-in/":
        enter(client, reporter)

    answer = client.get(address.format(case=ticket.case_id))
    page = answer.content.decode()

    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|javascript:", page)
    for asset in re.findall(r'(?:src|href)="/static/([^"]+)"', page):
        assert finders.find(asset), asset
    assert page.count("<h1") == 1


def test_every_field_has_its_label_and_errors_are_tied_to_it(client):
    enter(client, ReporterFactory())
    page = client.post("/my/new/", {}).content.decode()

    for name in ("application", "title", "description"):
        assert f'for="id_{name}"' in page
        field = re.search(rf'<(?:input|select|textarea)[^>]*id="id_{name}"[^>]*>', page).group(0)
        described = re.search(r'aria-describedby="([^"]+)"', field).group(1).split()
        assert f"id_{name}_error" in described
        for target in described:
            assert f'id="{target}"' in page


@pytest.mark.parametrize(
    ("status", "template"),
    [(400, "400.html"), (403, "403.html"), (404, "404.html"), (500, "500.html"), (403, "403_csrf.html")],
)
def test_the_designed_error_pages_render_without_any_context(status, template):
    page = render_to_string(template)

    assert "<h1>" in page
    assert "Lineup" in page


def test_an_unknown_address_is_a_designed_404_for_everybody():
    answer = Client().get("/nowhere/at/all/")

    assert answer.status_code == 404
    assert b"There is nothing here for you" in answer.content


def test_a_page_that_breaks_is_a_designed_500(monkeypatch):
    client = Client(raise_request_exception=False)
    enter(client, ReporterFactory())
    monkeypatch.setattr("helpdesk.portal.reading.numbers", lambda user: 1 / 0)

    answer = client.get("/my/")

    assert answer.status_code == 500
    assert b"Something went wrong on our side" in answer.content


def test_times_are_shown_in_the_zone_of_the_browser_then_of_the_person(client, settings):
    settings.TIME_ZONE = "UTC"
    reporter = ReporterFactory()
    ticket = a_ticket(reporter=reporter)
    enter(client, reporter)

    def shown():
        return "|".join(re.findall(r"today (\d\d:\d\d)", client.get(f"/my/{ticket.case_id}/").content.decode()))

    assert shown().startswith("12:00")
    client.cookies["tz"] = "Asia%2FKolkata"
    assert shown().startswith("17:30")
    User.objects.filter(pk=reporter.pk).update(time_zone="Europe/Berlin")
    assert shown().startswith("13:00")


@pytest.mark.parametrize(
    "name", ["", "Nowhere/Land", "../../etc/passwd", "/etc/localtime", "x" * 500, "UTC\x00", "Ü", "posixrules/../UTC"]
)
def test_a_zone_that_is_none_falls_back_to_the_organisations(rf, name):
    seen = []
    request = rf.get("/")
    request.user, request.COOKIES = User(), {"tz": name}

    TimeZoneMiddleware(lambda request: seen.append(timezone.get_current_timezone_name()))(request)

    assert seen == ["UTC"]
