"""Every key of an engagement file: its type, default and rule, and nothing else.

These models are the schema: unknown keys are refused, nothing is converted silently.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from axlib.tables.settings.analysis import (
    CapacitySettings,
    EvidenceSettings,
    MilestoneSettings,
    PilotSettings,
    PoolSettings,
    RetentionSettings,
)
from axlib.tables.settings.keys import Keys, Share, as_text
from axlib.tables.settings.money import EconomicsSettings, ScenarioSettings
from axlib.tables.settings.reading import JoinSettings, ReadSettings
from axlib.tables.settings.report import ReportSettings
from axlib.tables.settings.segmenting import AttributeSettings, IntakeSettings, SegmentsSettings, TiersSettings
from axlib.words.vocabulary import TABLES

#: What reports may be called: a folder's name that is safe on every system.
SAFE_NAME = r"[A-Za-z0-9_-]{1,64}"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class EngagementSettings(Keys):
    """Every key of an engagement file.

    Attributes
    ----------
    client : str
        The client's name.
    name : str, optional
        Folder name of its reports; this folder's name where left out.
    as_of : date or 'last_month_end'
        The day metrics look back from.
    as_known : {'today', 'then'}
        Whether a past day is looked back from with what the export knows, or only with what was known then.
    currency : str
        ISO code, such as USD.
    seed : int
        Seed of everything left to chance.
    tables : dict
        Table -> its file, or a list of files; relative to this file. Only members is required.
    read : dict
        Table -> where detection must be overridden.
    joins : dict
        Table -> further files whose columns are put beside its rows.
    columns : dict
        Table -> canonical column: its header in the export. Left out, headers are recognised.
    values : dict
        table.column -> raw value: canonical value. Every raw status must have its meaning.
    attributes : tuple of AttributeSettings
        What the Appropriate Experience is read from; never money.
    segments : SegmentsSettings
        How Coverage Segments are found.
    intake : IntakeSettings
        How the Appropriate Experience is asked for.
    tiers : TiersSettings
        Today's revenue tiers.
    retention : RetentionSettings
        The rules of the retention measures.
    capacity : CapacitySettings
        What the team can carry.
    evidence : EvidenceSettings
        What was declared before outcomes were read.
    dues_payers : {'mark', 'roll_up'}
        Whether members a parent pays for are marked, or rolled up into it.
    max_loss : float
        Share of members' rows that may be set aside before the run stops, 0-1.
    overrides : str, optional
        File of the consultant's corrections: member_id, column, value, reason, by.
    commentary : str, optional
        Folder of the consultant's notes, shown at the sections they are named after.
    report : ReportSettings
        What the client's page shows.
    pool : PoolSettings
        How the pool of the segments without a dedicated manager is to answer.
    milestones : MilestoneSettings
        From how many days late a member drifts, or is off course.
    economics : EconomicsSettings
        What serving members costs.
    scenarios : tuple of ScenarioSettings
        What is to be tried out on paper.
    pilot : PilotSettings
        The pilot that would prove it.
    """

    client: Annotated[str, Field(min_length=1, max_length=200)]
    name: str | None = None
    as_of: date | Literal["last_month_end"]
    as_known: Literal["today", "then"] = "today"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    seed: Annotated[int, Field(ge=0)] = 0
    tables: dict[str, str | tuple[str, ...]]
    read: dict[str, ReadSettings] = Field(default_factory=dict)
    joins: dict[str, tuple[JoinSettings, ...]] = Field(default_factory=dict)
    columns: dict[str, dict[str, str]] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    attributes: tuple[AttributeSettings, ...] = ()
    segments: SegmentsSettings = SegmentsSettings()
    intake: IntakeSettings = IntakeSettings()
    tiers: TiersSettings = TiersSettings()
    retention: RetentionSettings = RetentionSettings()
    capacity: CapacitySettings = CapacitySettings()
    pool: PoolSettings = PoolSettings()
    milestones: MilestoneSettings = MilestoneSettings()
    economics: EconomicsSettings = EconomicsSettings()
    scenarios: tuple[ScenarioSettings, ...] = ()
    evidence: EvidenceSettings = EvidenceSettings()
    pilot: PilotSettings = PilotSettings()
    dues_payers: Literal["mark", "roll_up"] = "mark"
    max_loss: Share = 0.05
    overrides: str | None = None
    commentary: str | None = None
    report: ReportSettings = ReportSettings()

    @field_validator("name")
    @classmethod
    def _name_is_safe(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(SAFE_NAME, value):
            raise ValueError("use letters, digits, - and _ only, at most 64 of them")
        return value

    @field_validator("as_of", mode="before")
    @classmethod
    def _is_a_day(cls, value: object) -> object:
        if value == "last_month_end" or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValueError("write a day, such as 2025-12-31, or last_month_end")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(
                "the calendar has no such day; write one that it has, such as 2025-12-31, or last_month_end"
            ) from None

    @field_validator("attributes", "scenarios", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("tables", "joins", mode="before")
    @classmethod
    def _lists_of_files(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}

    @field_validator("values", "columns", mode="before")
    @classmethod
    def _raw_values_are_text(cls, value: object) -> object:
        """Let raw values be written plainly: 1 and true are the texts '1' and 'true' of the export."""
        if not isinstance(value, dict):
            return value
        return {
            key: {as_text(raw): as_text(canonical) for raw, canonical in mapping.items()}
            if isinstance(mapping, dict)
            else mapping
            for key, mapping in value.items()
        }

    @model_validator(mode="after")
    def _tables_are_known(self) -> EngagementSettings:
        problems = []
        if "members" not in self.tables:
            problems.append("tables needs the key members, the file of members")
        for table in sorted(set(self.joins) & set(TABLES) - set(self.tables)):
            problems.append(f"joins names {table}, which tables does not; name the file of its rows under tables")
        for key, named in (
            ("tables", self.tables),
            ("read", self.read),
            ("joins", self.joins),
            ("columns", self.columns),
        ):
            for table in sorted(set(named) - set(TABLES)):
                problems.append(f"{key} names the table '{table}'; tables are {', '.join(TABLES)}")
        for place in self.values:
            table, _, column = place.partition(".")
            if table not in TABLES or not column:
                problems.append(f"values names '{place}'; write table.column, such as members.status")
        doubled = {spec.name for spec in self.attributes if [a.name for a in self.attributes].count(spec.name) > 1}
        problems += [f"attributes names '{name}' twice" for name in sorted(doubled)]
        scenarios = [one.name for one in self.scenarios]
        problems += [f"scenarios names '{name}' twice" for name in sorted(set(scenarios)) if scenarios.count(name) > 1]
        if problems:
            raise ValueError("; ".join(problems))
        return self
