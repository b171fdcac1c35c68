"""What several kinds of tests share: the demo's published report, and where the real data are."""

import pytest

import axlib
from tests.places import BANKERS, SHARED_DATA


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
