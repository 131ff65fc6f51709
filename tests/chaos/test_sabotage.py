"""The check of the checker: with a precaution left out, the schedule that is made for it must see
losses or repeats. One that stays green would stay green for a program that is wrong."""

import pytest
from harness import run_schedule
from sabotage import SABOTAGES
from schedules import SCHEDULES


@pytest.mark.long
@pytest.mark.parametrize("name", SABOTAGES)
def test_it_is_noticed(name):
    sabotage = SABOTAGES[name]
    report = run_schedule(SCHEDULES[sabotage.schedule], sabotage=name)
    print(report)
    assert report.lost or report.repeated, f"{sabotage.schedule} did not notice: {report}"
