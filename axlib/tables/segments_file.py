"""Coverage Segments written as ``segments.yml``, so that ``read_segments`` gives them back."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from axlib.tables.coverage_segments import CoverageSegment


def write_segments(segments: Sequence[CoverageSegment], *, comment: str = "") -> str:
    """Write segments as the text of a ``segments.yml``.

    Parameters
    ----------
    segments : sequence of CoverageSegment
        In the order in which their rules are tried.
    comment : str
        Lines for the head of the file.

    Examples
    --------
    >>> print(write_segments([CoverageSegment(name="Pool", hours_per_year=3, rules=("need <= 1",))]), end="")
    segments:
    - name: Pool
      hours_per_year: 3.0
      rules:
      - need <= 1
    """
    entries = [segment.model_dump(mode="json", exclude_defaults=True) for segment in segments]
    head = "".join(f"# {line}".rstrip() + "\n" for line in comment.splitlines())
    return head + yaml.safe_dump({"segments": entries}, sort_keys=False, allow_unicode=True, width=110)
