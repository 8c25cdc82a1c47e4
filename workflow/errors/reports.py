"""What can be wrong with a report that leaves the desk."""

from __future__ import annotations

from workflow.errors.kinds import Conflict, Missing, RuleBroken, Unavailable


class ReportMissing(Missing):
    """There is no such report."""

    code = "report_missing"

    def __init__(self) -> None:
        super().__init__("There is no such report.")


class ReportNotReady(Conflict):
    """Its file cannot be had: it is not written yet, was not made, or is deleted."""

    code = "report_not_ready"

    def __init__(self, *, state: str) -> None:
        super().__init__(f"This report cannot be downloaded: {state}. Please ask for it again.", state=state)


class ReportFinished(Conflict):
    """Only what is not finished can be cancelled."""

    code = "report_finished"

    def __init__(self, *, state: str) -> None:
        super().__init__(f"This report cannot be cancelled any more: {state}.", state=state)


class ReportTooLong(RuleBroken):
    """More rows than a sheet holds."""

    code = "report_too_long"

    def __init__(self, *, rows: int, most: int) -> None:
        super().__init__(
            f"These are {rows:,} rows, and a sheet holds {most:,}. Please choose fewer days or one application.",
            rows=rows,
            most=most,
        )


class ReportEmpty(RuleBroken):
    """Nothing fits the filters."""

    code = "report_empty"

    def __init__(self) -> None:
        super().__init__("Nothing fits these filters, so there is nothing to export.")


class ReportUncounted(Unavailable):
    """The database that reports are read from does not answer in time."""

    code = "report_uncounted"

    def __init__(self) -> None:
        super().__init__(
            "The rows cannot be counted just now: the database does not answer in time. Please choose fewer days, or try again in a moment."
        )
