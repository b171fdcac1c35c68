"""The command line: it reads words, calls one function, and sets the exit code. Nothing else is decided here.

Names of the library are reached through ``axlib`` itself, so that a command loads only what it uses.
"""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import NoReturn

import click

import axlib
from axlib.words.errors import AxError, DataError, UsageError

# One thread of linear algebra per process: on a busy machine two are many times slower. Kernels inherit it.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
# A kernel that a user registered elsewhere under our kernel's name must not run our chapters.
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"

EXIT_CODES = """
\b
Exit codes:
   0  done, published, or unchanged with --if-changed
   1  a defect of ours; where it arose is said, --debug keeps the traceback
   2  the command was written wrongly
  10  the data cannot carry it, or files cannot be read or written
  11  the engagement file or a parameter is wrong
  12  a notebook failed, took too long, or its process died; nothing was
      published
  13  another run holds this report
  14  some reports of a batch failed; the others are published
"""


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="axlib", prog_name="axlib")
def commands() -> None:
    """Segment an association's members by Appropriate Experience, and report what follows."""


_ENGAGEMENT = click.argument("engagement", type=click.Path(path_type=Path))
_PARAMETERS = click.option(
    "-p",
    "--parameter",
    "parameters",
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="Lay a parameter over the engagement file, such as: -p retention_grace_days 60. See axlib params.",
)

_REPORTS = click.option(
    "--reports", type=click.Path(path_type=Path), default="reports", show_default=True, help="Root of all reports."
)


_SECONDS = click.FloatRange(min=0, min_open=True)
_LIMITS = (
    click.option("--timeout", type=_SECONDS, default=3600, show_default=True, help="Seconds one report may take."),
    click.option(
        "--cell-timeout", type=_SECONDS, default=600, show_default=True, help="Seconds one cell of a chapter may take."
    ),
    click.option(
        "--memory-gb", type=_SECONDS, help="Memory each process may take beyond what a worker has (Linux); no limit."
    ),
    click.option("--kernels", is_flag=True, help="Run chapters in Jupyter kernels: slower; as without forks."),
    click.option("--debug", is_flag=True, help="Keep tracebacks, which may hold data, in a file only you can read."),
    click.option(
        "--log",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Add one JSON line per step to this file; to standard error without it, where that is no terminal.",
    ),
)


def _limits(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of whatever runs unattended."""
    for option in reversed(_LIMITS):
        command = option(command)
    return command


@commands.command(epilog=EXIT_CODES)
@_ENGAGEMENT
@_PARAMETERS
@_REPORTS
@click.option("--if-changed", is_flag=True, help="Do nothing if nothing the report depends on has changed.")
@click.option("--keep", type=click.IntRange(min=1), help="Runs of this report that stay; all without it.")
@click.option("--pdf", is_flag=True, help="Print the client's page to client/report.pdf too, by a browser here.")
@_limits
def run(
    engagement: Path,
    parameters: tuple[tuple[str, str], ...],
    reports: Path,
    if_changed: bool,
    keep: int | None,
    pdf: bool,
    timeout: float,
    cell_timeout: float,
    memory_gb: float | None,
    kernels: bool,
    debug: bool,
    log: Path | None,
) -> None:
    """Publish the report of ENGAGEMENT, whole or not at all."""
    given = dict(parameters)
    with _telling(log, steps=13 + pdf + (keep is not None)) as tell:
        if if_changed:
            page = axlib.find_unchanged(engagement, reports=reports, parameters=given, pdf=pdf)  # type: ignore[operator]
            if page:
                tell({"report": page.parent.name, "step": "run", "status": "unchanged"})
                click.echo(f"{page} unchanged")
                return
        published = axlib.run_report(  # type: ignore[operator]
            engagement,
            reports=reports,
            parameters=given,
            keep=keep,
            pdf=pdf,
            cell_seconds=cell_timeout,
            run_seconds=timeout,
            memory_gb=memory_gb,
            kernels=kernels,
            debug=debug,
            progress=tell,
        )
    click.echo(published.page)


@commands.command(epilog=EXIT_CODES)
@_ENGAGEMENT
@_PARAMETERS
@_REPORTS
@click.option("--quarters", type=click.IntRange(1, 40), default=4, show_default=True, help="Past quarters to report.")
@_limits
def backtest(
    engagement: Path,
    parameters: tuple[tuple[str, str], ...],
    reports: Path,
    quarters: int,
    timeout: float,
    cell_timeout: float,
    memory_gb: float | None,
    kernels: bool,
    debug: bool,
    log: Path | None,
) -> None:
    """Publish ENGAGEMENT as it would have been at the ends of past quarters, from what was known then."""
    opened = axlib.read_engagement(engagement, **axlib.read_parameters(dict(parameters)))  # type: ignore[operator]
    with _telling(log, steps=11 * quarters) as tell, axlib.Worker() as worker:  # type: ignore[operator]
        for day in axlib.past_quarter_ends(opened.as_of, n=quarters):  # type: ignore[operator]
            published = axlib.run_report(  # type: ignore[operator]
                engagement,
                reports=reports,
                parameters={**dict(parameters), "as_of": day.isoformat(), "as_known": "then"},
                cell_seconds=cell_timeout,
                run_seconds=timeout,
                memory_gb=memory_gb,
                kernels=kernels,
                debug=debug,
                progress=tell,
                worker=worker,
            )
            click.echo(published.folder)


@commands.command(epilog=EXIT_CODES)
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1, required=True)
@_REPORTS
@click.option("--jobs", type=click.IntRange(min=1), help="Reports made at once; as many as there are cores without it.")
@click.option("--if-changed", is_flag=True, help="Skip reports nothing has changed for.")
@click.option("--keep", type=click.IntRange(min=1), help="Runs of each report that stay; all without it.")
@click.option("--pdf", is_flag=True, help="Print each client's page too, by a browser here.")
@click.option(
    "--retries", type=click.IntRange(min=0), default=1, show_default=True, help="Of what may pass on another try."
)
@click.option("--cluster", metavar="ADDRESS", help="Send the reports to this dask.distributed scheduler.")
@click.option("--on-failure", metavar="COMMAND", help="Gets the summary on its standard input if any failed.")
@_limits
def batch(
    paths: tuple[Path, ...],
    reports: Path,
    jobs: int | None,
    if_changed: bool,
    keep: int | None,
    pdf: bool,
    retries: int,
    cluster: str | None,
    on_failure: str | None,
    timeout: float,
    cell_timeout: float,
    memory_gb: float | None,
    kernels: bool,
    debug: bool,
    log: Path | None,
) -> None:
    """Publish the reports of many engagements: files, or folders that hold some."""
    like = axlib.ReportJob(  # type: ignore[operator]
        "",
        keep=keep,
        pdf=pdf,
        cell_seconds=cell_timeout,
        run_seconds=timeout,
        memory_gb=memory_gb,
        kernels=kernels,
        debug=debug,
    )
    place = axlib.connect_cluster(cluster) if cluster else nullcontext()  # type: ignore[operator]
    rows: list[dict[str, object]] = []
    with _telling(log) as tell, place as executor:

        def ended(row: object) -> None:
            rows.append(vars(row))
            tell({**vars(row), "step": "report", "error": vars(row)["error"] or None})

        try:
            axlib.run_batch(  # type: ignore[operator]
                paths,
                reports=reports,
                like=like,
                jobs=jobs,
                if_changed=if_changed,
                retries=retries,
                executor=executor,
                progress=ended,
                steps=tell,
                on_failure=shlex.split(on_failure) if on_failure else (),
            )
        finally:
            for row in sorted(rows, key=lambda row: str(row["report"])):
                line = "{report:24} {status:10} {seconds:8.1f} s  {tries} tried  exit {exit_code}  {error}"
                click.echo(line.format(**row).rstrip())
    click.echo(f"{len(rows)} reports, none failed")


@commands.command()
@_ENGAGEMENT
@click.option("--request", type=click.Path(path_type=Path), help="Write the request for missing data as an HTML page.")
@click.option(
    "--set-aside",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the rows set aside, to be mended; made, for its owner alone, where it is not there.",
)
def check(engagement: Path, request: Path | None, set_aside: Path | None) -> None:
    """Read and clean the tables of ENGAGEMENT and print the accounts; publish nothing."""
    opened = axlib.read_engagement(engagement)  # type: ignore[operator]
    tables = axlib.read_tables(opened)  # type: ignore[operator]
    clean = axlib.clean_tables(tables)  # type: ignore[operator]
    click.echo(f"{tables}\n\n{clean}\n")
    if len(clean.decisions):
        click.echo(f"Decided from the data:\n{_as_text(clean.decisions)}\n")
    if len(clean.quarantine):
        reasons = clean.quarantine.groupby(["table", "reason"]).size().rename("rows").reset_index()
        click.echo(f"Rows set aside:\n{_as_text(reasons)}\n")
    grace = opened.settings.retention.grace_days
    ledger = axlib.build_terms(clean, as_of=opened.as_of, grace_days=grace, rejoin=opened.settings.retention.rejoin)  # type: ignore[operator]
    checked = axlib.check_data(clean, ledger)  # type: ignore[operator]
    click.echo(f"{ledger}\n\n{checked}")
    if set_aside:
        for name in clean.quarantine["table"].unique():
            path = set_aside / f"{name}_set_aside.csv"
            _write(path, axlib.write_set_aside(clean.quarantine, table=name), encoding="utf-8-sig")  # type: ignore[operator]
            click.echo(f"\nMend and name it after the others under tables.{name}: {path}")
    if request:
        _write(request, axlib.render_request(checked, client=opened.client))  # type: ignore[operator]
        click.echo(f"\nThe request: {request}")


@commands.command()
@_ENGAGEMENT
@_PARAMETERS
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of the screen.")
def results(engagement: Path, parameters: tuple[tuple[str, str], ...], out: Path | None) -> None:
    """Print the numbers of ENGAGEMENT alone, as JSON; draw and publish nothing."""
    opened = axlib.read_engagement(engagement, **axlib.read_parameters(dict(parameters)))  # type: ignore[operator]
    text = axlib.write_headlines(axlib.diagnose(opened))  # type: ignore[operator]
    if out:
        _write(out, text)
    else:
        click.echo(text, nl=False)


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--members", type=click.Path(path_type=Path), required=True, help="The file of members.")
@click.option("--terms", type=click.Path(path_type=Path), help="Invoices or membership terms.")
@click.option("--touches", type=click.Path(path_type=Path), help="Logged contacts.")
@click.option("--staff", type=click.Path(path_type=Path), help="The membership team.")
@click.option("--client", default="", help="The client's name; the folder's name if left out.")
@click.option("--as-of", default="last_month_end", show_default=True, help="The day metrics look back from.")
def new(folder: Path, members: Path, client: str, as_of: str, **others: Path | None) -> None:
    """Propose an engagement file in FOLDER from the headers of a client's files; write nothing outside it."""
    files = {"members": members, **{table: path for table, path in others.items() if path is not None}}
    path = axlib.write_proposal(folder, files, client=client or folder.name, as_of=as_of)  # type: ignore[operator]
    click.echo(f"{path}\nRead it, mend it where it says so, then: axlib check {path}")


@commands.command()
@click.argument("notebook", type=click.Path(path_type=Path))
def params(notebook: Path) -> None:
    """List the parameters of NOTEBOOK: name, type, default, meaning."""
    found = axlib.list_parameters(notebook)  # type: ignore[operator]
    for parameter in found:
        click.echo(f"{parameter.name:26} {parameter.type:8} {parameter.default:12} {parameter.help}")


@commands.command()
@click.argument("name", metavar="engagement|segments")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of the screen.")
def schema(name: str, out: Path | None) -> None:
    """Print the JSON schema of engagement.yml or segments.yml, for an editor that completes and checks them."""
    text = axlib.write_schema(name)  # type: ignore[operator]
    if out:
        _write(out, text)
    else:
        click.echo(text, nl=False)


@commands.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=0, show_default=True, help="Who is who; totals stay the same.")
@click.option(
    "--noise", type=float, default=0.0, show_default=True, help="Share of members left to chance; 0 is exact."
)
def demo(name: str, folder: Path, seed: int, noise: float) -> None:
    """Write the raw files of the bundled case NAME (bankers, homebuilders, pods) to FOLDER."""
    for path in axlib.write_demo(name, folder, seed=seed, noise=noise):  # type: ignore[operator]
        click.echo(path)


@commands.group()
def profiles() -> None:
    """Write the Member Success Profile workbook, read it back, or export for the membership system."""


@profiles.command("write")
@_ENGAGEMENT
@_PARAMETERS
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
@_ENGAGEMENT
@_PARAMETERS
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


def _as_text(table: object) -> str:
    text: str = axlib.format_table(table).to_string(index=False)  # type: ignore[operator]
    return text


@contextmanager
def _telling(log: Path | None, *, steps: int = 0) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """Give what is told of every step: a bar on a terminal, JSON lines where there is none or a log is named."""
    is_terminal = sys.stderr.isatty()
    written = axlib.open_log(log) if log or not is_terminal else None  # type: ignore[operator]
    bar = axlib.show_progress(steps) if is_terminal and steps else None  # type: ignore[operator]

    def tell(record: Mapping[str, object]) -> None:
        if written:
            written.write(record)
        if bar and record["status"] == "done":
            bar(str(record["step"]), float(str(record.get("seconds", 0.0))))

    yield tell


def _write(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, encoding)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}). Name another place.") from None


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
