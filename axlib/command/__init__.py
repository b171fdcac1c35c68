"""The command line: it reads words, calls one function, and sets the exit code. Nothing else is decided here.

Names of the library are reached through ``axlib`` itself, so that a command loads only what it uses.
"""

from axlib.command.entry import commands, main
from axlib.command.options import EXIT_CODES

__all__ = ["EXIT_CODES", "commands", "main"]
