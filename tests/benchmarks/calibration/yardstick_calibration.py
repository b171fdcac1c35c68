"""How often a report claims what is not so, how often its intervals hold the truth, and what it finds.

    OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.calibration.yardstick_calibration 2000 --jobs 2 --out worlds.jsonl

Every world has a seed of its own, drawn from ``--entropy``; worlds that are in the file already are not made again. The
table is printed from the file, also of a run that was stopped. Shares are judged by their exact 99 % interval (Clopper
and Pearson 1934): of claims where there is nothing to claim it must reach down to 5 %, of coverage up to 95 %.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Iterable
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta

from tests.benchmarks.calibration.designs import DESIGNS, judge_design
from tests.benchmarks.calibration.judging import judge_world
from tests.benchmarks.calibration.worlds import TRUTHS

#: What would be a false claim in each kind of world: findings, and the signs that are false.
FALSE: dict[str, dict[str, tuple[int, ...]]] = {
    **{
        name: {"any": (-1, 0, 1)}
        for name in TRUTHS
        if name.startswith("nothing")
    },
    "service": {"churn_tiers_against_segments": (-1, 1), "gap_effect": (-1,)},
    "service, missing": {"churn_tiers_against_segments": (-1, 1), "gap_effect": (-1,)},
    "confounded by stage": {"any": (-1, 0, 1)},
    "risk draws service": {"any": (-1, 0, 1)},
    "old risk draws service, not measured": {"any": (-1, 0, 1)},
    "needs predict": {"churn_tiers_against_segments": (-1,), "gap_effect": (-1, 1)},
    "dues predict": {"churn_tiers_against_segments": (1,), "gap_effect": (-1, 1)},
    "pilot, nothing": {"any": (-1, 0, 1)},
    "pilot, service": {"pilot_effect": (1,)},
    "roll-out, nothing": {"any": (-1, 0, 1)},
    "roll-out, service": {"rollout_effect": (1,)},
    "roll-out, another trend": {"any": (-1, 0, 1)},
}  # fmt: skip
#: What there is to find: a finding and its sign.
TRUE = {
    "service": ("gap_effect", 1),
    "service, missing": ("gap_effect", 1),
    "needs predict": ("churn_tiers_against_segments", 1),
    "dues predict": ("churn_tiers_against_segments", -1),
    "pilot, service": ("pilot_effect", -1),
    "roll-out, service": ("rollout_effect", -1),
}
#: Where an interval cannot be asked to hold the truth: what is not measured is in it, and the kit does not claim more.
NOT_JUDGED = {
    ("old risk draws service, not measured", "gap_effect"),
    ("service, missing", "gap_effect"),
    ("roll-out, another trend", "rollout_effect"),
}
#: Kinds that are judged together too.
TOGETHER = {
    "nothing, all kinds": tuple(name for name in TRUTHS if name.startswith("nothing")),
    "confounded and reversed": ("confounded by stage", "risk draws service"),
}
CLAIMED, COVERED = 0.05, 0.95


def exact_interval(k: int, n: int, *, level: float = 0.99) -> tuple[float, float]:
    """Exact interval of a share.

    Examples
    --------
    >>> tuple(round(bound, 3) for bound in exact_interval(5, 100))
    (0.011, 0.136)
    """
    tail = (1 - level) / 2
    low = float(beta.ppf(tail, k, n - k + 1)) if k > 0 else 0.0
    high = float(beta.ppf(1 - tail, k + 1, n - k)) if k < n else 1.0
    return low, high


def is_false(row: dict[str, Any]) -> bool:
    """Whether a report claims at level 1 or above what is not so."""
    wrong = FALSE[row["world"]]
    if "any" in wrong:
        return bool(row["claims"])
    return any(sign in wrong.get(name, ()) for name, (_, sign) in row["claims"].items())


def _judge(task: tuple[str, int]) -> dict[str, Any]:
    warnings.simplefilter("error")
    name, seed = task
    return judge_design(name, seed) if name in DESIGNS else judge_world(name, seed)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read what was judged so far."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []


def run(names: Iterable[str], n: int, *, entropy: int, jobs: int, out: Path) -> None:
    """Judge ``n`` worlds of each kind that are not in the file yet, kind by kind in turn."""
    done = {(row["world"], row["seed"]) for row in read_rows(out)}
    seeds = np.random.SeedSequence(entropy).generate_state(n, np.uint64).tolist()
    tasks = [(name, int(seed)) for seed in seeds for name in names if (name, int(seed)) not in done]
    with Pool(jobs) as pool, out.open("a", encoding="utf-8") as file:
        for row in pool.imap_unordered(_judge, tasks, chunksize=4):
            file.write(json.dumps(row) + "\n")
            file.flush()


def _share(k: int, n: int) -> str:
    low, high = exact_interval(k, n)
    return f"{100 * k / n:.1f} % [{100 * low:.1f}, {100 * high:.1f}]" if n else "–"


def tabulate(rows: list[dict[str, Any]]) -> str:
    """Write the tables as Markdown."""
    lines = ["| world | n | false claims | | what there is found | best possible test |", "|---|---|---|---|---|---|"]
    names = [name for name in (*TRUTHS, *DESIGNS) if any(row["world"] == name for row in rows)]
    for name in names:
        here = [row for row in rows if row["world"] == name]
        k, n = sum(is_false(row) for row in here), len(here)
        verdict = "holds" if exact_interval(k, n)[0] <= CLAIMED else "**too often**"
        verdict = "not judged" if name.startswith("old risk") else verdict
        found, best = "–", "–"
        if name in TRUE:
            finding, sign = TRUE[name]
            hits = sum(row["claims"].get(finding, [None, 0])[1] == sign for row in here)
            found = _share(hits, n)
            tried = [row["best"] for row in here if row["best"] is not None]
            best = _share(sum(tried), len(tried)) if tried else "–"
        lines.append(f"| {name} | {n:,} | {_share(k, n)} | {verdict} | {found} | {best} |")
    for label, kinds in TOGETHER.items():
        here = [row for row in rows if row["world"] in kinds]
        k, n = sum(is_false(row) for row in here), len(here)
        verdict = "holds" if n and exact_interval(k, n)[0] <= CLAIMED else "**too often**"
        lines += [f"| *{label}* | {n:,} | {_share(k, n)} | {verdict} | – | – |"] if n else []
    lines += ["", "| world | interval of | n | holds the truth | |", "|---|---|---|---|---|"]
    for name in names:
        here = [row for row in rows if row["world"] == name]
        for key in dict.fromkeys(key for row in here for key in row["covered"]):
            inside = [row["covered"][key] for row in here if key in row["covered"]]
            verdict = "holds" if exact_interval(sum(inside), len(inside))[1] >= COVERED else "**too seldom**"
            verdict = "not judged" if (name, key) in NOT_JUDGED else verdict
            lines.append(f"| {name} | {key} | {len(inside):,} | {_share(sum(inside), len(inside))} | {verdict} |")
    for key in dict.fromkeys(key for row in rows for key in row["covered"]):
        inside = [
            row["covered"][key] for row in rows if key in row["covered"] and (row["world"], key) not in NOT_JUDGED
        ]
        verdict = "holds" if exact_interval(sum(inside), len(inside))[1] >= COVERED else "**too seldom**"
        lines.append(
            f"| *all that are judged* | {key} | {len(inside):,} | {_share(sum(inside), len(inside))} | {verdict} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run from a command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("worlds", type=int, help="worlds of each kind")
    parser.add_argument("--only", nargs="*", default=[*TRUTHS, *DESIGNS], help="kinds of worlds")
    parser.add_argument("--entropy", type=int, default=20261125)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("worlds.jsonl"))
    given = parser.parse_args()
    run(given.only, given.worlds, entropy=given.entropy, jobs=given.jobs, out=given.out)
    print(tabulate(read_rows(given.out)))


if __name__ == "__main__":
    main()
