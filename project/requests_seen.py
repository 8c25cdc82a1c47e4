"""What each request leaves behind: its count and duration for the monitoring, and in production one line of the log."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

logger = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
BUCKETS = (0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
UNKNOWN = "unknown"

REQUESTS = Counter("lineup_requests", "Requests answered.", ("method", "route", "status"), registry=None)
SECONDS = Histogram("lineup_request_seconds", "How long answers took.", ("route",), buckets=BUCKETS, registry=None)


class RequestsSeenMiddleware:
    """Counts by the name of the route, never by address: what people type makes no numbers of its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route, method = route_of(request), request.method if request.method in METHODS else UNKNOWN
        REQUESTS.labels(method, route, response.status_code).inc()
        SECONDS.labels(route).observe(seconds)
        if settings.LINEUP_REQUEST_LOG:
            told = {
                "status": response.status_code,
                "method": method,
                "route": route,
                "milliseconds": round(seconds * 1000),
                "user_id": getattr(getattr(request, "_cached_user", None), "pk", None),
            }
            logger.info("%s %s", method, request.path, extra=told)
        return response


def route_of(request: HttpRequest) -> str:
    """The name of the route, its pattern where it has none, `static` for static files."""
    if request.path.startswith(settings.STATIC_URL):
        return "static"
    match = request.resolver_match
    return (match.view_name or match.route) if match else UNKNOWN
