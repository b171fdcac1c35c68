import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from axlib.numbers.distinct_rows import collapse_rows


@given(st.lists(st.tuples(st.sampled_from([0.0, 1.5, np.nan]), st.integers(-1, 2)), min_size=1, max_size=60))
def test_distinct_rows_are_those_of_pandas(rows):
    number = np.array([row[0] for row in rows])
    code = np.array([row[1] for row in rows], dtype=np.int8)
    found = collapse_rows([number], [code], n_members=len(rows))
    expected = pd.DataFrame({"number": number, "code": code}).groupby(["number", "code"], dropna=False).size()
    assert sorted(found.weights) == sorted(expected)
    np.testing.assert_array_equal(number[found.member][found.row_of_member], number)
    np.testing.assert_array_equal(code[found.member][found.row_of_member], code)
    missing = np.isnan(number[found.member])
    assert (np.diff(missing.astype(int)) != 0).sum() <= 1  # rows lacking the same numbers stand together
