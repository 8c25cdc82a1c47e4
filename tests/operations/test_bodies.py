"""Bodies over the largest that the desk takes are refused unread, on every route and before anybody is asked who they are (W7)."""

import io
import tracemalloc

import pytest
from django.conf import settings
from django.test import Client

from helpdesk.admin import sheets
from tests.access.routes import every_route

pytestmark = pytest.mark.django_db

OVER = settings.LINEUP_LARGEST_BODY + 1


class Unread(io.BytesIO):
    """A body that must not be touched."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("it was read")


def test_every_route_refuses_a_body_over_the_limit_before_reading_it():
    client = Client()
    paths = {
        f"/{route.pattern.partition('<')[0].rstrip('^$')}"
        for route in every_route().values()
        if "(" not in route.pattern
    }
    for path in sorted(paths):
        answer = client.generic("POST", path, CONTENT_LENGTH=str(OVER), **{"wsgi.input": Unread()})
        assert answer.status_code == 413, path


def test_people_read_a_page_and_programs_a_problem_document():
    page, call = (Client().post(path, CONTENT_LENGTH=str(OVER)) for path in ("/my/new/", "/api/tickets/"))

    assert "This is too large" in page.content.decode()
    assert (call["Content-Type"], call.json()["code"]) == ("application/problem+json", "too_large")


@pytest.mark.parametrize("length", ["-1", "1e9", "ten", "0x10"])
def test_a_length_that_is_none_is_refused(length):
    assert Client().post("/sign-in/", CONTENT_LENGTH=length).status_code == 413


def test_the_largest_sheet_and_the_largest_call_fit():
    assert sheets.MAX_BYTES * 2 <= settings.LINEUP_LARGEST_BODY
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE <= settings.LINEUP_LARGEST_BODY


def test_an_uploaded_sheet_touches_no_disk():
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE >= settings.LINEUP_LARGEST_BODY


def test_a_form_over_its_limit_is_refused_within_bounds():
    tracemalloc.start()
    try:
        answer = Client().post("/sign-in/local/", {"name": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 10)})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert answer.status_code in {400, 404, 413}
    assert most < 200 * 1024 * 1024
