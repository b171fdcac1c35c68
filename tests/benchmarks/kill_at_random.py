"""Runs killed at random moments, with a seed: each time the old report is whole or the new one, and nothing strays.

Run::

    python tests/benchmarks/kill_at_random.py 100 --seed 7

Each time one process of a run is ended by force, drawn at random: the one that asked, the worker, the report's own, or
a part's; at a moment drawn evenly over the last four fifths of a run. A run that was over by then does not count, and
the span that moments are drawn from follows how long runs take. Then what is published must be whole, all processes of
the run must be gone within five seconds, and the next run must publish and leave no folder of the killed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import psutil

from axlib.reports.report_job import ReportJob
from tests.reports.small_reports import gone_within, is_whole, remains, write_chapters, write_engagement
from tests.reports.test_faults import ASK

ROOT = Path(__file__).parents[2]


#: In the environment of all processes of this run of the script, so that none is overlooked.
MARK = f"kills-{os.getpid()}"


def start(job):
    command = [sys.executable, "-c", ASK, json.dumps(job.to_record())]
    env = {**os.environ, "AX_KILLS": MARK}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def run_whole(job):
    began = time.monotonic()
    asker = start(job)
    assert asker.wait() == 0
    return time.monotonic() - began


def kill_one(asker, rng):
    """Kill one of the processes of a run; returns which kind it was."""
    if asker.poll() is not None:
        return "too late"
    try:
        top = psutil.Process(asker.pid)
        tree = [top, *top.children(recursive=True)]
        chosen = rng.choice(tree)
        above = [process.pid for process in chosen.parents()]
        chosen.kill()
    except psutil.NoSuchProcess:
        return "too late"
    return ("asker", "worker", "report", "part")[min(3, sum(process.pid in above for process in tree))]


def strays():
    """Ids of processes of this script's runs that are still there."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("AX_KILLS") == MARK and process.status() != "zombie":
                found.append(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def describe(pids):
    """What is still there, for who looks into it."""
    with_words = [psutil.Process(pid) for pid in pids]
    return [(one.pid, one.ppid(), one.status(), one.cpu_times().user, one.cmdline()[1:4]) for one in with_words]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kills", type=int, nargs="?", default=100)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    with tempfile.TemporaryDirectory(prefix="ax-kills-") as folder:
        place = Path(folder)
        chapters = write_chapters(place / "chapters")
        job = ReportJob(str(write_engagement(place / "acme")), str(place / "reports"), notebooks=str(chapters))
        report = place / "reports" / "acme"
        took = max(run_whole(job) for _ in range(2))
        counts, ended = Counter(), Counter()
        while counts.total() - counts["too late"] < given.kills:
            before = (report / "latest.json").read_bytes()
            asker = start(job)
            time.sleep(rng.uniform(took / 5, took))
            kind = kill_one(asker, rng)
            counts[kind] += 1
            asker.wait(timeout=60)
            if kind == "too late":
                took *= 0.9
                continue
            took *= 1.02
            assert gone_within(5, strays()), f"still there: {describe(strays())}"
            settled = is_whole(report)
            print(".", end="", flush=True)
            new = (report / "latest.json").read_bytes() != before
            ended["new report whole" if new else "old report whole" if settled else "new page, old record"] += 1
        run_whole(job)
        assert is_whole(report) and remains(place / "reports") == []
    print(f"\n{given.kills} kills, seed {given.seed}; a run takes about {took:.1f} s")
    print(f"killed: {dict(counts)}; then: {dict(ended)}")
    print("After each: no process left; after the next run: no folder left.")


if __name__ == "__main__":
    main()
