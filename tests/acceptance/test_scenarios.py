"""Every rule of the domain that an outsider can see, scenario by scenario (scenarios/*.yaml)."""

import json

import pytest
from story import read_all
from timelapse import Timelapse

SCENARIOS = read_all()


@pytest.fixture(scope="session", name="played")
def play(postgres):
    """Plays all scenarios with the same settings when the first of them is asked for."""
    worlds = {}

    def played(scenario):
        key = json.dumps(scenario.settings, sort_keys=True)
        if key not in worlds:
            worlds[key] = Timelapse(postgres, [other for other in SCENARIOS if not other.fault
                                               and other.settings == scenario.settings])
            worlds[key].run()
        return worlds[key]

    yield played
    reports = [timelapse.end() for timelapse in worlds.values()]
    assert not any(reports), reports


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_scenario(played, scenario):
    """What comes out is what the scenario says, and nothing else."""
    wrong = [scenario.fault] if scenario.fault else played(scenario).wrong(scenario)
    if wrong:
        pytest.fail("\n".join([scenario.id, *wrong]), pytrace=False)
