"""With a replica named, the rows of a report are read there and nothing is written there; the desk itself stays where it was."""

import json
import os
import subprocess
import sys

import pytest
import requests
from django.conf import settings
from django.db import connection

from reports.exports import runs
from reports.exports.catalog import Name
from reports.models import ReportRun
from reports.tests.desk import rows_of
from tests.factories import AdminFactory, in_progress
from tests.reports.asking import ask
from tests.serving import CHECKOUT, address_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TABLES = {"tickets": "helpdesk_ticket", "sla": "helpdesk_slarecord", "audit": "helpdesk_auditevent"}


def test_without_one_everything_is_in_one_database():
    assert (settings.LINEUP_REPORTS_DATABASE, list(settings.DATABASES)) == ("default", ["default"])


@pytest.mark.parametrize("name", TABLES)
def test_the_rows_are_read_from_the_replica_which_nobody_writes(s3, clock, name):
    ticket = in_progress()
    admin = AdminFactory()
    run = ask(admin, Name(name), rows=1)
    address = address_of(connection.settings_dict)
    environment = {
        "DATABASE_URL": address,
        "LINEUP_REPORTS_DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "tests.load.served_reports",
        "S3_ENDPOINT_URL": s3.url,
        "S3_BUCKET": "lineup",
        "S3_ACCESS_KEY_ID": "key",
        "S3_SECRET_ACCESS_KEY": "secret",
        "S3_ADDRESSING_STYLE": "path",
    }

    done = subprocess.run(
        [sys.executable, "-m", "tests.reports.replica_worker"],
        cwd=CHECKOUT, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    rows = f'FROM "{TABLES[name]}"'
    assert (told["written"], "read-only" in told["refused"]) == (1, True)
    assert [said for said in told["reports"] if rows in said]
    assert [said for said in told["default"] if rows in said and "case_id" in said] == []
    assert [said for said in told["reports"] if said.startswith(("INSERT", "UPDATE", "DELETE"))] == []
    clock.set(ReportRun.objects.get(pk=run.pk).finished_at)
    content = requests.get(runs.download_link(actor=admin, run_id=run.pk, now=clock.moment), timeout=10).content
    assert len(rows_of(content)) >= 1
    assert name == "audit" or rows_of(content)[0]["Case"] == ticket.case_id
