"""Where a worker begins: it goes at once if whoever started it is gone, even while it still loads what it needs.

Loading takes seconds on a busy machine, and what is not loaded yet cannot listen.
"""

from __future__ import annotations

import importlib
import os
import select
import threading

_LOOK_SECONDS = 0.2


class InputWatch:
    """Ends this process when nobody holds the other end of its standard input any more; `stop` before any fork."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._input = os.dup(0)
        self._thread = threading.Thread(target=self._look, daemon=True)
        # Where nothing can be polled, a worker makes one report and watches its input by other means.
        if hasattr(select, "poll"):
            self._thread.start()

    def _look(self) -> None:
        poll = select.poll()
        # Requests may wait there to be read; only the end is of interest, which is told unasked.
        poll.register(self._input, 0)
        while not self._over.wait(_LOOK_SECONDS):
            if poll.poll(0):
                os._exit(0)

    def stop(self) -> None:
        """Watch no more; afterwards there is no thread."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()
        os.close(self._input)


def main() -> None:
    """Load the worker under watch, and let it serve."""
    watch = InputWatch()
    # Loaded here and not above, for this is what takes long.
    importlib.import_module("axlib.reports.server").main(ready=watch.stop)


if __name__ == "__main__":
    main()
