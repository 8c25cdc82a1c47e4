"""Addresses of the API, one line a call, in the order of its reference."""

from django.urls import path, re_path

from helpdesk.api import schema  # noqa: F401 - registers how to sign in for the generated document
from helpdesk.api.views.docs import NothingHereView, SchemaView, docs
from helpdesk.api.views.files import CancelView, ConfirmView, PresignDownloadView, PresignUploadView
from helpdesk.api.views.me import MeView

app_name = "api"

urlpatterns = [
    path("presign-upload/", PresignUploadView.as_view(), name="presign-upload"),
    path("presign-download/", PresignDownloadView.as_view(), name="presign-download"),
    path("attachments/<int:attachment_id>/confirm/", ConfirmView.as_view(), name="attachment-confirm"),
    path("attachments/<int:attachment_id>/cancel/", CancelView.as_view(), name="attachment-cancel"),
    path("me/", MeView.as_view(), name="me"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    re_path(r"^", NothingHereView.as_view(), name="nothing-here"),
]
