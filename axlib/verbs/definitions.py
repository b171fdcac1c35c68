"""What each retention measure means, with an example worked by hand: the appendix of every report.

``definitions.yml`` beside this file is the one source: the tests run every example, the report prints it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import pandas as pd
from pydantic import Field

from axlib.tables.settings.keys import Keys
from axlib.tables.yaml_files import read_yaml
from axlib.words.display import format_number, format_short, format_value
from axlib.words.measures import find_measure
from axlib.words.results import Result
from axlib.words.table_faces import table_to_html

FILE = Path(__file__).with_name("definitions.yml")
Text = Annotated[str, Field(min_length=1)]


class Example(Keys):
    """A few members with their terms.

    Attributes
    ----------
    name, about : str
    since : {'opening', 'records'}
        Measured over the window, or followed since the records begin.
    terms, members : str
        Tables as printed.
    """

    name: Text
    about: Text
    since: Literal["opening", "records"] = "opening"
    terms: Text
    members: str = ""


class Definition(Keys):
    """One measure.

    Attributes
    ----------
    name : str
        The column of results.
    meaning, formula : str
    example : str
        Name of the example it is worked on.
    month : int
        Up to which month, for measures of survival.
    by_hand : str
        The sum as one would write it.
    expected : float
        What it comes to.
    """

    name: Text
    meaning: Text
    formula: Text
    example: Text
    month: int = 0
    by_hand: str | float
    expected: float


class DefinitionsFile(Keys):
    """The file as a whole."""

    examples: list[Example]
    measures: list[Definition]


@dataclass(frozen=True, eq=False, repr=False)
class Definitions(Result):
    """The measures of retention and what they mean.

    Attributes
    ----------
    table : DataFrame, one row per measure
        ``name``, ``measure`` (its label), ``meaning``, ``formula``, ``worked`` (an example by hand).
    examples : DataFrame, one row per term
        ``example``, ``member_id``, ``starts_on``, ``ends_on``, ``annual_amount``, ``joined_on``; as text.
    about : tuple of str
        What each example holds, in a sentence.
    """

    table: pd.DataFrame
    examples: pd.DataFrame
    about: tuple[str, ...]

    title: ClassVar[str] = "What the measures mean"

    def summary(self) -> pd.DataFrame:
        """Return one row per measure."""
        return self.table[["measure", "meaning", "formula", "worked"]]

    @property
    def text(self) -> str:
        """What the letters stand for."""
        return (
            "r0 and r1 are what a member of the closed cohort pays a year when the window opens and when it closes; of "
            "who is gone, r1 is 0. In the examples the window is the year 2025 and the grace 30 days. "
            f"{' '.join(self.about)}"
        )

    def _repr_html_(self) -> str:
        examples = table_to_html(self.examples, caption="The examples", file_name="examples")
        return f"{super()._repr_html_()}{examples}"


def read_definitions() -> DefinitionsFile:
    """Read the file of definitions."""
    return DefinitionsFile.model_validate(read_yaml(FILE))


def list_definitions() -> Definitions:
    """List what each retention measure means, with an example worked by hand."""
    file = read_definitions()
    rows = [
        {
            "name": item.name,
            "measure": find_measure(item.name).label,
            "meaning": item.meaning,
            "formula": item.formula,
            "worked": _work(item),
        }
        for item in file.measures
    ]
    examples = pd.concat(map(_show, file.examples), ignore_index=True)
    about = tuple(f"{example.name}: {example.about}." for example in file.examples)
    return Definitions(pd.DataFrame(rows).astype("str"), examples, about)


def split_columns(printed: str) -> pd.DataFrame:
    """Read a table as it is printed: names above, one row a line, columns apart by two spaces or more; all text."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in printed.strip().splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0], dtype="str")


def _work(item: Definition) -> str:
    value = format_value(float(item.expected), find_measure(item.name).unit)
    if isinstance(item.by_hand, float):
        by_hand = format_short(item.by_hand)
    else:
        by_hand = re.sub(r"\d[\d,]*", lambda figure: format_number(int(figure[0].replace(",", ""))), item.by_hand)
    result = "" if by_hand == value else f" = {value}"
    up_to = f", month {item.month}" if item.month else ""
    return f"{item.example}{up_to}: {by_hand}{result}"


def _show(example: Example) -> pd.DataFrame:
    terms = split_columns(example.terms)
    joined = split_columns(example.members).set_index("member_id")["joined_on"] if example.members else None
    known = terms["member_id"].map(joined) if joined is not None else pd.Series("", index=terms.index, dtype="str")
    return terms.assign(example=example.name, joined_on=known)[
        ["example", "member_id", "starts_on", "ends_on", "annual_amount", "joined_on"]
    ].astype("str")
