"""How many files a waiting ticket has: counted for the rows one sees, never for all that wait."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.tests.admin.desk import browser, list_of
from helpdesk.tests.notifications.samples import a_file
from tests.factories import SM1Factory, a_ticket

pytestmark = pytest.mark.django_db


def test_files_are_counted_for_the_rows_of_the_page_only():
    first = a_ticket()
    for _ in range(26):
        a_ticket(application=first.application)
    a_file(first, "a.log")
    a_file(first, "b.log")
    a_file(first, "c.log", pending=True)
    client = browser(SM1Factory())

    with CaptureQueriesContext(connection) as queries:
        page = client.get(list_of("unassigned")).content.decode()

    (counting,) = [one["sql"] for one in queries if "helpdesk_attachment" in one["sql"]]
    assert counting.partition(" IN (")[2].partition(")")[0].count(",") == 24
    cells = re.findall(r'field-files.*?<span class="desk-number">(.*?)</span>', page, re.DOTALL)
    assert cells == ["2"] + ["-"] * 24
