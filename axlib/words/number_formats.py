"""How numbers, money and days are written: neutral of language, or by a locale of the Unicode CLDR.

One choice holds for a process, made before anything is put into words: a report's words, tables and pictures come from
many places, and must agree on what a comma means. Files for machines are never written by it.
"""

from __future__ import annotations

import importlib
from datetime import date
from functools import cache

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "JPY": "¥", "INR": "₹"}


class NumberFormats:
    """Neutral of language: 1,234.5, 26.5 %, $1,234 and 2025-12-31."""

    def write_number(self, value: float, digits: int) -> str:
        """Write a number with its sign, thousands grouped."""
        return f"{value:,.{digits}f}"

    def write_share(self, value: float, digits: int) -> str:
        """Write a share of 1 in percent."""
        return f"{100 * value:.{digits}f} %"

    def write_money(self, value: float, currency: str, digits: int) -> str:
        """Write money with the sign or code of its currency."""
        unit = SIGNS.get(currency, f"{currency} " if currency else "")
        return f"{'-' if value < 0 else ''}{unit}{abs(value):,.{digits}f}"

    def write_day(self, day: date) -> str:
        """Write a day in figures."""
        return day.strftime("%Y-%m-%d")


_chosen: list[NumberFormats] = [NumberFormats()]


def current_formats() -> NumberFormats:
    """Say by which formats numbers are written now."""
    return _chosen[0]


def write_numbers_as(locale: str | None) -> NumberFormats:
    r"""Choose how numbers, money and days are written from here on.

    Parameters
    ----------
    locale : str or None
        Such as ``de-DE`` or ``en-IN``; None is neutral of language.

    Returns
    -------
    NumberFormats
        What held before.

    Raises
    ------
    UsageError
        The Unicode CLDR knows no such locale.

    Examples
    --------
    >>> from axlib.words.display import format_money, format_share
    >>> _ = write_numbers_as("de-DE")
    >>> format_money(1234567.8, "EUR"), format_share(0.265)
    ('1.234.568\xa0€', '26,5\xa0%')
    >>> _ = write_numbers_as(None)
    """
    before = _chosen[0]
    _chosen[0] = find_formats(locale) if locale else NumberFormats()
    return before


def restore_formats(before: NumberFormats) -> None:
    """Write numbers again as before, by what ``write_numbers_as`` returned."""
    _chosen[0] = before


@cache
def find_formats(locale: str) -> NumberFormats:
    """Find how a locale writes numbers; what knows of locales is loaded only here.

    Raises
    ------
    UsageError
        The Unicode CLDR knows no such locale.
    """
    formats: NumberFormats = importlib.import_module("axlib.words.locale_formats").LocaleFormats(locale)
    return formats
