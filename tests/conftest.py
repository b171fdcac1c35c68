"""What several kinds of tests share: the demo's published report, and where the real data are."""

import os

import pytest
from hypothesis import settings

import axlib
from tests.places import BANKERS, SHARED_DATA

# The first example of a property compiles patterns: slow on a busy machine, and no failure. Continuous integration
# draws the same examples every time, so that it fails for what was changed; elsewhere each run draws new ones.
settings.register_profile("unhurried", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def bankers():
    """The demo's diagnosis, computed once."""
    return axlib.diagnose(axlib.read_engagement(BANKERS))


@pytest.fixture(scope="session")
def bankers_report(tmp_path_factory):
    """The demo's report, published once."""
    return axlib.run_report(BANKERS, reports=tmp_path_factory.mktemp("reports"))


@pytest.fixture
def telco_data():
    """The telco export; the test is skipped where it is not there."""
    file = SHARED_DATA / "telco_ibm" / "WA_Fn-UseC_-Telco-Customer-Churn.csv"
    if not file.is_file():
        pytest.skip("../shared/data/telco_ibm is not here")
    return file
