"""The command itself: where it starts, and how it ends."""

from __future__ import annotations

import os
import sys
import traceback
from typing import NoReturn

import click

from axlib.command.looking import check, demo, new, params, results, schema
from axlib.command.options import EXIT_CODES
from axlib.command.profile_workbooks import profiles
from axlib.command.unattended import backtest, batch, run
from axlib.words.errors import AxError

# One thread of linear algebra per process: on a busy machine two are many times slower. Kernels inherit it.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
# A kernel that a user registered elsewhere under our kernel's name must not run our chapters.
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="axlib", prog_name="axlib")
def commands() -> None:
    """Segment an association's members by Appropriate Experience, and report what follows."""


for _command in (run, backtest, batch, check, results, new, params, schema, demo, profiles):
    commands.add_command(_command)


def main() -> NoReturn:
    """Run a command; print errors that users can mend without a traceback, and leave with their code."""
    try:
        commands(standalone_mode=False)
        sys.exit(0)
    except AxError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception:
        traceback.print_exc()
        sys.exit(1)
