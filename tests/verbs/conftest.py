"""The small engagement, diagnosed once."""

import numpy as np
import pytest

from axlib.reports.client_view import view_for_client
from axlib.verbs.diagnose import diagnose
from tests.verbs.small import engagement


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    return diagnose(engagement(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="session")
def small_for_client(small):
    return view_for_client(small)


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "verbs")))
