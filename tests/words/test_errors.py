import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.words import errors
from axlib.words.errors import AxError, DataError, suggest

CODES = {
    "AxError": 1, "UsageError": 2, "DataError": 10, "ConfigurationError": 11, "NotebookError": 12, "BusyError": 13,
    "BatchError": 14, "DefectError": 1, "EndedError": 12,
}  # fmt: skip


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_every_error_has_the_exit_code_that_is_published(name, code):
    assert getattr(errors, name).exit_code == code


def test_all_errors_are_listed_here():
    found = {name for name, item in vars(errors).items() if isinstance(item, type) and issubclass(item, AxError)}
    assert found == set(CODES)


def test_problems_are_kept_apart_and_shown_line_by_line():
    error = DataError("One.", "Two.")
    assert error.problems == ("One.", "Two.")
    assert str(error) == "One.\nTwo."


def test_an_error_crosses_processes_whole():
    error = pickle.loads(pickle.dumps(DataError("One.", "Two.")))
    assert (type(error), error.problems) == (DataError, ("One.", "Two."))


@given(st.lists(st.text(min_size=1), min_size=1, unique=True))
def test_a_word_that_is_known_is_suggested(words):
    assert suggest(words[0], words) == f"Did you mean '{words[0]}'?"


def test_nothing_known_is_said_so():
    assert suggest("a", []) == "Known: none."
