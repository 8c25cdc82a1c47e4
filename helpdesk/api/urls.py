"""Addresses of the API, one line a call, in the order of its reference."""

from django.urls import path, re_path

from helpdesk.api import schema  # noqa: F401 - registers how to sign in for the generated document
from helpdesk.api.views.acts import AssignView, CommitView, PriorityView, ResolveView, StartView, WithdrawView
from helpdesk.api.views.candidates import CandidatesView
from helpdesk.api.views.comments import CommentsView
from helpdesk.api.views.docs import NothingHereView, SchemaView, docs
from helpdesk.api.views.extensions import AskView, DecideView, ToDecideView
from helpdesk.api.views.files import CancelView, ConfirmView, PresignDownloadView, PresignUploadView
from helpdesk.api.views.me import MeView
from helpdesk.api.views.queues import QueueView
from helpdesk.api.views.roles import RolesView
from helpdesk.api.views.ticket import EventsView, TicketView
from helpdesk.api.views.tickets import TicketsView

app_name = "api"

urlpatterns = [
    path("tickets/", TicketsView.as_view(), name="tickets"),
    path("tickets/<str:ticket>/", TicketView.as_view(), name="ticket"),
    path("tickets/<str:ticket>/events/", EventsView.as_view(), name="ticket-events"),
    path("tickets/<str:ticket>/comments/", CommentsView.as_view(), name="ticket-comments"),
    path("tickets/<str:ticket>/assign/", AssignView.as_view(), name="ticket-assign"),
    path("tickets/<str:ticket>/commit/", CommitView.as_view(), name="ticket-commit"),
    path("tickets/<str:ticket>/start/", StartView.as_view(), name="ticket-start"),
    path("tickets/<str:ticket>/resolve/", ResolveView.as_view(), name="ticket-resolve"),
    path("tickets/<str:ticket>/withdraw/", WithdrawView.as_view(), name="ticket-withdraw"),
    path("tickets/<str:ticket>/priority/", PriorityView.as_view(), name="ticket-priority"),
    path("tickets/<str:ticket>/candidates/", CandidatesView.as_view(), name="ticket-candidates"),
    path("tickets/<str:ticket>/extension/", AskView.as_view(), name="ticket-extension"),
    path("tickets/<str:ticket>/extension/<str:extension>/approve/", DecideView.as_view(), name="extension-approve"),
    path("extensions/", ToDecideView.as_view(), name="extensions"),
    path("engineers/<str:engineer>/queue/", QueueView.as_view(), name="engineer-queue"),
    path("users/<str:user>/roles/", RolesView.as_view(), name="user-roles"),
    path("presign-upload/", PresignUploadView.as_view(), name="presign-upload"),
    path("presign-download/", PresignDownloadView.as_view(), name="presign-download"),
    path("attachments/<int:attachment_id>/confirm/", ConfirmView.as_view(), name="attachment-confirm"),
    path("attachments/<int:attachment_id>/cancel/", CancelView.as_view(), name="attachment-cancel"),
    path("me/", MeView.as_view(), name="me"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    re_path(r"^", NothingHereView.as_view(), name="nothing-here"),
]
