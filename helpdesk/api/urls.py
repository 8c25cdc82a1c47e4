"""Addresses of the API, one line a call, in the order of its reference."""

from django.urls import path, re_path

from helpdesk.api import schema  # noqa: F401 - registers how to sign in for the generated document
from helpdesk.api.views.docs import NothingHereView, SchemaView, docs
from helpdesk.api.views.me import MeView

app_name = "api"

urlpatterns = [
    path("me/", MeView.as_view(), name="me"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    re_path(r"^.*$", NothingHereView.as_view(), name="nothing-here"),
]
