"""Is the process alive, and can it work: for the supervisor and the load balancer."""

import logging
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.admission import open_to_everybody
from helpdesk.selectors import schema

logger = logging.getLogger(__name__)


@open_to_everybody
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; asks nothing of anybody else."""
    return _plain("ok")


@open_to_everybody
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has all migrations of this code; 503 otherwise, without numbers or names for strangers.

    A database that is newer serves: so it is while a new version is rolled out, and every migration lets the code before it
    work on. What to do about it stands in the log.
    """
    try:
        found = schema.fit()
    except DatabaseError as error:
        logger.error("Not ready: the database does not answer: %s", "".join(str(error).splitlines()[:1]))
        return _plain("not ready: the database does not answer", HTTPStatus.SERVICE_UNAVAILABLE)
    if found.lacks:
        logger.error("Not ready: %s", found.sentence)
        return _plain("not ready: the database is older than this code", HTTPStatus.SERVICE_UNAVAILABLE)
    return _plain("ready: the database is newer than this code" if found.ahead else "ready")


def _plain(said: str, status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(f"{said}\n", content_type="text/plain", status=status)
