"""Is the process alive, and can it work: for the supervisor and the load balancer."""

import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.admission import open_to_everybody

logger = logging.getLogger(__name__)


@open_to_everybody
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; asks nothing of anybody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@open_to_everybody
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and is migrated to this code; 503 otherwise, without details for strangers."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        logger.exception("Not ready: the database does not answer")
        waiting = [None]  # type: ignore[list-item]
    if waiting:
        return HttpResponse("not ready\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
