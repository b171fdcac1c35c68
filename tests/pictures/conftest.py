"""Results with marks enough to look at, made by hand."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.reports.client_view import view_for_client
from axlib.verbs.diagnose import diagnose
from tests.verbs.small import RULES, engagement, members, terms, touches

HOSTILE = ["$5k-$10k", r"$\foo$", "<script>alert(1)</script> --> ]]>", "会员 ‮gnol", "a" * 60 + "1", "a" * 60 + "2"]


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """A diagnosis by classes, so that every picture has something to draw."""
    keys = RULES.replace("method: rules", "method: classes")
    files = {"members": members(120), "terms": terms(120), "touches": touches(120)}
    return diagnose(engagement(tmp_path_factory.mktemp("drawn"), keys, **files))


@pytest.fixture(scope="session")
def drawn_for_client(drawn):
    return view_for_client(drawn)


@pytest.fixture(scope="session")
def hostile(drawn):
    """The same with names nobody should choose."""
    names = dict(zip(drawn.plan_segments.segments, HOSTILE, strict=False))
    tiers = dict(zip(drawn.tiers.segments, HOSTILE[::-1], strict=False))

    def renamed(result, mapping):
        table = result.table.assign(segment=result.table["segment"].replace(mapping))
        return dataclasses.replace(result, table=table, segments=tuple(mapping.get(n, n) for n in result.segments))

    def words(frame, *columns):
        return frame.assign(**{column: frame[column].replace({**names, **tiers}) for column in columns})

    return dataclasses.replace(
        drawn,
        plan_segments=renamed(drawn.plan_segments, names),
        segments=renamed(drawn.segments, names),
        tiers=renamed(drawn.tiers, tiers),
        stability=dataclasses.replace(drawn.stability, table=words(drawn.stability.table, "segment")),
        comparison=dataclasses.replace(
            drawn.comparison,
            crossover=words(drawn.comparison.crossover, "tier", "segment"),
            dues=words(drawn.comparison.dues, "segment"),
        ),
        service_gap=dataclasses.replace(drawn.service_gap, by_tier=words(drawn.service_gap.by_tier, "group")),
        retention=dataclasses.replace(drawn.retention, table=words(drawn.retention.table, "group")),
        coverage=dataclasses.replace(
            drawn.coverage,
            by_segment=words(drawn.coverage.by_segment, "segment"),
            by_person=drawn.coverage.by_person.assign(name=pd.Series(HOSTILE[:3], dtype="str")),
        ),
    )


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "pictures")))
