"""Memory of a worker: while it makes the bundled case's report, and after many reports one after the other.

Run::

    python tests/benchmarks/yardstick_growth.py            200 small engagements in sequence, all five chapters of each
    python tests/benchmarks/yardstick_growth.py --reports 20

*Own* is the worker's resident memory between reports, when it is alone. *At most* is what the worker and all processes
of a report hold together while it is made, pages that several share counted once (PSS), looked at every 0.1 seconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import psutil

from axlib.reports.report import run_report
from axlib.reports.workers import Worker
from tests.reports.small_reports import write_engagement

ROOT = Path(__file__).parents[2]
#: Reports after which the worker is looked at.
LOOKS = (1, 20, 50, 100, 150, 200)


class Watch:
    """Looks at what a worker and its processes hold, for as long as a ``with`` block lasts."""

    def __init__(self, pid):
        self._pid, self._over, self.most, self.processes = pid, threading.Event(), 0, 0
        self._thread = threading.Thread(target=self._look)

    def _look(self):
        while not self._over.wait(0.1):
            top, held = psutil.Process(self._pid), []
            for process in [top, *top.children(recursive=True)]:
                try:
                    held.append(process.memory_full_info().pss)
                except psutil.NoSuchProcess:
                    continue
            self.most, self.processes = max(self.most, sum(held)), max(self.processes, len(held))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        self._thread.join()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--reports", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ax-growth-") as folder, Worker() as worker:
        place = Path(folder)

        def publish(engagement):
            run_report(engagement, reports=place / "reports", worker=worker)

        publish(write_engagement(place / "first"))
        pid = worker._connection._process.pid
        with Watch(pid) as watch:
            publish(ROOT / "data" / "bankers" / "engagement.yml")
        print(f"the bundled case: at most {watch.most / 2**20:.0f} MB, in {watch.processes} processes", flush=True)
        began = time.perf_counter()
        for number in range(1, given.reports + 1):
            publish(write_engagement(place / f"case-{number:03}", members=40 + number % 7))
            if number in LOOKS or number == given.reports:
                top = psutil.Process(pid)
                seconds = (time.perf_counter() - began) / number
                own, files = top.memory_info().rss / 2**20, top.num_fds()
                told = f"after {number:3} reports: own {own:.1f} MB, {files} open files; {seconds:.1f} s a report"
                print(told, flush=True)


if __name__ == "__main__":
    main()
