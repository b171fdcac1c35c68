"""How a locale writes numbers, money and days, by the Unicode CLDR."""

from __future__ import annotations

import re
from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent

from axlib.words.errors import UsageError
from axlib.words.number_formats import NumberFormats


class LocaleFormats(NumberFormats):
    """As a locale writes them; digits stay 0-9.

    Parameters
    ----------
    name : str
        Language and country, with - or _ between them.

    Raises
    ------
    UsageError
        The Unicode CLDR knows no such locale.
    """

    def __init__(self, name: str) -> None:
        try:
            self.locale = Locale.parse(name.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            raise UsageError(
                f"'{name}' is no locale; write a language and a country, such as en-GB, de-DE or fr-CA"
            ) from None

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
        pattern = self._pattern(self.locale.decimal_formats[None].pattern, digits)
        return str(format_decimal(f"{value:.{digits}f}", format=pattern, locale=self.locale))

    def write_share(self, value: float, digits: int) -> str:
        """Write a share of 1 in percent."""
        pattern = self._pattern(self.locale.percent_formats[None].pattern, digits)
        return str(format_percent(f"{value:.{digits + 2}f}", format=pattern, locale=self.locale))

    def write_money(self, value: float, currency: str, digits: int) -> str:
        """Write money with the sign or code of its currency."""
        if not currency:
            return self.write_number(value, digits)
        pattern = self._pattern(self.locale.currency_formats["standard"].pattern.split(";")[0], digits)
        amount = f"{value:.{digits}f}"
        text = str(format_currency(amount, currency, format=pattern, locale=self.locale, currency_digits=False))
        # The CLDR's rule of spacing: letters of a currency do not touch its figures.
        return re.sub(r"(?<=[^\W\d_])(?=\d)", "\N{NO-BREAK SPACE}", text)

    def write_day(self, day: date) -> str:
        """Write a day in figures."""
        return str(format_skeleton("yMd", day, locale=self.locale))
