"""The AX instrument: which questions tell how a member needs to be served, and what their answers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pandas as pd
from pydantic import Field, field_validator, model_validator

from axlib.tables.engagement import Engagement, check_keys
from axlib.tables.money_columns import refuse_money
from axlib.tables.settings.keys import Keys
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.tables.yaml_files import read_yaml
from axlib.words.display import count_words, join_words
from axlib.words.errors import ConfigurationError
from axlib.words.results import Result
from axlib.words.vocabulary import ATTRIBUTE_KINDS, LIFECYCLE_STAGES

BUILT_IN = Path(__file__).with_name("instrument.yml")
Role = Literal["member", "msm", "consultant"]
ROLES: tuple[Role, ...] = ("member", "msm", "consultant")
Stage = Literal["onboarding", "first_year", "steady", "renewal", "growth", "at_risk"]
ItemKind = Literal["scale", "category", "number", "yes_no"]
#: Answers that decide before any segment does, and are no attributes.
GATES = ("success_potential", "declared_at_risk")
_MEASURED: Mapping[str, Literal["ordinal", "categorical", "numeric"]] = {
    "scale": "ordinal",
    "category": "categorical",
    "yes_no": "categorical",
    "number": "numeric",
}
_LISTS = ("points", "stages", "answered_by", "edges")
_WORD = r"^[a-z][a-z0-9_]{0,59}$"
Text = Annotated[str, Field(min_length=1, max_length=300)]


class InstrumentItem(Keys):
    """One question of the instrument.

    Attributes
    ----------
    id : str
        What the column ``item`` of answers holds.
    question : str
    becomes : str
        The attribute, or the gate, its answers are read as.
    kind : {'scale', 'category', 'number', 'yes_no'}
    points : tuple of str
        Of a scale: a word for each of 0 to 4.
    categories : dict of str to str
        Of a category: value -> how it is put.
    least, most : float, optional
        Of a number: what it can be.
    edges : (float, float), optional
        Of a number: between low, middle and high.
    stages : tuple of str
        Lifecycle stages in which it is asked.
    answered_by : tuple of str
        member, msm, consultant: who can know.
    """

    id: Annotated[str, Field(pattern=_WORD)]
    question: Text
    becomes: Annotated[str, Field(pattern=_WORD)]
    kind: ItemKind
    points: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    categories: dict[str, Text] = Field(default_factory=dict)
    least: float | None = None
    most: float | None = None
    edges: tuple[float, float] | None = None
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)] = LIFECYCLE_STAGES  # type: ignore[assignment]
    answered_by: Annotated[tuple[Role, ...], Field(min_length=1)] = ROLES

    @field_validator(*_LISTS, mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _complete(self) -> InstrumentItem:
        problems = [*_scale_problems(self), *_number_problems(self), *_attribute_problems(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def scale_text(self) -> str:
        """The possible answers in words."""
        match self.kind:
            case "scale":
                return "; ".join(f"{place} {word}" for place, word in enumerate(self.points))
            case "category":
                return "; ".join(f"{value}: {word}" for value, word in self.categories.items())
            case "yes_no":
                return "yes or no"
        low = "" if self.least is None else f" from {self.least:,.15g}"
        return f"a number{low}" + ("" if self.most is None else f" to {self.most:,.15g}")


def _scale_problems(item: InstrumentItem) -> list[str]:
    problems = []
    words = [word.casefold() for word in (*item.points, *item.categories.values())]
    if item.kind == "scale" and len(item.points) != 5:
        problems.append(f"kind: scale needs 5 points, a word for each of 0 to 4; got {len(item.points)}")
    if item.kind != "scale" and item.points:
        problems.append(f"points belong to kind: scale, not to {item.kind}")
    if item.kind == "category" and len(item.categories) < 2:
        problems.append(f"kind: category needs at least 2 categories; got {len(item.categories)}")
    if item.kind != "category" and item.categories:
        problems.append(f"categories belong to kind: category, not to {item.kind}")
    if len(set(words)) < len(words):
        problems.append("two answers have the same words; nobody could tell which was meant")
    return problems


def _number_problems(item: InstrumentItem) -> list[str]:
    problems = []
    given = [name for name in ("least", "most", "edges") if getattr(item, name) is not None]
    if item.kind != "number" and given:
        problems.append(f"only kind: number has {join_words(given)}; this is {item.kind}")
    if item.least is not None and item.most is not None and item.most <= item.least:
        problems.append(f"most must be above least; got {item.most:g} and {item.least:g}")
    if item.edges is not None and item.edges[1] <= item.edges[0]:
        problems.append(f"edges must rise; got {list(item.edges)}")
    return problems


def _attribute_problems(item: InstrumentItem) -> list[str]:
    """Refuse money, and a kind that is not the attribute's own."""
    if refuse_money(item.becomes):
        return [f"becomes '{item.becomes}', which is money; AX never sees what members pay"]
    known = ATTRIBUTE_KINDS.get(item.becomes)
    if known and known != _MEASURED[item.kind]:
        return [f"becomes '{item.becomes}', which is {known}; kind: {item.kind} would make it {_MEASURED[item.kind]}"]
    if item.becomes in GATES and item.kind != "yes_no":
        return [f"becomes '{item.becomes}', a gate; its kind must be yes_no"]
    return []


class _InstrumentFile(Keys):
    items: Annotated[tuple[InstrumentItem, ...], Field(min_length=1, max_length=200)]

    @field_validator("items", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True, eq=False, repr=False)
class Instrument(Result):
    """The questions of an intake, and what their answers mean.

    Attributes
    ----------
    items : tuple of InstrumentItem
        In the order they are asked.
    file : str
        Name of the file they come from.
    """

    items: tuple[InstrumentItem, ...]
    file: str

    title: ClassVar[str] = "What is asked at intake"

    def summary(self) -> pd.DataFrame:
        """Return one row per question."""
        rows = [
            {
                "item": item.id,
                "question": item.question,
                "answers": item.scale_text,
                "becomes": item.becomes,
                "stages": "all" if set(item.stages) == set(LIFECYCLE_STAGES) else ", ".join(item.stages),
                "answered_by": ", ".join(item.answered_by),
            }
            for item in self.items
        ]
        return pd.DataFrame(rows).astype("str")

    @property
    def attributes(self) -> tuple[AttributeSettings, ...]:
        """What the answers become, as an engagement declares attributes; gates are none."""
        found = {
            item.becomes: AttributeSettings(name=item.becomes, kind=_MEASURED[item.kind], edges=item.edges)
            for item in self.items
            if item.becomes not in GATES
        }
        return tuple(found.values())

    def find(self, item_id: str) -> InstrumentItem | None:
        """Return the item of an id, or None."""
        return next((item for item in self.items if item.id == item_id), None)

    @property
    def text(self) -> str:
        """How many questions there are, and how many of them a member can answer."""
        own = sum("member" in item.answered_by for item in self.items)
        return (
            f"{count_words(len(self.items), 'question')}; members can answer {own} of them themselves. "
            "None is about money."
        )


def read_instrument(path: Path | None = None) -> Instrument:
    """Read the AX instrument of a file; the built-in one without it.

    Parameters
    ----------
    path : Path, optional
        A YAML file with the key ``items``.

    Raises
    ------
    ConfigurationError
        Every problem of the file, one sentence each: keys, scales, money, ids given twice, items of one
        attribute that clash.

    Examples
    --------
    >>> read_instrument().find("guidance_need").points[0]
    'none'
    """
    file = path or BUILT_IN
    keys = read_yaml(file)
    if not isinstance(keys, dict):
        raise ConfigurationError(f"{file.name}: must hold the key items, a list of questions.")
    problems = _find_clashes(keys.get("items"), file.name)
    try:
        items = check_keys(_InstrumentFile, keys, file.name).items
    except ConfigurationError as error:
        raise ConfigurationError(*error.problems, *problems) from None
    if problems:
        raise ConfigurationError(*problems)
    return Instrument(items, file.name)


def find_instrument(engagement: Engagement) -> Instrument:
    """Return the questions an engagement asks: its own, or the built-in ones."""
    file = engagement.settings.intake.instrument
    return read_instrument(None if file == "default" else engagement.locate(file))


def _find_clashes(raw: object, file_name: str) -> list[str]:
    """Compare items with each other, as they stand in the file: whatever else is wrong is said elsewhere."""
    items: list[dict[str, Any]] = [item for item in raw if isinstance(item, dict)] if isinstance(raw, list) else []
    ids = [item["id"] for item in items if isinstance(item.get("id"), str)]
    problems = [f"{file_name}: the id '{name}' stands twice. Rename one." for name in _doubled(ids)]
    seen: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        if isinstance(item.get("becomes"), str) and re.match(_WORD, item["becomes"]):
            seen.setdefault(item["becomes"], []).append(item)
    for name, group in seen.items():
        shapes = {repr([item.get(key) for key in ("kind", "points", "categories", "least", "most", "edges")])
                  for item in group}  # fmt: skip
        stages = [stage for item in group for stage in item.get("stages") or LIFECYCLE_STAGES if isinstance(stage, str)]
        if len(shapes) > 1:
            problems.append(f"{file_name}: items that become '{name}' have different scales. Give them the same.")
        if len(group) > 1 and _doubled(stages):
            problems.append(
                f"{file_name}: two items become '{name}' in the same stage ({', '.join(_doubled(stages))}). "
                "Give each its own stages."
            )
    return problems


def _doubled(words: list[str]) -> list[str]:
    return sorted({word for word in words if words.count(word) > 1})
