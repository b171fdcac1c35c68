import sys

import pytest

from axlib.verbs.diagnose import diagnose
from axlib.words.progress import is_notebook, show_progress, tell_steps

#: What ``diagnose`` tells of, in its order.
STEPS = ["tables", "segments", "intake", "outcomes", "coverage", "money", "findings"]


class Terminal:
    """An error stream that is a terminal."""

    def __init__(self):
        self.written = ""

    def isatty(self):
        return True

    def write(self, text):
        self.written += text

    def flush(self):
        pass


def test_a_log_gets_one_plain_line_per_step(capsys):
    show = show_progress(2)
    show("tables", 1.234)
    show("segments", 0.5)
    assert capsys.readouterr().err == "tables: 1.2 s\nsegments: 0.5 s\n"


def test_a_terminal_gets_a_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    show = show_progress(2)
    show("tables", 1.0)
    show("segments", 2.0)
    assert "50 %" in sys.stderr.written
    assert "100 %" in sys.stderr.written
    assert "segments 2.0 s" in sys.stderr.written


def test_this_is_no_notebook():
    assert not is_notebook()


def test_steps_are_timed_and_nobody_needs_to_listen():
    heard = []
    tell = tell_steps(lambda step, seconds: heard.append((step, seconds)))
    tell("one")
    tell("two")
    assert [step for step, _ in heard] == ["one", "two"]
    assert all(seconds >= 0 for _, seconds in heard)
    tell_steps(None)("nothing")


@pytest.mark.parametrize("listens", [True, False])
def test_diagnose_tells_of_as_many_steps_as_it_says(listens, tmp_path):
    from tests.verbs.small import engagement

    heard = []
    diagnose(engagement(tmp_path), progress=(lambda step, seconds: heard.append(step)) if listens else None)
    assert heard == (STEPS if listens else [])
