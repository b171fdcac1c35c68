"""Two raters who say the same put members into the same segments; chance shows as no agreement beyond chance."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.agreement import cohens_kappa
from axlib.tables.attributes import collect_attributes
from axlib.tables.coverage_segments import UNDETERMINED, read_segments
from axlib.tables.instrument import read_instrument
from axlib.verbs.rater_split import split_by_rater
from axlib.verbs.segments import make_segmentation, segment_by_rules
from axlib.words.results import Unavailable
from tests.tables.engagements import clean_files
from tests.verbs.small import COLUMNS, PROFILES

SEGMENTS = read_segments()
INSTRUMENT = read_instrument()
ITEMS = COLUMNS[-5:]


def answered(folder, raters, n=60):
    """Members without columns of their own, and what each rater says of them: a profile's number by member."""
    lines = []
    for rater, kind in raters.items():
        for i in range(n):
            for item, value in zip(ITEMS, PROFILES[kind(i)].split(","), strict=True):
                lines.append(f"m{i:03d},{item},{value},{rater}")
    files = {
        "members.csv": "member_id,name\n" + "".join(f"m{i:03d},Member {i}\n" for i in range(n)),
        "answers.csv": "member_id,item,value,rater\n" + "\n".join(lines) + "\n",
    }
    return clean_files(folder, files)


def split(clean, given=None):
    own = dataclasses.replace(clean, answers=clean.answers[clean.answers["rater"] == "Ann"])
    segments = segment_by_rules(collect_attributes(own, attributes=()).table, segments=SEGMENTS)
    return split_by_rater(segments, clean=given or clean, instrument=INSTRUMENT, segments=SEGMENTS)


def test_raters_who_agree(tmp_path):
    result = split(answered(tmp_path, {"Ann": lambda i: i % 4, "Bo": lambda i: i % 4}))
    assert result.table.to_dict("records") == [{"pair": "Ann and Bo", "n": 60, "agree": 1.0, "kappa": 1.0}]
    assert result.text.endswith("100 % of members come into the same segment (1 pair of raters).")


def test_agreement_is_that_of_segments_by_each(tmp_path):
    other = np.random.default_rng(sum(map(ord, "other"))).integers(0, 4, 60)
    result = split(answered(tmp_path, {"Ann": lambda i: i % 4, "Bo": lambda i: int(other[i])}))
    crossed = np.zeros((4, 4))
    for i in range(60):
        crossed[i % 4, other[i]] += 1
    row = result.table.iloc[0]
    assert row["agree"] == pytest.approx(np.trace(crossed) / 60)
    assert row["kappa"] == pytest.approx(cohens_kappa(crossed))


def test_every_pair_is_shown(tmp_path):
    result = split(answered(tmp_path, {"Ann": lambda i: i % 4, "Bo": lambda i: i % 4, "Cy": lambda i: (i + 1) % 4}))
    assert result.table["pair"].tolist() == ["Ann and Bo", "Ann and Cy", "Bo and Cy"]
    assert result.agree == pytest.approx(1 / 3)
    assert "The least agreement has kappa" in result.text


def test_too_few_or_no_raters(tmp_path):
    few = answered(tmp_path, {"Ann": lambda i: i % 4, "Bo": lambda i: i % 4}, n=19)
    assert "no two raters placed 20 members both" in split(few).why
    unnamed = dataclasses.replace(few, answers=few.answers.drop(columns="rater"))
    assert "do not say who gave them" in split(few, unnamed).why
    column = make_segmentation(pd.Series(["a"]), [UNDETERMINED], segments=["x"], method="column")
    assert isinstance(split_by_rater(column, clean=few, instrument=INSTRUMENT, segments=SEGMENTS), Unavailable)
