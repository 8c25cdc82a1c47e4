"""One report written by a worker in a process of its own: what it cost, as one line of JSON on its output."""

import json
import resource
import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.utils import timezone  # noqa: E402

from helpdesk import clock  # noqa: E402
from helpdesk.models import User, UserRole  # noqa: E402
from reports.exports import runs, worker  # noqa: E402
from reports.exports.catalog import Asked, Name  # noqa: E402
from reports.exports.filters import Filters  # noqa: E402
from reports.models import ReportRun  # noqa: E402

KB_A_MB = 1024


def main(name: str, file_type: str) -> dict[str, object]:
    """Ask for the report and write it as the worker does, upload and all."""
    admin, _ = User.objects.get_or_create(username="measured-admin", defaults={"name": "Measured Admin"})
    UserRole.objects.get_or_create(user=admin, role_id="admin", defaults={"is_claimed": True})
    asked = Asked(user=admin, filters=Filters(), now=clock.now(), zone=timezone.get_default_timezone())
    rows = runs.counted(asked, Name(name))
    ReportRun.objects.unfinished().delete()
    run = runs.ask(asked=asked, name=Name(name), file_type=file_type, rows=rows)
    before = peak_mb()
    began, worked = time.perf_counter(), time.process_time()
    written = worker.write_next(clock.now())
    cost = {"seconds": time.perf_counter() - began, "processor": time.process_time() - worked}
    run.refresh_from_db()
    assert (written, run.state, run.rows_done) == (1, "ready", rows), (run.state, run.trouble, settings.S3.endpoint_url)
    return {"rows": rows, "bytes": run.size, "key": run.s3_key, "before_mb": before, "peak_mb": peak_mb(), **cost}


def peak_mb() -> float:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_A_MB


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
