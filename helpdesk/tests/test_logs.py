"""What the log says of a request that was refused, and of one that broke."""

import logging

import pytest
from django.test import Client

from helpdesk.portal import views
from helpdesk.tests.admin.desk import browser
from tests.factories import ReporterFactory

pytestmark = pytest.mark.django_db


def test_a_refusal_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="django.request"):
        assert browser(ReporterFactory()).get("/desk/my-work/").status_code == 403

    (record,) = caplog.records
    assert record.getMessage() == "Forbidden (Permission denied): /desk/my-work/"
    assert record.exc_info is None
    assert "Traceback" not in caplog.text


def test_an_error_keeps_its_traceback(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "render", _breaks)
    client = Client(raise_request_exception=False)
    client.force_login(ReporterFactory())

    assert client.get("/my/new/").status_code == 500
    assert "Traceback" in caplog.text


def _breaks(*args: object, **kwargs: object) -> None:
    raise RuntimeError("on purpose")
