"""A desk of 160 members of four kinds, some of them gone, and one of the demo."""

import io

import numpy as np
import pandas as pd
import pytest

import axlib
from axlib.desk.session import Desk
from tests.places import BANKERS
from tests.verbs.small import engagement, members, terms, touches

KEYS = (
    "attributes: [internal_capacity, guidance_need, preferred_mode, goal_complexity, stakes]\n"
    "segments: {method: classes, k: 4}\ntiers: {by: bands, edges: [350], names: [Small, Large]}\n"
)


def noisy_members(n):
    """Members of four kinds who differ a little from their kind."""
    table = pd.read_csv(io.StringIO(members(n)), dtype=str)
    rng = np.random.default_rng(sum(map(ord, "noisy members")))
    for name in ("internal_capacity", "guidance_need", "goal_complexity", "stakes"):
        answers = table[name].astype(int) + rng.integers(-1, 2, n)
        table = table.assign(**{name: answers.clip(0, 4)})
    return table.to_csv(index=False)


@pytest.fixture
def small_engagement(tmp_path):
    n = 160
    return engagement(tmp_path, KEYS, members=noisy_members(n), terms=terms(n), touches=touches(n))


@pytest.fixture
def desk(small_engagement):
    return Desk(small_engagement)


@pytest.fixture(scope="session")
def bankers_engagement():
    return axlib.read_engagement(BANKERS)
