import pytest

from axlib.tables.engagement import check_keys
from axlib.tables.settings.engagement import EngagementSettings
from axlib.tables.settings.money import EconomicsSettings, ScenarioSettings
from axlib.words.errors import ConfigurationError


def refused(**keys):
    with pytest.raises(ConfigurationError) as caught:
        check_keys(ScenarioSettings, {"name": "Try", **keys}, "engagement.yml")
    return str(caught.value)


def test_one_number_is_a_range_without_width():
    scenario = ScenarioSettings(name="Try", cost_a_year=5, minutes={"A": [-0.2, -0.1, 0]})
    assert scenario.cost_a_year == (5.0, 5.0, 5.0)
    assert scenario.minutes == {"A": (-0.2, -0.1, 0.0)}


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "nothing is done"),
        ({"cost_a_year": [3, 2, 1]}, "rises"),
        ({"cost_a_year": [1, 2]}, "cost_a_year"),
        ({"cost_a_year": True}, "cost_a_year"),
        ({"cost_a_year": 1, "use_freed": 2}, "use_freed must be between 0 and 1"),
        ({"minutes": {"A": -1}}, "minutes.A must be above -1"),
        ({"minutes": {"A": [0.2, 0.1, 0]}}, "rises"),
        ({"move": [{"members_of": "A", "share": 1.5}]}, "share must be between 0 and 1"),
        ({"move": [{"members_of": "A", "share": 0.7}, {"members_of": "A", "to": "B", "share": 0.7}]}, "more than all"),
        ({"hire": [{"people": 1, "hours_per_year": 0, "hourly_cost": 1}]}, "hours_per_year"),
        ({"pool": {"segments": [], "utilisation": 0.8}}, "segments"),
        ({"pool": {"segments": ["A"], "utilisation": 1.2}}, "at most 1"),
        ({"cost_a_year": 1, "yeers": 3}, "Did you mean 'years'"),
    ],
)
def test_what_cannot_be_is_refused_in_words(keys, words):
    assert words in refused(**keys)


def test_a_cost_has_one_amount_and_a_name_of_its_own():
    for costs in ([{"name": "A"}], [{"name": "A", "per_member": 1, "a_year": 1}]):
        with pytest.raises(ConfigurationError, match="exactly one"):
            check_keys(EconomicsSettings, {"costs": costs}, "engagement.yml")
    with pytest.raises(ConfigurationError, match="costs named twice: A"):
        check_keys(EconomicsSettings, {"costs": [{"name": "A", "a_year": 1}] * 2}, "engagement.yml")


def test_scenarios_have_names_of_their_own():
    keys = {"client": "C", "as_of": "last_month_end", "tables": {"members": "m.csv"}}
    with pytest.raises(ConfigurationError, match="scenarios names 'Try' twice"):
        check_keys(EngagementSettings, {**keys, "scenarios": [{"name": "Try", "cost_a_year": 1}] * 2}, "engagement.yml")
