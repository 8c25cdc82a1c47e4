"""The table of a list: what each cell says and where it leads, in what a browser makes of the page."""

import re
from html import escape

import pytest
from django.urls import reverse

from helpdesk.models import User
from helpdesk.tests.admin.desk import browser, list_of, page_of
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    a_ticket,
    an_assignment,
)

pytestmark = pytest.mark.django_db

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{ 7 }}"


@pytest.fixture
def master() -> User:
    return SM1Factory()


def of(page: str) -> str:
    """The table of a page."""
    return page[page.index('<table id="result_list"') : page.index("</table>")]


def read(user: User, bucket: str, **more: str) -> str:
    return of(browser(user).get(list_of(bucket, **more)).content.decode())


def heads(table: str) -> list[str]:
    """The words over the columns."""
    found = re.findall(r'<th [^>]*scope="col"[^>]*>.*?</th>', table, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", re.search(r'class="text">(.*?)</div>', one, re.DOTALL)[1]).strip() for one in found]


def cells(table: str) -> list[dict[str, str]]:
    """Of each row, what its cells say by the name of their column."""
    rows = re.findall(r'<tr class="data-row.*?</tr>', table, re.DOTALL)
    return [dict(re.findall(r'<t[dh][^>]*data-label="([^"]*)">(.*?)</t[dh]>', row, re.DOTALL)) for row in rows]


def test_every_row_has_a_cell_under_every_head_that_says_its_column(master):
    a_ticket(), an_assignment()

    table = read(master, "open")

    named = ["Case", "Title", "Status", "Priority", "Application", "Engineer", "Due", "Raised"]
    assert heads(table) == named
    assert [list(row) for row in cells(table)] == [named, named]


def test_a_row_is_headed_by_its_case_and_leads_to_its_page_from_case_and_title(master):
    ticket = a_ticket(title="Printer")

    (row,) = cells(table := read(master, "open", priority="medium", q="Prin"))

    back = "?_changelist_filters=bucket%3Dopen%26priority%3Dmedium%26q%3DPrin"
    for column in ("Case", "Title"):
        assert re.search(r'href="([^"]*)"', row[column])[1] == page_of(ticket) + back
    assert "href" not in row["Application"] + row["Status"] + row["Raised"]
    assert re.findall(r'<th scope="row" class="field-(\w+) ', table) == ["case"]


def test_rows_are_striped_in_turn(master):
    for _ in range(3):
        a_ticket()

    stripes = re.findall(r'<tbody class="[^"]*?( bg-base-50 [^"]*)?">', read(master, "open"))

    assert [bool(one) for one in stripes] == [False, True, False]


def test_whatever_people_type_stays_text(master):
    engineer = EngineerFactory(name=HOSTILE)
    application = ApplicationFactory(name=HOSTILE)
    an_assignment(ticket=a_ticket(title=HOSTILE, application=application), engineer=engineer)
    a_ticket(title=HOSTILE, application=application, reporter=ReporterFactory(name=HOSTILE))

    tables = read(master, "open") + read(master, "unassigned") + read(master, "open", q=HOSTILE.replace("&", "%26"))

    assert "<script" not in tables
    assert "<img" not in tables
    assert tables.count(escape(HOSTILE)) >= 7


def test_a_box_names_its_ticket_and_belongs_to_the_bar_above(master):
    ticket = a_ticket()

    (row,) = cells(table := read(master, "unassigned"))

    assert heads(table)[0] == ""
    assert f'name="tickets" value="{ticket.pk}" form="picks"' in row["Select record"]
    assert f'aria-label="Choose {ticket.case_id}"' in row["Select record"]
    assert f'hx-get="{reverse("admin:helpdesk_ticket_assign", args=(ticket.pk,))}"' in row[""]
    assert next(iter(cells(read(AdminFactory(), "unassigned"))[0])) == "Case"


def orders(table: str) -> dict[str, tuple[str, ...]]:
    """Of each column, the orders its head leads to: by it alone, then turned round and without it where it sorts."""
    found = re.findall(r'<th [^>]*column-(\w+)[^>]*scope="col"[^>]*>(.*?)</th>', table, re.DOTALL)
    return {name: tuple(re.findall(r'href="\?[^"]*?o=([0-9.-]*)"', head)) for name, head in found}


def test_a_head_leads_to_the_order_of_its_column(master):
    a_ticket()

    table = read(master, "unassigned")

    assert orders(table) == {
        "pick": (), "case": ("1",), "subject": ("2",), "priority_now": ("3",), "application_name": ("4",),
        "reported_by": ("5",), "files": (), "waiting": ("7",), "next_act": (),
    }  # fmt: skip
    assert "aria-sort" not in table
    assert "bucket=unassigned&amp;o=2" in table


def test_a_column_that_sorts_says_which_way_and_can_be_turned_round_or_left_out(master):
    a_ticket()

    table = read(master, "unassigned", o="-2")

    assert orders(table)["subject"] == ("2", "2", "")
    assert orders(table)["case"] == ("1.-2",)
    assert re.findall(r'column-(\w+)[^>]*aria-sort="(\w+)"', table) == [("subject", "descending")]
    assert "arrow_circle_up" in table
    assert "Sorting priority" not in table


def test_of_several_columns_that_sort_each_says_its_rank(master):
    a_ticket()

    table = read(master, "unassigned", o="3.-2")

    assert orders(table)["subject"] == ("2.3", "3.2", "3")
    assert orders(table)["priority_now"] == ("-3.-2", "-3.-2", "-2")
    assert re.findall(r'column-(\w+)[^>]*aria-sort="(\w+)"', table) == [("priority_now", "ascending")]
    assert re.findall(r"Sorting priority: (\d)", table) == ["2", "1"]
    assert ("arrow_circle_up" in table, "arrow_circle_down" in table) == (True, True)


@pytest.mark.parametrize(("more", "said"), [({}, "No ticket is open."), ({"q": "nowhere"}, "Nothing here matches")])
def test_a_list_without_rows_has_no_table_and_says_why(master, more, said):
    page = browser(master).get(list_of("open", **more)).content.decode()

    assert "result_list" not in page
    assert said in page
