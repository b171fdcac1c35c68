"""A state of the desk as text to copy: the verb calls that give its numbers, and the keys that give its report."""

from __future__ import annotations

import os
import pprint
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from axlib.desk.bench import Bench
from axlib.desk.choices import write_choices
from axlib.desk.looking import Look
from axlib.desk.trail import STANDINGS, Trail
from axlib.tables.segments_file import write_segments
from axlib.verbs.cohort import Cohort
from axlib.verbs.segments import Segmentation

#: File that changed hours are kept in, beside the engagement file.
SEGMENTS_FILE = "segments_explored.yml"


def collect_keys(look: Look, bench: Bench, trail: Trail) -> dict[str, Any]:
    """Collect the keys by which a state differs from the engagement file, every choice among them."""
    keys: dict[str, Any] = _differences(bench)
    for name, value in write_choices(look.choices, engagement=bench.engagement, specs=bench.specs).items():
        keys[name] = {**keys.get(name, {}), **value} if isinstance(value, dict) else value
    standing = trail.stand(look.choices)
    if standing == "exploratory":
        keys["evidence"] = {**keys.get("evidence", {}), "exploratory": True}
    elif standing == "locked" and trail.fingerprint and not bench.is_sampled:
        keys["evidence"] = {**keys.get("evidence", {}), "locked": trail.fingerprint}
    return keys


def _differences(bench: Bench) -> dict[str, Any]:
    """Keys that were laid over the file before the desk got the engagement."""
    file, now = (
        opened.settings.model_dump(mode="json", exclude_unset=True) for opened in (bench.of_file, bench.engagement)
    )
    changed: dict[str, Any] = {}
    for name, value in now.items():
        before = file.get(name)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            inner = {key: item for key, item in value.items() if key not in before or before[key] != item}
            if inner:
                changed[name] = inner
        elif value != before:
            changed[name] = value
    return changed


def _changed_hours(look: Look, bench: Bench) -> dict[str, float]:
    before = {segment.name: segment.steady_hours for segment in bench.of_file.segments}
    return {name: hours for name, hours in look.choices.hours if before.get(name) != hours}


def _locate(path: Path) -> str:
    """Write a path as seen from here, where that is possible."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:
        return path.as_posix()


def write_calls(look: Look, bench: Bench, trail: Trail) -> str:
    """Write the verb calls that give a state's numbers, as Python to run."""
    chosen = collect_keys(look, bench, trail)
    hours = _changed_hours(look, bench)
    lines = ["import axlib", "", *_comments(look, bench, trail)]
    lines += [
        "engagement = axlib.change_engagement(",
        f"    axlib.read_engagement({_locate(bench.engagement.path)!r}),",
    ]
    lines += ["    keys={", *(line for name, value in chosen.items() for line in _literal(name, value)), "    },"]
    lines += [f"    hours={hours!r},"] if hours else []
    lines += [")", "ground = axlib.lay_groundwork(engagement)", "attributes = axlib.gather_attributes(ground)"]
    lines += [*_segment_calls(look), "today = axlib.keep_current(segments, ground=ground)"]
    settings = look.engagement.settings
    if isinstance(look.tiers, Segmentation):
        staged = "lifecycle_stage" in look.ground.clean.members.columns
        stages = "ground.clean.members.set_index('member_id')['lifecycle_stage']" if staged else "None"
        lines += [
            f"hours = axlib.hours_by_member(today, coverage=engagement.segments, stages={stages})",
            "comparison = axlib.compare_segmentations(",
            "    ground.tiers, today, dues=ground.current, hours=hours.set_index('member_id')['required_hours'],",
            f"    currency={settings.currency!r},",
            ")",
        ]
    keys = settings.capacity
    lines += [
        "coverage = axlib.plan_coverage(",
        "    today, members=axlib.tell_stages(ground.current, as_of=engagement.as_of), staff=ground.clean.staff,",
        f"    coverage=engagement.segments, utilisation={keys.utilisation!r}, hours_source={keys.hours_source!r},",
        f"    as_of=engagement.as_of, ramp_by_month={keys.ramp_by_month!r},",
        ")",
    ]
    return "\n".join([*lines, *_retention_calls(look)]) + "\n"


def _literal(name: str, value: object) -> list[str]:
    """Write a key and its value as lines of a dictionary."""
    head = f"        {name!r}: "
    text = pprint.pformat(value, width=100, compact=True, sort_dicts=False).splitlines()
    indent = " " * len(head)
    written = [head + text[0], *(indent + line for line in text[1:])]
    return [*written[:-1], f"{written[-1]},"]


def _comments(look: Look, bench: Bench, trail: Trail) -> list[str]:
    comments = [f"# {STANDINGS[trail.stand(look.choices)]}"]
    return [*comments, f"# The desk showed: {bench.sample_note}"] if bench.is_sampled else comments


def _segment_calls(look: Look) -> list[str]:
    settings, choices = look.engagement.settings, look.choices
    keys = settings.segments
    if choices.method == "rules":
        return ["segments = axlib.segment_by_rules(attributes.table, segments=engagement.segments)"]
    if choices.method == "column":
        return [f"segments = axlib.segment_by_column(ground.population, column={keys.column!r})"]
    return [
        "segments = axlib.segment_by_ax(",
        f"    attributes, segments=engagement.segments, k={choices.k!r}, min_confidence={keys.min_confidence!r},",
        f"    min_answers={keys.min_answers!r}, rng=axlib.derive_rng({settings.seed!r}, 'segment_by_ax'),",
        ")",
    ]


def _retention_calls(look: Look) -> list[str]:
    if look.retention is None:
        return ["# Outcomes were not shown, so measure_retention is left out."]
    if not isinstance(look.ground.cohort, Cohort):
        return []
    groupings = "'segment': segments"
    if isinstance(look.ground.tiers_at_start, Segmentation):
        groupings = f"'tier': ground.tiers_at_start, {groupings}"
    return [
        "retention = axlib.measure_retention(",
        f"    ground.cohort, groupings={{{groupings}}},",
        f"    rng=axlib.derive_rng({look.engagement.settings.seed!r}, 'measure_retention'),",
        ")",
    ]


def write_keys(look: Look, bench: Bench, trail: Trail) -> str:
    """Write a state as keys of the engagement file; changed hours are named there by their own file."""
    keys = collect_keys(look, bench, trail)
    if _changed_hours(look, bench):
        keys["segments"] = {**keys["segments"], "file": SEGMENTS_FILE}
    head = [
        f"# {STANDINGS[trail.stand(look.choices)]}",
        f"# In {bench.engagement.path.name} these keys take the place of those of the same name;",
        "# keys of a section that are not named here stay.",
    ]
    lines = []
    for name, value in keys.items():
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - {_flow(item)}" for item in value)]
        else:
            lines.append(f"{name}: {_flow(value)}")
    return "\n".join([*head, *lines]) + "\n"


def _flow(value: object) -> str:
    """Write a value in one line of YAML."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=True)
    return text.removesuffix("...\n").strip()


def write_hours(look: Look, bench: Bench) -> str:
    """Write changed hours as the file of segments that the keys name; empty where none has changed."""
    if not _changed_hours(look, bench):
        return ""
    return write_segments(
        look.engagement.segments, comment=f"Save as {SEGMENTS_FILE} beside {bench.engagement.path.name}."
    )
