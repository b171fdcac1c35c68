"""Commands for the Member Success Profiles: the workbook, what comes back in it, the update file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

import axlib
from axlib.command.options import ENGAGEMENT, PARAMETERS
from axlib.words.errors import DataError


@click.group()
def profiles() -> None:
    """Write the Member Success Profile workbook, read it back, or export for the membership system."""


@profiles.command("write")
@ENGAGEMENT
@PARAMETERS
@click.option("--out", type=click.Path(path_type=Path), help="The workbook; profiles.xlsx beside the engagement file.")
@click.option("--pseudonymised", is_flag=True, help="Without names and e-mails: members have keyed pseudonyms.")
def write_profiles(
    engagement: Path, parameters: tuple[tuple[str, str], ...], out: Path | None, pseudonymised: bool
) -> None:
    """Write the profiles of ENGAGEMENT's current members as a workbook that its owner alone can read."""
    opened = axlib.read_engagement(engagement, **axlib.read_parameters(dict(parameters)))  # type: ignore[operator]
    built = axlib.build_profiles(axlib.diagnose(opened))  # type: ignore[operator]
    if pseudonymised:
        built = axlib.pseudonymise_profiles(built, key=axlib.read_key(opened.path.parent, make=True))  # type: ignore[operator]
    path = axlib.write_workbook(built, out or opened.path.parent / "profiles.xlsx", written_on=date.today())  # type: ignore[operator]
    click.echo(f"{built.text}\n{path}")


@profiles.command("read")
@click.argument("workbooks", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--engagement", type=click.Path(path_type=Path), help="The engagement file, if it is not beside the first workbook."
)
@click.option("--write", is_flag=True, help="Add new files of answers, milestones and outcomes to the engagement.")
def take_profiles(workbooks: tuple[Path, ...], engagement: Path | None, write: bool) -> None:
    """Say what is new in WORKBOOKS sent back; with --write add it to the engagement, all or nothing."""
    opened = axlib.read_engagement(engagement or workbooks[0].parent)  # type: ignore[operator]
    read = axlib.read_workbooks(workbooks, engagement=opened, on=date.today())  # type: ignore[operator]
    click.echo(read.changes)
    for note in read.changes.notes:
        click.echo(f"  note: {note.sentence}")
    if read.changes.problems:
        raise DataError(*(problem.sentence for problem in read.changes.problems))
    if not read.new.files:
        return
    if write:
        for path in axlib.write_files(read.new):  # type: ignore[operator]
            click.echo(f"written: {path}")
    else:
        click.echo("Nothing was written. With --write these files would be added:")
        for path in read.new.files:
            click.echo(f"  {path}")
    if read.new.lines:
        click.echo("\n".join([f"Name them in {opened.path.name}:", "tables:", *read.new.lines]))


@profiles.command("export")
@ENGAGEMENT
@PARAMETERS
@click.option("--profile", "system", required=True, help="The membership system, such as civicrm or wild_apricot.")
@click.option("--since", type=click.Path(path_type=Path), help="The last update file: only what has changed since it.")
@click.option("--out", type=click.Path(path_type=Path), help="The update file; beside the engagement file if left out.")
def export_profiles(
    engagement: Path, parameters: tuple[tuple[str, str], ...], system: str, since: Path | None, out: Path | None
) -> None:
    """Write an update file for ENGAGEMENT's membership system, in its import headers: changed members only."""
    opened = axlib.read_engagement(engagement, **axlib.read_parameters(dict(parameters)))  # type: ignore[operator]
    diagnosis = axlib.diagnose(opened)  # type: ignore[operator]
    update = axlib.export_update(diagnosis, system=system, since=since)  # type: ignore[operator]
    click.echo(update.text)
    if len(update.table):
        target = out or opened.path.parent / f"{update.system}_update_{opened.as_of}.csv"
        click.echo(axlib.write_update(update, target))  # type: ignore[operator]
