import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from axlib.verbs.diagnose import diagnose
from axlib.verbs.diagnosis import KNOWN, Diagnosis, keep_diagnosis, read_diagnosis
from axlib.verbs.headline_numbers import write_headlines
from axlib.verbs.kept_results import keep_result, read_result
from axlib.words.errors import DataError
from axlib.words.results import Result, Unavailable


def assert_same(one, other, place=""):
    """Compare two results field by field, to the bit and to the type."""
    assert type(one) is type(other), place
    if isinstance(one, pd.DataFrame):
        # Parquet keeps no categories where there are no rows.
        some = len(one) > 0
        pd.testing.assert_frame_equal(one, other, check_exact=True, obj=place, check_dtype=some, check_categorical=some)
    elif isinstance(one, Result) and dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            if field.name != "engagement":
                assert_same(getattr(one, field.name), getattr(other, field.name), f"{place}.{field.name}")
    elif isinstance(one, dict):
        assert list(one) == list(other), place
        for key, item in one.items():
            assert_same(item, other[key], f"{place}[{key}]")
    elif isinstance(one, float) and np.isnan(one):
        assert np.isnan(other), place
    else:
        assert one == other, place


@pytest.fixture
def kept(small, tmp_path):
    keep_diagnosis(small, tmp_path / "kept")
    return tmp_path / "kept"


def test_a_kept_diagnosis_read_back_is_itself(small, kept):
    assert_same(small, read_diagnosis(small.engagement, kept))


def test_the_clients_view_is_kept_as_well(small, small_for_client, tmp_path):
    keep_diagnosis(small_for_client, tmp_path / "client")
    assert_same(small_for_client, read_diagnosis(small.engagement, tmp_path / "client"))


def test_diagnose_reads_what_was_kept_and_says_the_same(small, kept):
    again = diagnose(small.engagement, kept=str(kept))
    assert write_headlines(again) == write_headlines(small)
    assert repr(again) == repr(small)


def test_only_the_owner_may_read_it(kept):
    assert kept.stat().st_mode & 0o077 == 0


def test_results_of_a_kind_the_reader_does_not_know_are_refused(tmp_path):
    keep_result(Unavailable("a", "b"), tmp_path / "x")
    with pytest.raises(DataError, match="'Unavailable' is no result this version knows"):
        read_result(tmp_path / "x", known={"Diagnosis": Diagnosis}, given={})


@pytest.mark.parametrize("content", [None, "", "{", "[1, 2", '{"wibble": 1}', '{"table": "../../secret"}'])
def test_a_folder_that_holds_no_result_is_refused_in_a_sentence(tmp_path, content):
    if content is not None:
        (tmp_path / "result.json").write_text(content, "utf-8")
    with pytest.raises(DataError, match="holds no kept results"):
        read_result(tmp_path, known=KNOWN, given={})


def test_a_folder_that_lost_a_table_is_refused(small, kept):
    next(kept.glob("*.parquet")).unlink()
    with pytest.raises(DataError, match="holds no kept results"):
        read_diagnosis(small.engagement, kept)


def test_a_result_with_fields_of_another_version_is_refused(small, kept):
    content = json.loads((kept / "result.json").read_text("utf-8"))
    content["fields"]["surprise"] = 1
    (kept / "result.json").write_text(json.dumps(content), "utf-8")
    with pytest.raises(DataError):
        read_diagnosis(small.engagement, kept)


def test_what_cannot_be_kept_is_a_defect(tmp_path):
    @dataclasses.dataclass(frozen=True, eq=False, repr=False)
    class Odd(Result):
        thing: object

    with pytest.raises(TypeError, match="cannot be kept"):
        keep_result(Odd(object()), tmp_path / "x")


def test_nothing_is_pickled(kept):
    assert {path.suffix for path in kept.iterdir()} == {".json", ".parquet"}
