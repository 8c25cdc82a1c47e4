"""Deny by default: what declares nobody is closed, and what other packages bring has no page (T5, traps 6, 9, 10, W12)."""

import logging

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from helpdesk.admin.base import DeskModelAdmin
from helpdesk.admission import admission_of, open_to, open_to_any_role
from helpdesk.sso.public import PUBLIC_ROUTES
from tests.access.routes import every_route
from tests.access.world import World
from workflow.roles import Role

pytestmark = pytest.mark.django_db

FOREIGN = ("django_q", "social_django", "guardian", "otp_totp", "sessions", "auth", "contenttypes", "admin")


def reached(request: object) -> HttpResponse:
    return HttpResponse("reached")


class Unsaid(APIView):
    """A view that names no role."""

    def get(self, request: object) -> Response:
        return Response("reached")


class Unasked(Unsaid):
    """A view that names roles and asks nobody for them."""

    roles = frozenset(Role)
    permission_classes = (AllowAny,)


class Said(Unsaid):
    roles = frozenset(Role)


class Silent(DeskModelAdmin):
    """A page that names no viewers."""


def a_view(**said: object):
    """A fresh view, so that a declaration on one is not on the others."""
    view = lambda request: HttpResponse("reached")  # noqa: E731 - a view of its own each time
    for name, value in said.items():
        setattr(view, name, value)
    return view


urlpatterns = [
    path("undeclared/", reached),
    path("unsaid/", Unsaid.as_view()),
    path("unasked/", Unasked.as_view()),
    path("overruled/", Said.as_view(permission_classes=[AllowAny])),
    path("silent/", a_view(model_admin=Silent(apps.get_model("helpdesk", "Comment"), admin.site))),
    path("said/", open_to_any_role(a_view())),
    path("admins/", open_to(Role.ADMIN)(a_view())),
    path("nobody/", open_to()(a_view())),
    path("said-api/", Said.as_view()),
    path("", include("project.urls")),
]
"""The site with doors that should not be, for the tests of the last line of defence."""

CLOSED = ("undeclared", "unsaid", "unasked", "overruled", "silent")


@pytest.fixture
def odd_site(settings):
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("person", ["anonymous", "reporter", "sm1", "admin"])
def test_a_route_that_declares_nobody_is_closed_to_everybody_and_says_so_in_the_log(
    name, person, world, odd_site, caplog
):
    with caplog.at_level(logging.ERROR, "helpdesk.admission"):
        answer = world.clients[person].get(f"/{name}/")

    assert answer.status_code == 403
    assert b"reached" not in answer.content
    assert f"it is closed: {name}/" in caplog.text


def test_a_declared_route_lets_in_whom_it_names(world, odd_site):
    def statuses(person: str) -> list[int]:
        return [world.clients[person].get(f"/{name}/").status_code for name in ("said", "admins", "nobody", "said-api")]

    assert statuses("admin") == [200, 200, 403, 200]
    assert statuses("reporter") == [200, 403, 403, 200]
    assert statuses("nobody") == [403, 403, 403, 403]
    assert statuses("anonymous") == [302, 302, 302, 401]


def test_every_route_of_the_site_declares_whom_it_lets_in():
    assert [key for key, route in every_route().items() if admission_of(route.view) is None] == []


def test_the_public_routes_are_the_ones_listed():
    public = {key for key, route in every_route().items() if admission_of(route.view).is_public}

    assert public == PUBLIC_ROUTES


def test_the_last_line_of_defence_stands_before_every_view():
    assert "helpdesk.admission.AdmissionMiddleware" in settings.MIDDLEWARE
    order = [
        settings.MIDDLEWARE.index(f"helpdesk.{one}")
        for one in ("admission.AdmissionMiddleware", "sso.middleware.SignedInMiddleware")
    ]
    assert order == sorted(order)


def test_other_packages_have_no_page_at_all():
    pages = {(model._meta.app_label, type(page)) for model, page in admin.site._registry.items()}

    assert {label for label, _ in pages} == {"helpdesk"}
    assert all(issubclass(page, DeskModelAdmin) for _, page in pages)
    assert [
        route.pattern for route in every_route().values() for label in FOREIGN if f"desk/{label}/" in route.pattern
    ] == []


def test_every_page_names_its_viewers_and_lets_nobody_write_a_row(world: World, rf):
    request = rf.get("/desk/")
    request.user = world.users["admin"]

    for page in admin.site._registry.values():
        assert page.viewers, page
        assert not page.get_inline_instances(request), page
        assert not page.get_actions(request), page
        asked = (page.has_add_permission, page.has_change_permission, page.has_delete_permission)
        assert [may(request) for may in asked] == [False] * 3, page


def test_the_models_of_other_packages_exist_and_are_only_closed():
    """So that the test above does not pass for want of them."""
    assert {"django_q", "social_django", "guardian", "sessions"} <= {config.label for config in apps.get_app_configs()}
