"""The web server in production: `gunicorn --config python:project.gunicorn project.wsgi`.

One thread a worker: the admin theme keeps the request on an object that all threads would share. A worker that does not
answer for `timeout` seconds is replaced, which is longer than any statement, mail or call outside may take.
"""

from typing import Any

from project import counting_folder
from project.settings import environment

counting_folder.begin()

from project import counting  # noqa: E402

bind = f"0.0.0.0:{environment.number('LINEUP_WEB_PORT', 8000)}"
workers = environment.number("LINEUP_WEB_WORKERS", 4)
worker_class = "gthread"
threads = 1
timeout = 30
graceful_timeout = 30
keepalive = 75
"""Longer than a load balancer keeps its connections, so that it is never the desk that hangs up first."""
max_requests = 5000
max_requests_jitter = 500
limit_request_line = 8190
limit_request_fields = 60
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "project.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
"""The server's own lines in the form of the desk's."""


def child_exit(_server: Any, worker: Any) -> None:
    """Keep what a worker that ended has counted."""
    counting.ended(worker.pid)
