"""Numbers, money and days by locale, and that nothing else writes them."""

import ast
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import babel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.words.display import (
    format_day,
    format_money,
    format_number,
    format_points,
    format_share,
    format_short,
    format_value,
)
from axlib.words.errors import UsageError
from axlib.words.number_formats import current_formats, find_formats, write_numbers_as

#: Written out after the Unicode CLDR's charts, not by the library that is tested.
WRITTEN = {
    None: ("−1,234,567.9", "26.5 %", "−$12.50", "€1,234,568", "CHF 99", "2025-12-31", "< 0.1 %"),
    "en-US": ("−1,234,567.9", "26.5%", "−$12.50", "€1,234,568", "CHF 99", "12/31/2025", "< 0.1%"),
    "en-GB": ("−1,234,567.9", "26.5%", "−US$12.50", "€1,234,568", "CHF 99", "31/12/2025", "< 0.1%"),
    "de-DE": ("−1.234.567,9", "26,5 %", "−12,50 $", "1.234.568 €", "99 CHF", "31.12.2025", "< 0,1 %"),
    "fr_FR": ("−1 234 567,9", "26,5 %", "−12,50 $US", "1 234 568 €", "99 CHF", "31/12/2025", "< 0,1 %"),
    "de-CH": ("−1’234’567.9", "26.5%", "−$ 12.50", "EUR 1’234’568", "CHF 99", "31.12.2025", "< 0.1%"),
    "en-IN": ("−12,34,567.9", "26.5%", "−$12.50", "€12,34,568", "CHF 99", "31/12/2025", "< 0.1%"),
    "sv": ("−1 234 567,9", "26,5 %", "−12,50 US$", "1 234 568 €", "99 CHF", "2025-12-31", "< 0,1 %"),
}
LOCALES = sorted(name for name in babel.localedata.locale_identifiers() if len(name) == 2)


@pytest.fixture(autouse=True)
def neutral():
    yield
    write_numbers_as(None)


def plainly(text):
    """All spaces as the ordinary one."""
    return re.sub(r"\s", " ", text)


@pytest.mark.parametrize("locale", WRITTEN)
def test_numbers_money_and_days_are_written_as_a_locale_has_them(locale):
    write_numbers_as(locale)
    written = (
        format_number(-1234567.891, 1),
        format_share(0.2654),
        format_money(-12.5, "USD"),
        format_money(1234567.8, "EUR"),
        format_money(99, "CHF"),
        format_day(date(2025, 12, 31)),
        format_share(0.00001),
    )
    assert tuple(map(plainly, written)) == WRITTEN[locale]


def test_everything_that_shows_a_value_goes_by_the_locale():
    write_numbers_as("de-DE")
    assert format_points(0.0314) == "+3,1"
    assert format_short(12.25) == "12,25"
    assert format_value(3.0, "load") == "3,00×"
    assert format_value("2025-12-31", "date") == "31.12.2025"
    assert format_value("2025-12-31", "text") == "2025-12-31"
    assert format_value(1234.5, "hours") == "1.234"
    assert format_value(1.5, "number") == "1,5"


@pytest.mark.parametrize("locale", [None, "de-DE"])
def test_what_rounds_to_nothing_has_no_sign(locale):
    write_numbers_as(locale)
    shown = [format_money(-0.0, "USD"), format_number(-0.4), format_share(-1e-9), format_points(-0.0001)]
    assert not any("−" in text or "-" in text for text in shown)
    assert "−" in format_number(-0.4, 1)


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e9, 1e9), st.integers(0, 4), st.sampled_from([None, *LOCALES]))
def test_a_number_can_be_read_back_in_every_language(value, digits, locale):
    """Whatever marks a locale uses, the digits are those of the neutral way of writing."""
    before = write_numbers_as(None)
    try:
        neutral = format_number(value, digits)
        write_numbers_as(locale)
        local = format_number(value, digits)
        mark = find_formats(locale).locale.number_symbols["latn"]["decimal"] if locale else "."
    finally:
        write_numbers_as(None)
    assert before is not None
    found = "".join(c for c in local if c.isdigit() or c == mark).replace(mark, ".")
    assert Decimal(found) == Decimal(neutral.replace(",", "").replace("−", ""))
    assert ("−" in local) == ("−" in neutral)


def test_what_is_no_locale_is_refused_and_nothing_changes():
    before = current_formats()
    with pytest.raises(UsageError, match="'german' is no locale; write a language and a country"):
        write_numbers_as("german")
    assert current_formats() is before


#: Where machines read what is written, or an error repeats what somebody wrote.
NOT_FOR_READERS = {"words/display.py", "words/number_formats.py", "words/locale_formats.py", "words/progress.py"}
NOT_FOR_READERS |= {"verbs/single_changes.py", "verbs/perturbation.py"}


def test_nothing_for_readers_writes_numbers_by_itself():
    """Words and pictures leave it to ``words.display``, for only there the locale is known."""
    package = Path(__file__).parents[2] / "axlib"
    files = [path for layer in ("words", "verbs", "pictures") for path in sorted((package / layer).rglob("*.py"))]
    found = [
        f"{path.relative_to(package)}:{part.lineno}"
        for path in files
        if path.relative_to(package).as_posix() not in NOT_FOR_READERS
        for part in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(part, ast.FormattedValue)
        and part.format_spec is not None
        and re.search(r",|[.][0-9]+|[fge%]$", ast.unparse(part.format_spec).strip("f'\""))
    ]
    assert len(files) > 100
    assert found == []
