"""Files of tickets: links to send and fetch them, straight to and from S3 (F2-F6)."""

from datetime import timedelta

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from helpdesk import clock
from helpdesk.api.permissions import ANYBODY_WITH_A_ROLE
from helpdesk.api.shapes import Body
from helpdesk.selectors import access
from helpdesk.services import attachments

LARGEST_NUMBER = 2**53 - 1


class AnnounceBody(Body):
    """A file that is about to be sent: its bytes are bound by `size` and `sha256`."""

    case_id = serializers.CharField(max_length=30)
    filename = serializers.CharField(max_length=1000, trim_whitespace=False)
    content_type = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    size = serializers.IntegerField(min_value=0, max_value=LARGEST_NUMBER, help_text="Bytes.")
    sha256 = serializers.CharField(max_length=60, help_text="Base64 of the SHA-256 of the bytes.")
    internal = serializers.BooleanField(required=False, default=False, help_text="For the staff only.")
    client_key = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Your own key: asking again with it answers the same."
    )


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
    expires_at = serializers.DateTimeField()


class PersonSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class AttachmentSerializer(serializers.Serializer):
    """A file of a ticket."""

    id = serializers.IntegerField()
    filename = serializers.CharField()
    size = serializers.IntegerField()
    content_type = serializers.CharField()
    state = serializers.ChoiceField(choices=("pending", "confirmed", "waiting_for_scan", "infected"))
    internal = serializers.BooleanField(source="is_internal")
    uploaded_by = PersonSerializer()
    uploaded_at = serializers.DateTimeField()


class DownloadBody(Body):
    """Which file."""

    attachment_id = serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER)


class DownloadSerializer(serializers.Serializer):
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class PresignUploadView(APIView):
    """Announce a file and get the link that takes exactly it, once, for minutes (F2-F4)."""

    roles = ANYBODY_WITH_A_ROLE

    @extend_schema(operation_id="presign_upload", request=AnnounceBody, responses=UploadSerializer)
    def post(self, request: Request) -> Response:
        body = AnnounceBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
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


class ConfirmView(APIView):
    """Have the desk look at what arrived; only then the file stands on its ticket (F5)."""

    roles = ANYBODY_WITH_A_ROLE

    @extend_schema(operation_id="attachment_confirm", request=None, responses=AttachmentSerializer)
    def post(self, request: Request, attachment_id: int) -> Response:
        row = attachments.confirm(actor=request.user, attachment_id=attachment_id)
        return Response(AttachmentSerializer(row).data)


class CancelView(APIView):
    """Give up an upload of one's own that has not arrived."""

    roles = ANYBODY_WITH_A_ROLE

    @extend_schema(operation_id="attachment_cancel", request=None, responses={204: None})
    def post(self, request: Request, attachment_id: int) -> Response:
        attachments.cancel(actor=request.user, attachment_id=attachment_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PresignDownloadView(APIView):
    """A link to one download, for minutes; every link is kept in the audit trail (F2, F6)."""

    roles = ANYBODY_WITH_A_ROLE

    @extend_schema(operation_id="presign_download", request=DownloadBody, responses=DownloadSerializer)
    def post(self, request: Request) -> Response:
        body = DownloadBody(data=request.data)
        body.is_valid(raise_exception=True)
        url = attachments.download_link(actor=request.user, **body.validated_data)
        lives = timedelta(seconds=settings.LINEUP_DOWNLOAD_SECONDS)
        return Response({"url": url, "expires_at": clock.now() + lives})
