"""Files of tickets: links to send and fetch them, straight to and from S3 (F2-F6)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk import clock
from helpdesk.api import answers, examples
from helpdesk.api.permissions import ANYBODY_WITH_A_ROLE
from helpdesk.api.refusals import refuses
from helpdesk.api.repeats import Repeats
from helpdesk.api.shapes import LARGEST_NUMBER, Body, Flag, Id, Moment, Number, Text
from helpdesk.api.ticket_shapes import AttachmentSerializer
from helpdesk.api.views.base import DeskView
from helpdesk.selectors import access
from helpdesk.services import attachments, downloads
from workflow.errors import FieldInvalid


class AnnounceBody(Body):
    """A file that is about to be sent: its bytes are bound by `size` and `sha256`."""

    case_id = Text(max_length=30)
    filename = Text(max_length=1000)
    content_type = Text(max_length=200, required=False, default="")
    size = Number(min_value=0, max_value=LARGEST_NUMBER, help_text="Bytes.")
    sha256 = Text(max_length=60, help_text="Base64 of the SHA-256 of the bytes.")
    internal = Flag(required=False, default=False, help_text="For the staff only.")
    client_key = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Your own key: asking again with it answers the same."
    )

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """Nothing is signed for a file of unknown length or content, which is a rule of the desk and no slip of the pen (F3)."""
        sent = request.data
        missing = [name for name in ("size", "sha256") if isinstance(sent, dict) and sent.get(name) is None]
        if missing:
            raise FieldInvalid(
                {name: ["Please say it beforehand; the link takes exactly this file."] for name in missing}
            )
        return super().read(request)


class UploadSerializer(serializers.Serializer):
    """How to send the file: one request with exactly these headers. 412 means it is there already: confirm it."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    method = serializers.CharField()
    url = serializers.CharField()
    headers = serializers.DictField(child=serializers.CharField())
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="Always empty: there is no form."
    )
    expires_at = Moment()


class DownloadBody(Body):
    """Which file."""

    attachment_id = Id()


class DownloadSerializer(serializers.Serializer):
    url = serializers.CharField()
    expires_at = Moment()


class PresignUploadView(DeskView):
    """Announce a file and get the link that takes exactly it, once, for minutes (F2-F4)."""

    roles = ANYBODY_WITH_A_ROLE
    counted_as = "links"
    repeats = Repeats.ANEW

    @extend_schema(
        operation_id="presign_upload",
        summary="Announce a file and get the link to send it by",
        request=AnnounceBody,
        responses=UploadSerializer,
        examples=[
            OpenApiExample("A picture", examples.ANNOUNCE, request_only=True),
            OpenApiExample("Where to send it", examples.UPLOAD, response_only=True),
        ],
    )
    @refuses(
        "ticket_missing", "read_only", "internal_not_allowed", "wrong_status", "file_missing", "file_too_large",
        "file_type_not_allowed", "file_refused", "too_many_files", "field_invalid",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = AnnounceBody.read(request)
        ticket_id = access.number_for(request.user, given.pop("case_id"))
        row = attachments.announce(actor=request.user, ticket_id=ticket_id, **given)
        upload = attachments.signed(row)
        return Response(
            {
                "id": row.pk,
                "key": row.s3_key,
                "method": upload.method,
                "url": upload.url,
                "headers": upload.headers,
                "fields": {},
                "expires_at": clock.now() + timedelta(seconds=settings.LINEUP_UPLOAD_SECONDS),
            }
        )


class ConfirmView(DeskView):
    """Have the desk look at what arrived; only then the file stands on its ticket (F5)."""

    roles = ANYBODY_WITH_A_ROLE
    repeats = Repeats.AFTERWARDS

    @extend_schema(
        operation_id="attachment_confirm",
        summary="Say that a file has been sent",
        request=None,
        responses=AttachmentSerializer,
        examples=[OpenApiExample("The file", examples.FILE, response_only=True)],
    )
    @refuses("file_missing", "file_not_uploaded", "file_content_mismatch", "storage_unavailable")
    def post(self, request: Request, attachment_id: int) -> Response:
        row = attachments.confirm(actor=request.user, attachment_id=attachment_id)
        return Response(answers.file(row))


class CancelView(DeskView):
    """Give up an upload of one's own that has not arrived."""

    roles = ANYBODY_WITH_A_ROLE

    @extend_schema(
        operation_id="attachment_cancel",
        summary="Give up a file that was announced",
        request=None,
        responses={204: None},
    )
    @refuses("file_missing", "file_confirmed")
    def post(self, request: Request, attachment_id: int) -> Response:
        attachments.cancel(actor=request.user, attachment_id=attachment_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PresignDownloadView(DeskView):
    """A link to one download, for minutes; every link is kept in the audit trail (F2, F6)."""

    roles = ANYBODY_WITH_A_ROLE
    counted_as = "links"
    repeats = Repeats.ANEW

    @extend_schema(
        operation_id="presign_download",
        summary="Get the link to a file",
        request=DownloadBody,
        responses=DownloadSerializer,
        examples=[
            OpenApiExample("A file", {"attachment_id": 88}, request_only=True),
            OpenApiExample("Where to fetch it", examples.DOWNLOAD, response_only=True),
        ],
    )
    @refuses("file_missing", "file_not_ready", "file_infected")
    def post(self, request: Request) -> Response:
        url = downloads.download_link(actor=request.user, **DownloadBody.read(request))
        lives = timedelta(seconds=settings.LINEUP_DOWNLOAD_SECONDS)
        return Response({"url": url, "expires_at": clock.now() + lives})
