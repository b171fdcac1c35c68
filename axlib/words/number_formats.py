"""How numbers, money and days are written: neutral of language, or by a locale of the Unicode CLDR.

One choice holds for a process, made before anything is put into words: a report's words, tables and pictures come from
many places, and must agree on what a comma means. Files for machines are never written by it.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from axlib.words.errors import UsageError

if TYPE_CHECKING:
    from babel import Locale

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


class LocaleFormats(NumberFormats):
    """As a locale writes them; digits stay 0-9."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def _pattern(self, pattern: str, digits: int) -> str:
        """Put as many decimals into a pattern as are asked for."""
        whole, dot, rest = pattern.partition(".")
        after = rest.lstrip("0#") if dot else ""
        if not dot:
            end = max(whole.rfind("0"), whole.rfind("#")) + 1
            whole, after = whole[:end], whole[end:]
        return f"{whole}{'.' + '0' * digits if digits else ''}{after}"

    def write_number(self, value: float, digits: int) -> str:
        """Write a number with its sign, thousands grouped."""
        from babel.numbers import format_decimal

        pattern = self._pattern(self.locale.decimal_formats[None].pattern, digits)
        return str(format_decimal(f"{value:.{digits}f}", format=pattern, locale=self.locale))

    def write_share(self, value: float, digits: int) -> str:
        """Write a share of 1 in percent."""
        from babel.numbers import format_percent

        pattern = self._pattern(self.locale.percent_formats[None].pattern, digits)
        return str(format_percent(f"{value:.{digits + 2}f}", format=pattern, locale=self.locale))

    def write_money(self, value: float, currency: str, digits: int) -> str:
        """Write money with the sign or code of its currency."""
        from babel.numbers import format_currency

        if not currency:
            return self.write_number(value, digits)
        pattern = self._pattern(self.locale.currency_formats["standard"].pattern.split(";")[0], digits)
        amount = f"{value:.{digits}f}"
        text = str(format_currency(amount, currency, format=pattern, locale=self.locale, currency_digits=False))
        # The CLDR's rule of spacing: letters of a currency do not touch its figures.
        return re.sub(r"(?<=[^\W\d_])(?=\d)", "\N{NO-BREAK SPACE}", text)

    def write_day(self, day: date) -> str:
        """Write a day in figures."""
        from babel.dates import format_skeleton

        return str(format_skeleton("yMd", day, locale=self.locale))


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
    _chosen[0] = LocaleFormats(find_locale(locale)) if locale else NumberFormats()
    return before


@cache
def find_locale(name: str) -> Locale:
    """Find a locale by its name, with - or _ between language and country.

    Raises
    ------
    UsageError
        The Unicode CLDR knows no such locale.
    """
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise UsageError(
            f"'{name}' is no locale; write a language and a country, such as en-GB, de-DE or fr-CA"
        ) from None
