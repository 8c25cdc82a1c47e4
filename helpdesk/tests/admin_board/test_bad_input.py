"""What is no move, no order, no ticket and no engineer is refused in words and changes nothing (C6, A7)."""

import pytest
from django.urls import reverse

from helpdesk.tests.admin_board.scenes import (
    line_of,
    on_board,
    panel_of,
    preview,
    stored,
)
from tests.factories import (
    ReporterFactory,
    SM1Factory,
    a_ticket,
    an_assignment,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "sent",
    [{}, {"ticket": "x"}, {"ticket": "1", "place": "0"}, {"ticket": "1", "place": "x"}, {"ticket": str(10**30)}],
    ids=["nothing", "no number", "place 0", "place no number", "too large"],
)
def test_what_is_no_move_is_refused_in_words(asha, sent):
    answer = on_board(SM1Factory()).post(reverse("admin:queues-preview", args=[asha.pk]), sent)

    assert answer.status_code == 422
    assert "did not understand" in answer.json()["panel"]


@pytest.mark.parametrize("order", ["", "1,x", "1;2", "1,1", "999999", "-1"])
def test_an_order_of_other_tickets_changes_nothing(asha, order):
    before = stored()

    answer = on_board(SM1Factory()).post(
        reverse("admin:queues-reorder", args=[asha.pk]), {"order": order, "seen": line_of(asha).version}
    )

    assert answer.status_code in {409, 422}
    assert stored() == before


def test_tickets_and_engineers_that_are_not_there_are_missing(asha):
    client, ticket = on_board(SM1Factory()), line_of(asha).work[1].ticket

    assert client.post(reverse("admin:queues-preview", args=[987654]), {"ticket": ticket.pk}).status_code == 404
    assert client.post(reverse("admin:queues-preview", args=[asha.pk]), {"ticket": 987654}).status_code == 404
    assert client.post(reverse("admin:queues-preview", args=[asha.pk]), {"ticket": a_ticket().pk}).status_code == 404
    assert client.post(reverse("admin:queues-suggest", args=[987654])).status_code == 404
    assert client.post(reverse("admin:queues-move", args=[987654])).status_code == 404


def test_who_is_not_in_the_pool_gets_nothing(asha):
    client, ticket = on_board(SM1Factory()), line_of(asha).work[1].ticket
    gone = an_assignment().engineer
    gone.is_active = False
    gone.save(update_fields=["is_active"])

    assert "is not an active assignee" in panel_of(preview(client, ticket, gone))
    assert (
        client.post(reverse("admin:queues-preview", args=[ReporterFactory().pk]), {"ticket": ticket.pk}).status_code
        == 404
    )
