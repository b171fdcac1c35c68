"""Errors that users can act on: each carries its problems as sentences and its exit code.

A sentence names who complains, what about, the value found, the rule, and the remedy. All problems are
collected and raised together, so that a user repairs a file once and not once per problem.
The command line prints the sentences without a traceback; anything else that is raised is our defect.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class AxError(Exception):
    """An error a user can mend.

    Parameters
    ----------
    *problems : str
        One sentence per problem.

    Attributes
    ----------
    exit_code : int
        What the command line returns, so that a scheduler knows why without reading logs.
    may_pass_again : bool
        Whether the same run may pass on another try, with nothing changed.
    """

    exit_code = 1
    may_pass_again = False

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))

    def __reduce__(self) -> tuple[type[AxError], tuple[str, ...]]:
        return type(self), self.problems


class DefectError(AxError):
    """Something of ours failed; neither the data nor the call are at fault."""

    exit_code = 1


class UsageError(AxError):
    """The command was called wrongly."""

    exit_code = 2


class DataError(AxError):
    """The data cannot carry what was asked of them."""

    exit_code = 10


class ConfigurationError(AxError):
    """The engagement file or a parameter is wrong."""

    exit_code = 11


class NotebookError(AxError):
    """A chapter failed, so nothing was published."""

    exit_code = 12


class EndedError(NotebookError):
    """A run took too long or its process died, so nothing was published."""

    may_pass_again = True


class BusyError(AxError):
    """Another run holds this report."""

    exit_code = 13
    may_pass_again = True


class BatchError(AxError):
    """Some reports of a batch failed."""

    exit_code = 14


class AxWarning(UserWarning):
    """Something a reader of the report should know."""


def suggest(word: str, known: Iterable[str]) -> str:
    """Say what a misspelt word may have meant, or what there is to choose from.

    Examples
    --------
    >>> suggest("n_segmnts", ["n_segments", "seed"])
    "Did you mean 'n_segments'?"
    >>> suggest("zzz", ["high", "low"])
    'Known: high, low.'
    """
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(names) or 'none'}."
