"""A page found by its ids is the page a plain paginator gives."""

import pytest
from django.core.paginator import EmptyPage, Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.selectors import buckets, tickets
from helpdesk.selectors.pages import Pages
from tests.factories import ApplicationFactory, ReporterFactory, SM1Factory, a_ticket
from workflow.states import Bucket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("orphans", [0, 2])
@pytest.mark.parametrize("name", [Bucket.UNASSIGNED, Bucket.OPEN])
def test_pages_hold_the_same_rows_in_the_same_order(name: Bucket, orphans: int) -> None:
    reporter, application = ReporterFactory(), ApplicationFactory()
    for _ in range(7):
        a_ticket(reporter=reporter, application=application)
    rows = tickets.listed(buckets.bucket(name, SM1Factory()))
    plain, found = Paginator(rows, 3, orphans), Pages(rows, 3, orphans)

    assert found.num_pages == plain.num_pages
    for number in plain.page_range:
        assert list(found.page(number)) == list(plain.page(number))
        assert found.page(number).has_next() == plain.page(number).has_next()
    with pytest.raises(EmptyPage):
        found.page(plain.num_pages + 1)


def test_the_search_for_the_page_joins_nothing_of_the_rows() -> None:
    a_ticket()
    rows = tickets.listed(buckets.bucket(Bucket.OPEN, SM1Factory()))

    with CaptureQueriesContext(connection) as captured:
        assert len(list(Pages(rows, 25).page(1))) == 1

    _count, ids, shown = (query["sql"] for query in captured)
    assert "JOIN" not in ids
    assert "JOIN" in shown


def test_an_empty_list_has_an_empty_page() -> None:
    rows = buckets.bucket(Bucket.OPEN, SM1Factory())

    assert list(Pages(rows, 25).page(1)) == []
