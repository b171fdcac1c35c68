"""Numbers for a finding of every kind, both where a difference is told and where none could be."""

from axlib.verbs.wording import WORDING

NAN = float("nan")
DIFFERENCE = {
    "estimate": -0.04, "low": -0.07, "high": -0.01, "is_apart": True, "detectable": 0.043, "n": 640,
    "outcome": "churn", "by_segments": 0.05, "by_tiers": 0.09, "treated_mean": 0.11, "control_mean": 0.15,
    "e_value": 1.9, "e_value_limit": 1.3, "adjusted_for": ["dues", "tenure"], "of_whom": "members of chapters reached",
    "under": 0.2, "matched": 0.1,
    "hours_are_assumed": True,
}  # fmt: skip
NONE_TOLD = {**DIFFERENCE, "low": -0.09, "high": 0.01, "is_apart": False, "by_tiers": -0.01}
OTHER_WAY = {
    **DIFFERENCE, "estimate": 0.04, "low": 0.01, "high": 0.07, "treated_mean": 0.15, "control_mean": 0.11,
    "by_segments": 0.09, "by_tiers": 0.05, "hours_are_assumed": False,
}  # fmt: skip
WENT = {"before": 0.4, "after": 0.6, "after_low": 0.55, "after_high": 0.65, "change": 0.2}
EXAMPLES = {
    "load_by_person": [
        {"over": 2, "highest": 3.0, "idle": 1, "highest_idle": 0.2},
        {"over": 0, "highest": NAN, "idle": 0, "highest_idle": NAN},
    ],
    "load_of_team": [
        {"load": 1.61, "residual_hours": 2916.0, "residual_fte": 2.43},
        {"load": 0.9, "residual_hours": 0.0, "residual_fte": 0.0},
    ],
    "disagreement": [{"cramers_v": v, "n": 650} for v in (0.05, 0.3, 0.9)],
    "dues_spread": [{"segment": "Inbound", "currency": "USD", "dues_q10": 400.0, "dues_q90": 2400.0}],
    "service_gap": [{"under": 0.67, "over": 0.17, "n": 662}],
    "retention": [
        {"n": 662, "logo_churn": 0.151, "revenue_churn": 0.125, "nrr": 0.893, "grr": 0.869},
        {"n": 662, "logo_churn": 0.151, "revenue_churn": NAN, "nrr": NAN, "grr": NAN},
    ],
    "not_dues_blind": [{"r2": 0.95}],
    "retention_change": [
        {"text": "From the window that closed on 2024-12-31 to the next, NRR went from 98 % to 105 %."}
    ],
    "cost_to_serve": [
        {"n": 650, "currency": "USD", "margin_share": 0.4, "cost": 720_000.0, "cash_margin": 480_000.0, **unused}
        for unused in ({"unused_cost": 0.0}, {"unused_cost": 350_000.0})
    ],
    "margin_by_segment": [
        {
            "segment": "Inbound",
            "before": 0.4,
            "after": 0.6,
            "freed": freed,
            "currency": "USD",
            "hours_are_assumed": True,
        }
        for freed in (350_000.0, -20_000.0)
    ],
    "scenario": [
        {
            "name": "One more",
            "members": 500,
            "currency": "USD",
            "load": WENT,
            "cash_margin": WENT,
            "margin_share_concerned": one,
        }
        for one in (WENT, {**WENT, "change": 0.0})
    ],
    **{
        kind: [DIFFERENCE, OTHER_WAY, NONE_TOLD]
        for kind in ("tiers_against_segments", "gap_effect", "rollout_effect", "pilot_effect")
    },
    "pilot_no_harm": [{**facts, "margin": 0.03} for facts in (DIFFERENCE, NONE_TOLD)],
}
assert EXAMPLES.keys() == WORDING.keys()
