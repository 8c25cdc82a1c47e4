"""The API described: as an OpenAPI document for programs and as a page for people; both for the signed-in only."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from helpdesk.admission import open_to_any_role
from helpdesk.api.guard import Guarded
from helpdesk.api.permissions import ANYBODY_WITH_A_ROLE, DeclaredRoles


class SchemaView(Guarded, SpectacularAPIView):
    """The OpenAPI document."""

    roles = ANYBODY_WITH_A_ROLE
    permission_classes = (DeclaredRoles,)


@open_to_any_role
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page to read and try; its scripts and styles come from here."""
    return render(request, "helpdesk/api/docs.html")


class NothingHereView(Guarded):
    """Any other address below `/api/`: a problem document instead of a page."""

    roles = ANYBODY_WITH_A_ROLE

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
