"""Commands that publish: one report, its past, or many."""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from pathlib import Path

import click

import axlib
from axlib.command.options import ENGAGEMENT, EXIT_CODES, PARAMETERS, REPORTS, telling, with_limits


@click.command(epilog=EXIT_CODES)
@ENGAGEMENT
@PARAMETERS
@REPORTS
@click.option("--if-changed", is_flag=True, help="Do nothing if nothing the report depends on has changed.")
@click.option("--keep", type=click.IntRange(min=1), help="Runs of this report that stay; all without it.")
@click.option("--pdf", is_flag=True, help="Print the client's page to client/report.pdf too, by a browser here.")
@with_limits
def run(
    engagement: Path,
    parameters: tuple[tuple[str, str], ...],
    reports: Path,
    if_changed: bool,
    keep: int | None,
    pdf: bool,
    log: Path | None,
    limits: dict[str, object],
) -> None:
    """Publish the report of ENGAGEMENT, whole or not at all."""
    given = dict(parameters)
    with telling(log, steps=14 + pdf + (keep is not None)) as tell:
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
            **limits,
            progress=tell,
        )
    click.echo(published.page)


@click.command(epilog=EXIT_CODES)
@ENGAGEMENT
@PARAMETERS
@REPORTS
@click.option("--quarters", type=click.IntRange(1, 40), default=4, show_default=True, help="Past quarters to report.")
@with_limits
def backtest(
    engagement: Path,
    parameters: tuple[tuple[str, str], ...],
    reports: Path,
    quarters: int,
    log: Path | None,
    limits: dict[str, object],
) -> None:
    """Publish ENGAGEMENT as it would have been at the ends of past quarters, from what was known then."""
    opened = axlib.read_engagement(engagement, **axlib.read_parameters(dict(parameters)))  # type: ignore[operator]
    with telling(log, steps=12 * quarters) as tell, axlib.Worker() as worker:  # type: ignore[operator]
        for day in axlib.past_quarter_ends(opened.as_of, n=quarters):  # type: ignore[operator]
            published = axlib.run_report(  # type: ignore[operator]
                engagement,
                reports=reports,
                parameters={**dict(parameters), "as_of": day.isoformat(), "as_known": "then"},
                **limits,
                progress=tell,
                worker=worker,
            )
            click.echo(published.folder)


@click.command(epilog=EXIT_CODES)
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1, required=True)
@REPORTS
@click.option("--jobs", type=click.IntRange(min=1), help="Reports made at once; as many as there are cores without it.")
@click.option("--if-changed", is_flag=True, help="Skip reports nothing has changed for.")
@click.option("--keep", type=click.IntRange(min=1), help="Runs of each report that stay; all without it.")
@click.option("--pdf", is_flag=True, help="Print each client's page too, by a browser here.")
@click.option(
    "--retries", type=click.IntRange(min=0), default=1, show_default=True, help="Of what may pass on another try."
)
@click.option("--cluster", metavar="ADDRESS", help="Send the reports to this dask.distributed scheduler.")
@click.option("--on-failure", metavar="COMMAND", help="Gets the summary on its standard input if any failed.")
@with_limits
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
    log: Path | None,
    limits: dict[str, object],
) -> None:
    """Publish the reports of many engagements: files, or folders that hold some."""
    like = axlib.ReportJob(  # type: ignore[operator]
        "",
        keep=keep,
        pdf=pdf,
        **limits,
    )
    place = axlib.connect_cluster(cluster) if cluster else nullcontext()  # type: ignore[operator]
    rows: list[dict[str, object]] = []
    with telling(log) as tell, place as executor:

        def ended(row: object) -> None:
            record = vars(row)
            rows.append(record)
            # What there is none of is no field of a line; a run is called there as in the lines of its steps.
            tell(
                {**record, "step": "report", "error": record["error"] or None, "run": Path(record["run"]).name or None}
            )

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
    click.echo(f"{len(rows)} report{'s' * (len(rows) != 1)}, none failed")
