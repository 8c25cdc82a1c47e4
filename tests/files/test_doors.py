"""Clicking a file: to S3 while it answers, to a page of our own with the way back while it does not (F6, F7, A8)."""

import time
from http import HTTPStatus

import pytest
import requests
from django.db import connection
from django.test import Client

from helpdesk.models import Attachment, AuditEvent
from project.demo.s3_faults import Fault
from storage.s3 import Bucket
from tests.entering import enter
from tests.factories import ReporterFactory, a_ticket
from tests.files.sending import PICTURE, sent

pytestmark = pytest.mark.django_db

AT_MOST = 3.0
"""Seconds somebody waits to be told."""


@pytest.fixture
def row(s3) -> Attachment:
    ticket = a_ticket()
    return sent(ticket.reporter, ticket, "Kase report.png")


def clicked(row: Attachment, part: str = "", **headers: str):
    client = Client()
    enter(client, row.uploaded_by)
    return client.get(f"/files/{row.pk}/{part}", headers=headers)


@pytest.mark.parametrize("part", ["", "preview/"])
def test_f6_a_click_leads_to_the_file(row, part):
    answer = clicked(row, part)

    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Cache-Control"] == "no-store"
    assert requests.get(answer["Location"], timeout=10).content == PICTURE
    assert AuditEvent.objects.filter(act="file_download").count() == 1


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.HANG, Fault.BUSY], ids=str)
def test_a8_while_s3_is_away_a_page_says_so_with_another_try_and_the_way_back(row, s3, fault):
    s3.faults.set(fault)
    began = time.monotonic()

    answer = clicked(row)

    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert time.monotonic() - began < AT_MOST
    assert "The file store does not answer just now." in page
    assert "Kase report.png" in page
    assert f'href="/files/{row.pk}/">Try again</a>' in page
    assert f'href="/tickets/{row.ticket.case_id}/">Back to {row.ticket.case_id}</a>' in page
    assert not AuditEvent.objects.filter(act="file_download").exists()


def test_a_file_the_bucket_lost_is_said_and_another_try_not_offered(row, s3):
    s3.store.delete("lineup", row.s3_key)

    answer = clicked(row)

    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "the file store does not have it" in page
    assert "Try again" not in page
    assert "Back to" in page


def test_the_frame_of_a_preview_may_show_the_page_without_the_way_back(row, s3):
    s3.faults.set(Fault.REFUSE)

    framed, plain = clicked(row, "preview/", **{"Sec-Fetch-Dest": "iframe"}), clicked(row)

    assert "Back to" not in framed.content.decode()
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert plain["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in plain["Content-Security-Policy"]


def test_p9_a_stranger_is_told_nothing_and_s3_is_not_asked(row, s3):
    s3.faults.set(Fault.REFUSE)
    client = Client()
    enter(client, ReporterFactory())

    answer = client.get(f"/files/{row.pk}/")

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "Kase report" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_click_asks_s3_outside_any_transaction(row, monkeypatch):
    asked, head = [], Bucket.head

    def noted(self: Bucket, key: str):
        asked.append(connection.in_atomic_block)
        return head(self, key)

    monkeypatch.setattr(Bucket, "head", noted)

    assert clicked(row).status_code == HTTPStatus.FOUND
    assert asked == [False]
