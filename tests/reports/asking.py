"""Reports asked for in tests, and what is left of them in the bucket and in the trail."""

from helpdesk.models import AuditEvent, User
from project.demo.s3 import S3Server
from reports.exports import runs
from reports.exports.catalog import Name
from reports.models import ReportRun
from reports.tests.desk import asked


def ask(admin: User, name: Name = Name.TICKETS, file_type: str = "xlsx", rows: int = 3, **filters: object) -> ReportRun:
    return runs.ask(asked=asked(admin, **filters), name=name, file_type=file_type, rows=rows)


def keys(s3: S3Server) -> list[str]:
    """Everything in the bucket."""
    return sorted(stored.key for stored in s3.store.objects("lineup"))


def acts() -> list[str]:
    """What the trail says of reports, in its order."""
    return list(AuditEvent.objects.filter(act__startswith="report_").order_by("pk").values_list("act", flat=True))
