"""docs/reports.md tells the columns and the filters of every report as they are."""

import re

import pytest
from django.conf import settings

from reports.exports.catalog import REPORTS, Name
from reports.exports.forms import ReportForm
from reports.tests.desk import asked
from tests.factories import AdminFactory

pytestmark = pytest.mark.django_db

PAGE = (settings.BASE_DIR / "docs" / "reports.md").read_text()


@pytest.mark.parametrize("name", [one.value for one in Name])
def test_the_page_names_the_columns_in_their_order(name):
    section = re.search(rf"^### {name}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)

    assert section
    assert re.findall(r"\*\*(.+?)\*\*", section[1]) == [
        column.title for column in REPORTS[name].columns(asked(AdminFactory()))
    ]


def test_the_page_names_every_report_and_no_other():
    assert re.findall(r"^### (\w+)$", PAGE, re.MULTILINE) == [one.value for one in Name]


def test_every_filter_is_a_field_of_the_form_and_kept_with_a_report():
    taken = set().union(*(report.takes for report in REPORTS.values()))

    assert taken == set(ReportForm.base_fields) - {"report"}
