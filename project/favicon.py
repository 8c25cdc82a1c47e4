"""The icon a browser asks for on its own, beside pages that name none."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from helpdesk.admission import open_to_everybody


@open_to_everybody
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Led to the logo, whose address changes with its content; to everybody, as the sign-in page shows it too."""
    return HttpResponseRedirect(static("helpdesk/mark.svg"))
