"""`python -m tests.load.profiled assign`: where one call of the API spends its processor time, on a sample desk.

Run on a scratch database that `load_sample` filled (docs/performance.md); what it raises and assigns stays there. Time is that of
the processor, so that a busy machine shows the same shares; waiting for Postgres is not in it.
"""

import cProfile
import os
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.load.served_api")
django.setup()

from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402

from helpdesk.models import ApplicationCatalog, Ticket, User  # noqa: E402
from helpdesk.services.tickets import raise_ticket  # noqa: E402
from helpdesk.sso import sessions  # noqa: E402
from tests.load.people import of_the_sample  # noqa: E402
from workflow.roles import Role  # noqa: E402

CALLS, WARM, SHOWN = 100, 10, 18
ROOT = Path(__file__).resolve().parent.parent.parent
OURS = tuple(str(ROOT / name) for name in ("helpdesk", "workflow", "reports", "project", "storage"))
JSON = "application/json"

Call = Callable[[], HttpResponse]


def main() -> int:
    chosen = sys.argv[1] if len(sys.argv) > 1 else "assign"
    call = _calls()[chosen]
    for _ in range(WARM):
        _made(call)
    profile = cProfile.Profile(time.process_time)
    for _ in range(CALLS):
        _made(call, profile)
    _print(chosen, pstats.Stats(profile).stats)  # type: ignore[attr-defined]
    return 0


def _made(call: Call, profile: cProfile.Profile | None = None) -> None:
    """One call; with what it needs made beforehand and unmeasured."""
    prepared = call()
    if profile:
        profile.enable()
    answer = prepared()  # type: ignore[operator]
    if profile:
        profile.disable()
    assert 200 <= answer.status_code < 300, answer.content


def _calls() -> dict[str, Callable[[], Call]]:
    """By name: makes ready, and hands back what is then measured."""
    people = of_the_sample()
    master, reporter = _signed_in(people["sm1"]), _signed_in(people["reporter"])
    engineers = cycle(User.objects.holding(Role.ENGINEER).filter(is_active=True).order_by("pk"))
    cases = cycle(Ticket.objects.order_by("pk").values_list("case_id", flat=True)[:250])
    told = {
        "application": ApplicationCatalog.objects.order_by("pk")[0].code,
        "title": "The export stops at page 12",
        "description": "It stops. " * 20,
        "priority": "medium",
    }

    def assign() -> Call:
        named = {name: value for name, value in told.items() if name != "application"}
        ticket = raise_ticket(actor=people["reporter"], application_code=told["application"], **named)
        body = {"assignee_id": next(engineers).pk, "assign_override": True}
        return lambda: master.post(f"/api/tickets/{ticket.case_id}/assign/", body, JSON)

    def detail() -> Call:
        case_id = next(cases)
        return lambda: master.get(f"/api/tickets/{case_id}/")

    return {
        "assign": assign,
        "create": lambda: lambda: reporter.post("/api/tickets/", told, JSON),
        "detail": detail,
        "list": lambda: lambda: master.get("/api/tickets/?bucket=open"),
        "summary": lambda: lambda: master.get("/api/dashboard/summary/"),
    }


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    session = client.session
    sessions.begin(session)
    session.save()
    return client


Found = dict[tuple[str, int, str], tuple[int, int, float, float, object]]


def _print(chosen: str, found: Found) -> None:
    whole = sum(own for _, _, own, _, _ in found.values())
    print(f"{chosen}: {whole / CALLS * 1000:.1f} ms of processor a call under the profiler, {CALLS} calls")
    for part, share in _shares(found):
        print(f"  {share / whole:>5.0%}  {part}")
    print("Functions by the time spent in themselves:")
    for (path, _, name), (_, calls, own, _, _) in sorted(found.items(), key=lambda one: -one[1][2])[:SHOWN]:
        where = path.split("site-packages/")[-1].removeprefix(f"{ROOT}/")
        print(f"  {own / CALLS * 1000:>6.2f} ms {calls / CALLS:>6.1f} x  {where} {name}")
    print("Our own functions, with all they call:")
    ours = [(spent, calls, place) for place, (_, calls, _, spent, _) in found.items() if place[0].startswith(OURS)]
    for spent, calls, (path, line, name) in sorted(ours, reverse=True)[:SHOWN]:
        print(
            f"  {spent / CALLS * 1000:>6.2f} ms {calls / CALLS:>5.1f} x  {Path(path).relative_to(ROOT)}:{line} {name}"
        )


def _shares(found: Found) -> Iterator[tuple[str, float]]:
    """The time spent in each package itself, the largest first."""
    shares: dict[str, float] = defaultdict(float)
    for (path, _, _), (_, _, own, _, _) in found.items():
        shares[_package(path)] += own
    return iter(sorted(shares.items(), key=lambda one: -one[1])[:10])


def _package(path: str) -> str:
    if "site-packages/" in path:
        parts = path.split("site-packages/")[1].split("/")
        return "/".join(parts[:2]) if parts[0] == "django" else parts[0]
    return "the desk itself" if path.startswith(OURS) else "Python's own"


if __name__ == "__main__":
    raise SystemExit(main())
