"""`make bench`: how long the suggested order of 30 waiting tickets takes (B03)."""

import time
from datetime import timedelta
from random import Random

import pytest

from tests.clock import NOON
from workflow.lineup import Queue, Slot
from workflow.ordering import suggest
from workflow.states import Level

pytestmark = pytest.mark.load

WAITING = 30
SECONDS = 0.2
MINUTE = timedelta(minutes=1)


def line(random: Random, *, tightness: float, held: float) -> Queue:
    """Thirty tickets of a few minutes to a day's work; the tighter, the more are late; some are held by SM2."""
    waiting, starts_at = [], NOON
    for ref in range(WAITING):
        minutes = random.randint(5, 480)
        is_held = random.random() < held
        due = random.randint(0, round(WAITING * 240 / tightness))
        waiting.append(
            Slot(
                ref=ref,
                case_id=f"N-EXP-{1001 + ref}",
                minutes=minutes,
                starts_at=starts_at,
                due_at=starts_at + minutes * MINUTE if is_held else NOON + due * MINUTE,
                level=Level.SM2 if is_held else Level.SM1,
                is_committed=True,
            )
        )
        starts_at += minutes * MINUTE
    return Queue(waiting=tuple(waiting))


def taken(queue: Queue) -> float:
    begun = time.process_time()
    suggest(queue, NOON, Level.SM1)
    return time.process_time() - begun


@pytest.mark.parametrize("held", [0.0, 0.3])
@pytest.mark.parametrize("tightness", [1.0, 2.0, 10.0])
def test_b03_a_suggestion_for_thirty_tickets_takes_less_than_a_fifth_of_a_second(tightness, held, capsys):
    queues = [line(Random(seed), tightness=tightness, held=held) for seed in range(10)]
    seconds = [min(taken(queue), taken(queue)) for queue in queues]

    with capsys.disabled():
        print(f"\n  suggest {WAITING} tickets, tightness {tightness:g}, held by SM2 {held:.0%}: ", end="")
        print(f"median {sorted(seconds)[5] * 1000:.0f} ms, longest {max(seconds) * 1000:.0f} ms")
    assert max(seconds) < SECONDS
