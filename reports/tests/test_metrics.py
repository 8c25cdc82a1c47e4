"""The compliance, to the tenth (rules 8)."""

import pytest

from workflow.compliance import compliance


@pytest.mark.parametrize(
    ("on_time", "breached", "told"),
    [
        (0, 0, None),
        (0, 1, 0.0),
        (1, 0, 100.0),
        (7, 1, 87.5),
        (1, 2, 33.3),
        (2, 1, 66.7),
        (1, 1999, 0.1),
        (1, 2000, 0.0),
        (1999, 1, 100.0),
        (10**9, 10**9, 50.0),
    ],
)
def test_compliance_is_the_share_kept_of_what_is_decided(on_time, breached, told):
    assert compliance(on_time, breached) == told
