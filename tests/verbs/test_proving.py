"""A pilot that was run, read back through the engagement file: by the arms as drawn, and only where the window fits."""

import pandas as pd
import pytest

from axlib.verbs.design_effects import estimate_pilot_effect
from axlib.verbs.diagnosing.groundwork import lay_groundwork
from axlib.verbs.diagnosing.proving import _read_back
from axlib.verbs.effect import Effect
from axlib.verbs.window_outcomes import collect_window_outcomes
from axlib.words.results import Unavailable
from tests.verbs.small import RULES, engagement, members, terms

N = 80
KEYS = f"{RULES}evidence: {{pilot: lots.csv}}\n"


def ground(folder, rows, **changed):
    found = engagement(folder, KEYS, **{"members": members(N), "terms": terms(N), **changed})
    lots = pd.DataFrame(rows, columns=["member_id", "arm", "stratum"])
    lots.to_csv(found.locate("lots.csv"), index=False)
    return lay_groundwork(found)


def lots(n, *, start=0):
    return [(f"m{i:03d}", "changed" if (i // 2) % 2 else "usual", f"stratum {i % 2}") for i in range(start, start + n)]


def test_arms_are_compared_as_they_were_drawn_whoever_left(tmp_path):
    here = ground(tmp_path, lots(N))
    effect = _read_back(here)
    assert isinstance(effect, Effect)
    assert (effect.level, effect.design) == ("4", "pilot")
    by_member = pd.DataFrame(lots(N), columns=["member_id", "arm", "stratum"]).set_index("member_id")
    again = estimate_pilot_effect(
        by_member["arm"],
        outcomes=collect_window_outcomes(here.cohort),
        control="usual",
        strata=by_member["stratum"],
    )
    pd.testing.assert_frame_equal(effect.table, again.table)
    gone = here.cohort.table.set_index("member_id")["gone"]
    shares = gone.groupby(by_member["arm"].reindex(gone.index)).mean()
    row = effect.table.iloc[0]
    # Strata are of one size, so that their weighted means are the plain ones.
    assert row["treated_mean"] == pytest.approx(shares["changed"])
    assert row["control_mean"] == pytest.approx(shares["usual"])
    assert row["n"] == len(gone)


def test_a_window_that_does_not_begin_with_the_pilot_is_refused(tmp_path):
    found = _read_back(ground(tmp_path, lots(N, start=20)))
    assert isinstance(found, Unavailable)
    assert (
        "of 80 members drawn, 60 were members on 2024-12-31: the window does not begin where the pilot did" in found.why
    )


def test_without_outcomes_it_says_so(tmp_path):
    found = _read_back(ground(tmp_path, lots(N), terms=None))
    assert isinstance(found, Unavailable)
    assert found.why
