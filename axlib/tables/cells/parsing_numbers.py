"""Numbers and money as people write them: $1,234.50, (1.234,50), 1.2k, 12 %.

Only what a column's values do not say themselves is decided for the whole column: whether 1,234 and 1.234
are thousands or decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Decimal = Literal[".", ","]

_PLAIN = r"^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?$"
_CODES = "usd|eur|gbp|cad|aud|nzd|chf|jpy|inr|sek|nok|dkk|pln|czk|huf|mxn|brl|zar|sgd|hkd|kr|zł|rs"
_CURRENCY = rf"(?i)(?:(?:us|ca|au|nz|hk|c|a|s)?[$€£¥₹₽₺₩]|^\s*[-+(]?\s*(?:{_CODES})\b\.?|\b(?:{_CODES})\.?\s*\)?$)"
_SIGNS = {"−": "-", "–": "-", "‑": "-"}
_FACTORS = {"k": 1e3, "m": 1e6, "mm": 1e6, "mio": 1e6, "bn": 1e9}


class NumberEvidence(NamedTuple):
    """What a column's values say about its decimal sign.

    Attributes
    ----------
    point, comma : int
        Distinct values that can only be read with a decimal point, or with a decimal comma.
    unclear_point, unclear_comma : tuple of str
        Values such as 1.234 and 1,234 that say nothing by themselves, a few examples.
    """

    point: int
    comma: int
    unclear_point: tuple[str, ...]
    unclear_comma: tuple[str, ...]


class ParsedNumbers(NamedTuple):
    """Distinct texts as numbers.

    Attributes
    ----------
    values : array of float
        NaN where a text is no number.
    unreadable : array of bool
    """

    values: NDArray[np.float64]
    unreadable: NDArray[np.bool_]


class _Cores(NamedTuple):
    cores: pd.Series
    negative: NDArray[np.bool_]
    factor: NDArray[np.float64]


def weigh_decimals(texts: pa.Array) -> NumberEvidence:
    """Count what the distinct values of a column say about the decimal sign.

    Examples
    --------
    >>> weigh_decimals(pa.array(["1,234.50", "1,234"], pa.large_string()))
    NumberEvidence(point=1, comma=0, unclear_point=(), unclear_comma=('1,234',))
    """
    if _all_plain(texts) and not _any(texts, r"^-?[1-9]\d{0,2}\.\d{3}$"):
        return NumberEvidence(1, 0, (), ())
    shape = _shapes(_cores(texts).cores)
    original = np.array(texts.to_pylist(), dtype=object)

    def examples(name: str) -> tuple[str, ...]:
        return tuple(original[shape == name][:3])

    return NumberEvidence(
        int(np.isin(shape, ["point", "comma_thousands"]).sum()),
        int(np.isin(shape, ["comma", "point_thousands"]).sum()),
        examples("unclear_point"),
        examples("unclear_comma"),
    )


def decide_decimal(evidence: NumberEvidence, *, declared: Decimal | None = None) -> tuple[Decimal | None, str]:
    """Decide once how the unclear values of a column are read.

    Returns
    -------
    decimal : {'.', ','} or None
        None where it cannot be decided and must be asked.
    why : str

    Examples
    --------
    >>> decide_decimal(NumberEvidence(3, 0, (), ("1,234",)))
    ('.', '3 values can only be read with a decimal point')
    >>> decide_decimal(NumberEvidence(0, 0, ("1.234",), ()))[0] is None
    True
    """
    if declared:
        return declared, "declared in the engagement file"
    if evidence.point and not evidence.comma:
        return ".", f"{evidence.point:,} values can only be read with a decimal point"
    if evidence.comma and not evidence.point:
        return ",", f"{evidence.comma:,} values can only be read with a decimal comma"
    unclear = evidence.unclear_point + evidence.unclear_comma
    if not unclear:
        return ".", "every value says itself how it is read" if evidence.comma else "whole numbers"
    if evidence.point:
        return None, f"some values have a decimal point, some a decimal comma, and {unclear[0]} may be either"
    if evidence.unclear_comma and not evidence.unclear_point:
        return ".", "commas stand before three digits only, so they are read as thousands"
    return None, f"nothing says whether {unclear[0]} is a decimal or thousands"


def parse_numbers(texts: pa.Array, *, decimal: Decimal) -> ParsedNumbers:
    """Read distinct texts as numbers.

    Parameters
    ----------
    texts : Array of large_string
        Distinct, without missing ones.
    decimal : {'.', ','}
        How values that may be either are read.

    Returns
    -------
    ParsedNumbers
        Parentheses and a minus before or behind make a number negative; k, m and bn multiply; a per cent
        sign divides by 100.

    Examples
    --------
    >>> texts = ["$1,234", "(1,234.50)", "€ 1.234,50", "1.2k", "12 %", "50-", "abc"]
    >>> parse_numbers(pa.array(texts, pa.large_string()), decimal=".").values.tolist()
    [1234.0, -1234.5, 1234.5, 1200.0, 0.12, -50.0, nan]
    """
    if _all_plain(texts) and decimal == ".":
        values = pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False)
        return ParsedNumbers(values, np.zeros(len(values), dtype=bool))
    cores, negative, factor = _cores(texts)
    shape = _shapes(cores)
    comma = np.isin(shape, ["comma", "point_thousands"])
    unclear = np.isin(shape, ["unclear_point", "unclear_comma"])
    comma |= unclear & (decimal == ",")
    plain = cores.where(~comma, cores.str.replace(".", "", regex=False).str.replace(",", ".", regex=False))
    plain = plain.where(comma, plain.str.replace(",", "", regex=False))
    values = pd.to_numeric(plain.where(shape != "none"), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    values = np.where(negative, -values, values) * factor
    # Multiplying makes 1.2 * 1000 into 1199.9999…; money and counts have at most six decimals.
    values = np.where(factor == 1, values, np.round(values, 6))
    return ParsedNumbers(values, np.isnan(values))


def _all_plain(texts: pa.Array) -> bool:
    return len(texts) == 0 or bool(pc.all(pc.match_substring_regex(texts, _PLAIN)).as_py())


def _any(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(texts, pattern)).as_py())


def _cores(texts: pa.Array) -> _Cores:
    """Take off currency, sign and factor; what is left should be digits, points and commas."""
    text = texts
    for sign, plain in _SIGNS.items():
        text = pc.replace_substring(text, sign, plain)
    text = pc.replace_substring_regex(text, _CURRENCY, "")
    text = pc.replace_substring_regex(text, r"[\s'’`\x{00a0}\x{202f}\x{2009}]+", "")
    series = pd.Series(pd.array(text.to_pandas(), dtype=pd.StringDtype("pyarrow", na_value=np.nan)))
    brackets = series.str.match(r"^-?\(.*\)$").to_numpy(dtype=bool)
    series = series.str.replace(r"[()]", "", regex=True)
    minus = series.str.match(r"^-|.*-$").to_numpy(dtype=bool)
    series = series.str.replace(r"^[-+]|[-+]$|(?:,|\.)-+$", "", regex=True)
    scale = series.str.extract(r"(?i)^[\d.,]+(mm|mio|bn|k|m|%)\.?$", expand=False)
    factor = scale.str.lower().map({**_FACTORS, "%": 0.01}).to_numpy(dtype=float, na_value=1.0)
    series = series.str.replace(r"(?i)(?:mm|mio|bn|k|m|%)\.?$", "", regex=True)
    return _Cores(series, brackets | minus, np.where(np.isnan(factor), 1.0, factor))


_SHAPES: tuple[tuple[str, str], ...] = (
    ("plain", r"\d+"),
    ("unclear_point", r"[1-9]\d{0,2}\.\d{3}"),
    ("unclear_comma", r"[1-9]\d{0,2},\d{3}"),
    ("point", r"\d*\.\d+(?:[eE][-+]?\d{1,3})?|\d+\.|\d+[eE][-+]?\d{1,3}"),
    ("comma", r"\d*,\d+|\d+,"),
    ("comma_thousands", r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?"),
    ("point_thousands", r"\d{1,3}(?:\.\d{3})+(?:,\d*)?"),
)


def _shapes(cores: pd.Series) -> NDArray[np.str_]:
    shape = np.full(len(cores), "none", dtype="<U16")
    full: Callable[[str], NDArray[np.bool_]] = lambda pattern: cores.str.fullmatch(pattern).to_numpy(dtype=bool)  # noqa: E731
    for name, pattern in _SHAPES:
        shape[(shape == "none") & full(pattern)] = name
    return shape
